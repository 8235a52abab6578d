"""The texts of an edit page whose source has changed since they were translated."""

from collections import defaultdict
from collections.abc import Iterable

from campaign_actions.campaigns.versioning.differences import diff_pieces
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.catalogs.workflow.entries import entries

# What changed in the source, by the name of the field
StaleTexts = dict[str, list[list[tuple[str, str]]]]


def stale_texts(campaign_id: int, part: str, tags: Iterable[str]) -> StaleTexts:
    """`part`: the name of the campaign or the action in the contexts of its messages."""
    catalog = campaign_catalog(campaign_id)
    found: StaleTexts = defaultdict(list)
    if catalog is None:
        return {}
    for tag in tags:
        for entry in entries(catalog, tag) if tag != catalog.source else ():
            name, _, field = entry.message.context.partition(": ")
            if name == part and entry.is_stale and entry.earlier:
                change = list(diff_pieces(entry.earlier.source, entry.message.source))
                found[f"texts.{tag}.{field.replace(' ', '_')}"].append(change)
    return dict(found)
