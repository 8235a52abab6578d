"""How far the texts of an edit page are translated, and what has changed or is missing in them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from campaign_actions.campaigns.versioning.differences import diff_pieces
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.catalogs.workflow.entries import Entry, entries
from campaign_actions.catalogs.workflow.progress import Share


@dataclass
class TranslationState:
    """`stale`: by the name of a field, each change of the source since it was translated.

    `missing`: by the name of a field, the paragraphs of the source that its text has no translation of.
    `shares`: how much of the page each language has, without the source.
    """

    stale: dict[str, list[list[tuple[str, str]]]] = field(default_factory=lambda: defaultdict(list))
    missing: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    shares: dict[str, Share] = field(default_factory=dict)

    def add(self, entry: Entry, tag: str, field_name: str) -> None:
        """Count a message of the page, and keep what has to be done about it."""
        name, share = f"texts.{tag}.{field_name}", self.shares.setdefault(tag, Share())
        share.all += 1
        share.done += not entry.is_untranslated
        if entry.is_stale and entry.earlier:
            pieces = diff_pieces(entry.earlier.source, entry.message.source)
            self.stale[name].append(list(pieces))
        elif entry.is_untranslated:
            self.missing[name].append(entry.message.source)


def translation_state(campaign_id: int, part: str, tags: Iterable[str]) -> TranslationState:
    """`part`: the name of the campaign or the action in the contexts of its messages."""
    catalog, state = campaign_catalog(campaign_id), TranslationState()
    if catalog is None:
        return state
    for tag in tags:
        for entry in entries(catalog, tag) if tag != catalog.source else ():
            name, _, field_name = entry.message.context.partition(": ")
            if name == part:
                state.add(entry, tag, field_name.replace(" ", "_"))
    return state
