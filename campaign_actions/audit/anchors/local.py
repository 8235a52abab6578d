"""The local copy of anchors, and which deliveries are pending. Only this program writes it."""

from collections.abc import Iterator, Sequence

from campaign_actions.audit.anchors.destinations import destination_names, journal_line
from campaign_actions.audit.anchors.document import BEGIN, END, Anchor, BadAnchor, read_anchor
from campaign_actions.audit.anchors.settings import AnchorSettings

MAX_ANCHORS = 50  # the newest; the file grows for ever


def local_anchors(settings: AnchorSettings, public_key: str) -> list[Anchor]:
    """The newest anchors in the local file, oldest first; none if it does not exist. Raises OSError."""
    if not settings.folder.exists() or not settings.local_file.exists():
        return []
    text = settings.local_file.read_text(encoding="utf-8", errors="replace")
    return list(_read(text.split(BEGIN)[1:][-MAX_ANCHORS:], public_key))


def is_own_anchor(anchor: Anchor, public_key: str) -> bool:
    """Whether we signed it. `public_key`: "" accepts any key."""
    return public_key in ("", anchor.public_key) and anchor.is_signature_valid


def pending_anchors(
    anchors: Sequence[Anchor], settings: AnchorSettings
) -> Iterator[tuple[str, list[Anchor]]]:
    """For each destination, the anchors newer than the last one delivered. Raises OSError."""
    journal = settings.journal
    lines = set(journal.read_text(encoding="utf-8").splitlines()) if journal.exists() else set()
    for name in destination_names(settings):
        pending: list[Anchor] = []
        for anchor in anchors:
            if journal_line("done", name, anchor) in lines:
                pending = []
            elif journal_line("wanted", name, anchor) in lines:
                pending.append(anchor)
        yield name, pending


def _read(blocks: Sequence[str], public_key: str) -> Iterator[Anchor]:
    for block in blocks:
        try:
            anchor = read_anchor(block.partition(END)[0])
        except BadAnchor:  # cut off when a write was interrupted
            continue
        if is_own_anchor(anchor, public_key):
            yield anchor
