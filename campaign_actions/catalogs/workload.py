"""What waits for translators: of each catalog, how far it is in a language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from campaign_actions.catalogs.counting import Share
from campaign_actions.catalogs.earlier import earlier_translations
from campaign_actions.catalogs.finding import Catalog, stored


@dataclass(frozen=True)
class Work:
    """`stale`: how many of those that wait were translated before their source was changed."""

    catalog: str
    locale: str
    share: Share
    stale: int


def work_on(catalog: Catalog, locale: str) -> Work:
    there = stored(catalog, locale)
    waiting = [message for message in catalog.messages if message.key not in there]
    share = Share(len(catalog.messages) - len(waiting), len(catalog.messages))
    return Work(catalog.name, locale, share, len(earlier_translations(catalog, locale, waiting)))


def work_in(locale: str, catalogs: Iterable[Catalog]) -> Iterator[Work]:
    """What is empty, or is in this language from the start, is no work."""
    for catalog in catalogs:
        if catalog.messages and catalog.source != locale:
            yield work_on(catalog, locale)
