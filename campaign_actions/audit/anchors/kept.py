"""What our own folder says: which anchors there are, and what is on its way. Nobody else writes there."""

from collections.abc import Iterator, Sequence

from campaign_actions.audit.anchors.destinations import destination_names, journal_line
from campaign_actions.audit.anchors.document import BEGIN, END, Anchor, BadAnchor, read_anchor
from campaign_actions.audit.anchors.settings import AnchorSettings

MAX_ANCHORS = 50  # anchors, the newest: the file is as old as the site


def local_anchors(settings: AnchorSettings, public_key: str) -> list[Anchor]:
    """The newest ones in our own file, in its order. Raises OSError, but not for a file that is not there."""
    if not settings.folder.exists() or not settings.local_file.exists():
        return []
    text = settings.local_file.read_text(encoding="utf-8", errors="replace")
    return list(_read(text.split(BEGIN)[1:][-MAX_ANCHORS:], public_key))


def is_own_anchor(anchor: Anchor, public_key: str) -> bool:
    """Whether we have signed it; `public_key` "": where the key is not known, any will do."""
    return public_key in ("", anchor.public_key) and anchor.is_signature_valid


def pending_anchors(
    anchors: Sequence[Anchor], settings: AnchorSettings
) -> Iterator[tuple[str, list[Anchor]]]:
    """For each destination the anchors that are newer than the newest one that is there. Raises OSError."""
    journal = settings.journal
    lines = set(journal.read_text(encoding="utf-8").splitlines()) if journal.exists() else set()
    for name in destination_names(settings):
        waiting: list[Anchor] = []
        for anchor in anchors:
            if journal_line("done", name, anchor) in lines:
                waiting = []
            elif journal_line("wanted", name, anchor) in lines:
                waiting.append(anchor)
        yield name, waiting


def _read(blocks: Sequence[str], public_key: str) -> Iterator[Anchor]:
    for block in blocks:
        try:
            anchor = read_anchor(block.partition(END)[0])
        except BadAnchor:  # torn off when we were killed
            continue
        if is_own_anchor(anchor, public_key):
            yield anchor
