"""What was translated before: under a source that has changed since, or the same words elsewhere."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import select

from campaign_actions.catalogs.finding import INTERFACE, Catalog
from campaign_actions.catalogs.interface import interface_messages
from campaign_actions.catalogs.models import Translation
from campaign_actions.catalogs.nearest import NEAR
from campaign_actions.catalogs.shipped import shipped
from campaign_actions.core.database import db
from campaign_actions.core.messages import Forms, Message

WORD = re.compile(r"\w+")
NEAR_IN_CONTEXT = 0.3  # how alike two sources of the same place are, from 0 to 1; others: NEAR
WORDS_IN_COMMON = 0.4  # of a source, for it to be looked at closely
MOST = 500  # translations that no message has any more, the newest of them


@dataclass(frozen=True)
class Earlier:
    """A translation of what a message said before it was changed."""

    source: str
    plural: str | None
    forms: Forms


@dataclass(frozen=True)
class Elsewhere:
    """How the same words are translated in another place."""

    catalog: str
    context: str
    forms: Forms


def earlier(catalog: Catalog, locale: str, waiting: Iterable[Message]) -> dict[str, Earlier]:
    """What was translated before of messages that have no translation, by their keys."""
    left = _left(catalog, locale)
    if not left:
        return {}
    by_word, by_context = defaultdict(list), defaultdict(list)
    for row in left:
        for word in _words(row.source):
            by_word[word].append(row)
        if row.context:
            by_context[row.context].append(row)
    found = {}
    for message in waiting:
        near = _near(by_word, message)
        best = _best(message, [*by_context[message.context], *near])
        if best is not None:
            found[message.key] = Earlier(best.source, best.plural, tuple(best.forms))
    return found


def same_words(
    message: Message, locale: str, *, catalog: str, may_see: Callable[[str], bool]
) -> list[Elsewhere]:
    """Translations of the same source, each wording once. `may_see`: whether a catalog is shown."""
    found: dict[Forms, Elsewhere] = {}
    for one in (*_written_elsewhere(message, locale), *_shipped_elsewhere(message, locale)):
        is_here = one.catalog == catalog and one.context == message.context
        if not is_here and may_see(one.catalog):
            found.setdefault(one.forms, one)
    return list(found.values())


def _left(catalog: Catalog, locale: str) -> list[Translation]:
    """Translations whose messages are no more."""
    ours = select(Translation).filter_by(catalog=catalog.name, locale=locale)
    rows = db.session.scalars(ours.order_by(Translation.changed_at.desc(), Translation.id.desc()))
    return [row for row in rows if row.forms and row.key not in catalog.by_key][:MOST]


def _near(by_word: dict[str, list[Translation]], message: Message) -> Iterator[Translation]:
    words = _words(message.source)
    common = Counter(row.id for word in words for row in by_word.get(word, ()))
    rows = {row.id: row for word in words for row in by_word.get(word, ())}
    for row_id, count in common.most_common():
        if count < WORDS_IN_COMMON * len(words):
            return
        yield rows[row_id]


def _best(message: Message, rows: Sequence[Translation]) -> Translation | None:
    if not rows:
        return None
    alike, best = max(((_likeness(message, row), row) for row in rows), key=lambda pair: pair[0])
    is_same_place = bool(message.context) and best.context == message.context
    return best if alike >= (NEAR_IN_CONTEXT if is_same_place else NEAR) else None


def _likeness(message: Message, row: Translation) -> float:
    alike = SequenceMatcher(None, row.source, message.source, autojunk=False).ratio()
    same_place = bool(message.context) and row.context == message.context
    return alike + same_place / 10


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.casefold()))


def _written_elsewhere(message: Message, locale: str) -> Iterator[Elsewhere]:
    of_source = select(Translation).filter_by(locale=locale, source=message.source)
    for row in db.session.scalars(of_source.order_by(Translation.changed_at.desc())):
        if row.forms:
            yield Elsewhere(row.catalog, row.context, tuple(row.forms))


def _shipped_elsewhere(message: Message, locale: str) -> Iterator[Elsewhere]:
    ours = shipped(locale)
    for other in interface_messages():
        if other.source == message.source and (forms := ours.get((other.context, other.source))):
            yield Elsewhere(INTERFACE, other.context, forms)
