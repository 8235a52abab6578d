"""The messages of a catalog as a translator goes through them: what waits, what is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaign_actions.catalogs.files.areas import AREAS
from campaign_actions.catalogs.store.fuzzy_match import FormerTranslation, former_translations
from campaign_actions.catalogs.store.repository import (
    Catalog,
    StoredTranslation,
    stored_translations,
)
from campaign_actions.catalogs.validation.validate import doubts
from campaign_actions.catalogs.workflow.approvals import PRIVACY
from campaign_actions.core.i18n.message import Forms, Message

SHOWN = ("waiting", "stale", "done", "doubts", "all")  # what a list can show


@dataclass(frozen=True)
class Entry:
    """A message, what it says in the language, and what it said before its source was changed."""

    message: Message
    stored: StoredTranslation | None = None
    earlier: FormerTranslation | None = None

    @property
    def forms(self) -> Forms:
        return self.stored.forms if self.stored else ()

    @property
    def is_waiting(self) -> bool:
        return not self.forms

    @property
    def is_stale(self) -> bool:
        return self.is_waiting and self.earlier is not None

    @property
    def is_doubtful(self) -> bool:
        return bool(self.forms) and bool(doubts(self.message, self.forms))

    @property
    def waits_for_approval(self) -> bool:
        """Of the privacy page: what was written is not what the public sees."""
        if self.stored is None or self.stored.changed_at is None:
            return False
        return self.message.area == PRIVACY and self.stored.approved != self.forms


def entries(catalog: Catalog, locale: str) -> list[Entry]:
    """All messages of a catalog: those that the public waits for first, else in its order."""
    there = stored_translations(catalog, locale)
    waiting = [message for message in catalog.messages if message.key not in there]
    before = former_translations(catalog, locale, waiting)
    in_order = sorted(catalog.messages, key=_urgency)
    return [Entry(m, there.get(m.key), before.get(m.key)) for m in in_order]


def chosen(
    found: Sequence[Entry], *, show: str = "all", query: str = "", area: str = ""
) -> list[Entry]:
    """Some of them. `query`: words that stand in the source or the translation."""
    sought = query.casefold().split()
    return [
        entry
        for entry in found
        if (not area or entry.message.area == area)
        and (not sought or _holds(entry, sought))
        and _is_shown(entry, show)
    ]


def count_shown(found: Sequence[Entry]) -> dict[str, int]:
    """How many there are of each of SHOWN but the doubts, which take long to be found."""
    waiting = sum(entry.is_waiting for entry in found)
    stale = sum(entry.is_stale for entry in found)
    return {"waiting": waiting, "stale": stale, "done": len(found) - waiting, "all": len(found)}


def areas_of(catalog: Catalog) -> tuple[str, ...]:
    """The areas of its messages, in their order."""
    in_order = sorted(catalog.messages, key=_urgency)
    return tuple(dict.fromkeys(message.area for message in in_order if message.area))


def find_entry(found: Sequence[Entry], key: str) -> Entry | None:
    return next((entry for entry in found if entry.message.key == key), None)


def next_key(found: Sequence[Entry], some: Sequence[Entry], key: str | None) -> str | None:
    """The message to go on with: of `some`, the first that comes behind a key, else the first."""
    wanted = {entry.message.key for entry in some} - {key}
    keys = [entry.message.key for entry in found]
    start = keys.index(key) if key in keys else 0
    return next((one for one in (*keys[start:], *keys[:start]) if one in wanted), None)


def _urgency(message: Message) -> int:
    return AREAS.index(message.area) if message.area in AREAS else len(AREAS)


def _is_shown(entry: Entry, show: str) -> bool:
    if show == "waiting":
        return entry.is_waiting
    if show == "stale":
        return entry.is_stale
    if show == "done":
        return not entry.is_waiting
    return show != "doubts" or entry.is_doubtful


def _holds(entry: Entry, sought: Sequence[str]) -> bool:
    message = entry.message
    texts = (message.source, message.plural or "", message.context, *entry.forms)
    text = " ".join(texts).casefold()
    return all(word in text for word in sought)


LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Filter:
    show: str  # one of SHOWN
    query: str
    area: str

    def of(self, found: list[Entry]) -> list[Entry]:
        return chosen(found, show=self.show, query=self.query, area=self.area)

    @property
    def named(self) -> dict[str, str]:
        """As an address names it."""
        named = {"show": self.show, "q": self.query, "area": self.area}
        return {name: value for name, value in named.items() if value}


def read_filter(args: Mapping[str, str], catalog: Catalog, *, otherwise: str) -> Filter:
    """`otherwise`: what is shown if the address names nothing."""
    show, area = args.get("show", ""), args.get("area", "")
    return Filter(
        show if show in SHOWN else otherwise,
        args.get("q", "")[:LONGEST_SEARCH].strip(),
        area if area in areas_of(catalog) else "",
    )
