"""The messages of a catalog with their translations, as translators list and filter them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from campaign_actions.catalogs.campaign_texts.alignment import normalised_text
from campaign_actions.catalogs.files.areas import AREAS
from campaign_actions.catalogs.store.fuzzy_match import FormerTranslation, former_translations
from campaign_actions.catalogs.store.repository import (
    Catalog,
    StoredTranslation,
    stored_translations,
)
from campaign_actions.catalogs.validation.rules.scripts import is_sentence
from campaign_actions.catalogs.validation.validate_translation import warnings
from campaign_actions.catalogs.workflow.translation_approvals import PRIVACY
from campaign_actions.core.i18n.message import Forms, Message

MAX_QUERY_LENGTH = 200
FILTERS = ("waiting", "stale", "done", "warnings", "all")  # as addresses name them


@dataclass(frozen=True)
class Entry:
    """A message, its translation, and the translation of its earlier source.

    `is_new_part`: of a campaign’s text that is otherwise translated, so its page leaves this paragraph out.
    """

    message: Message
    stored: StoredTranslation | None = None
    earlier: FormerTranslation | None = None
    is_new_part: bool = False

    @property
    def forms(self) -> Forms:
        return self.stored.forms if self.stored else ()

    @property
    def is_untranslated(self) -> bool:
        return not self.forms

    @property
    def is_stale(self) -> bool:
        """Whether its source changed after it was translated."""
        return self.is_untranslated and self.earlier is not None and self.earlier.is_of_source

    @property
    def shown(self) -> Forms:
        """The translation that its page shows: until it is translated again, that of its earlier source."""
        return self.earlier.forms if self.is_stale and self.earlier else self.forms

    @property
    def has_warnings(self) -> bool:
        return bool(self.forms) and bool(warnings(self.message, self.forms))

    @property
    def is_copied(self) -> bool:
        """Whether its translation is a sentence of the source that nobody has translated."""
        source = normalised_text(self.message.source)
        copied = any(normalised_text(text) == source for text in self.forms)
        return copied and is_sentence(source)

    @property
    def waits_for_approval(self) -> bool:
        """Whether the public does not see this translation of the privacy page yet."""
        if self.stored is None or self.stored.changed_at is None:
            return False
        return self.message.area == PRIVACY and self.stored.approved != self.forms


def entries(catalog: Catalog, locale: str) -> list[Entry]:
    """All messages of a catalog, by area, those that a language needs to go public first."""
    found = stored_translations(catalog, locale)
    untranslated = [message for message in catalog.messages if message.key not in found]
    earlier = former_translations(catalog, locale, untranslated)
    in_order = sorted(catalog.messages, key=_area_order)
    listed = [Entry(m, found.get(m.key), earlier.get(m.key)) for m in in_order]
    return listed if catalog.campaign_id is None else _with_new_parts(listed)


def _with_new_parts(listed: Sequence[Entry]) -> list[Entry]:
    begun = {each.message.context for each in listed if each.forms or each.is_stale}
    return [
        replace(each, is_new_part=each.message.context in begun)
        if each.is_untranslated and not each.is_stale
        else each
        for each in listed
    ]


def filter_entries(
    found: Sequence[Entry], *, show: str = "all", query: str = "", area: str = ""
) -> list[Entry]:
    """`query`: words that the source or translation contains. Of those to translate, new parts come first."""
    words = query.casefold().split()
    chosen = [
        entry
        for entry in found
        if (not area or entry.message.area == area)
        and (not words or _contains(entry, words))
        and _is_shown(entry, show)
    ]
    return sorted(chosen, key=lambda each: not each.is_new_part) if show == "waiting" else chosen


def count_by_filter(found: Sequence[Entry]) -> dict[str, int]:
    """Not for "warnings", since finding warnings takes long."""
    untranslated = sum(entry.is_untranslated for entry in found)
    return {
        "waiting": untranslated,
        "stale": sum(entry.is_stale for entry in found),
        "done": len(found) - untranslated,
        "all": len(found),
    }


def areas_of(catalog: Catalog) -> tuple[str, ...]:
    in_order = sorted(catalog.messages, key=_area_order)
    return tuple(dict.fromkeys(message.area for message in in_order if message.area))


def find_entry(found: Sequence[Entry], key: str) -> Entry | None:
    return next((entry for entry in found if entry.message.key == key), None)


def next_key(found: Sequence[Entry], filtered: Sequence[Entry], key: str | None) -> str | None:
    """The first of the filtered messages after a key, starting over at the end."""
    wanted = {entry.message.key for entry in filtered} - {key}
    keys = [entry.message.key for entry in found]
    start = keys.index(key) if key in keys else 0
    return next((each for each in (*keys[start:], *keys[:start]) if each in wanted), None)


def _area_order(message: Message) -> int:
    return AREAS.index(message.area) if message.area in AREAS else len(AREAS)


def _is_shown(entry: Entry, show: str) -> bool:
    if show == "waiting":
        return entry.is_untranslated
    if show == "stale":
        return entry.is_stale
    if show == "done":
        return not entry.is_untranslated
    return show != "warnings" or entry.has_warnings


def _contains(entry: Entry, words: Sequence[str]) -> bool:
    message = entry.message
    texts = (message.source, message.plural or "", message.context, *entry.forms)
    text = " ".join(texts).casefold()
    return all(word in text for word in words)


@dataclass(frozen=True)
class Filter:
    show: str  # one of FILTERS
    query: str
    area: str

    def of(self, found: list[Entry]) -> list[Entry]:
        return filter_entries(found, show=self.show, query=self.query, area=self.area)

    @property
    def named(self) -> dict[str, str]:
        """The parameters of an address that shows the same."""
        named = {"show": self.show, "q": self.query, "area": self.area}
        return {name: value for name, value in named.items() if value}


def read_filter(args: Mapping[str, str], catalog: Catalog, *, otherwise: str) -> Filter:
    """`otherwise`: the filter if the address names none."""
    show, area = args.get("show", ""), args.get("area", "")
    return Filter(
        show if show in FILTERS else otherwise,
        args.get("q", "")[:MAX_QUERY_LENGTH].strip(),
        area if area in areas_of(catalog) else "",
    )
