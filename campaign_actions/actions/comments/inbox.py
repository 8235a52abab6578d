"""The comments of an action as staff read them: in four lists, newest first, with their numbers.

All of them leave out comments whose writers did not agree to have them shown, or whose signatures do not
count. Every list follows an index from where the previous page ended.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, and_, literal, select, text, tuple_

from campaign_actions.actions.models import Comment, CommentBatch, Signature, SignatureRow
from campaign_actions.actions.models.comments import HAS_KEY, IS_FLAGGED, IS_WAITING
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.actions.signatures.keyset_pagination import Key, decode_key
from campaign_actions.core.db.case_fold_sql import contains
from campaign_actions.core.db.session import UtcDateTime, count_at_most, db

PAGE_SIZE = 20
MAX_COUNTED = 1000  # in each list; also the most that are hidden at once
MAX_SHOWN = 100  # at once: a person reads each of them first, as the form promises
MAX_SCANNED = 1000  # comments in which one search looks for words or a language
MAX_WORDS = 6
MAX_REPEATS = 99  # counted for one comment
IS_SHOWN = {"waiting": None, "flagged": None, "shown": True, "hidden": False}
STATES = {None: "waiting", True: "shown", False: "hidden"}
COLUMNS = (
    *(Signature.id, Signature.action_id, Signature.public_id, Signature.signed_at),
    *(Signature.confirmed_at, Signature.comment, Signature.locale, Signature.country_code),
    *(Signature.show_name, Signature.given_name, Signature.family_name, Signature.source),
    *(Comment.arrived_at, Comment.text_key, Comment.has_contact, Comment.is_repeated),
    *(Comment.is_shown, Comment.decided_at, Comment.staff_id),
)
Condition = ColumnElement[bool] | TextClause
CommentSelect = Select[*tuple[Any, ...]]
UNDECIDED = {"waiting": IS_WAITING, "flagged": IS_FLAGGED}
IS_LISTED = and_(Signature.is_counted, Signature.show_comment)


@dataclass(frozen=True)
class CommentFilter:
    """Which comments. `state`: a key of IS_SHOWN. `words`: all occur in it. `same_as`: the key of a text.

    `locale`: the language that they were written in.
    """

    state: str = "waiting"
    words: str = ""
    same_as: str = ""
    locale: str = ""

    @property
    def is_search(self) -> bool:
        """Whether comments have to be read to find those that match, since no index knows them."""
        return bool(self.words or self.locale)


@dataclass(frozen=True)
class InboxPage:
    """A page of comments; `older` is the key of the next page, empty if there is none."""

    rows: Sequence[SignatureRow]
    older: str = ""
    searched: int = 0  # comments read, if a search stopped at its limit


def comments_matching(action_id: int, wanted: CommentFilter, *, page: str = "") -> InboxPage:
    """A page of the comments that match, newest first. `page` is the key of a page."""
    start = decode_key(page)
    rows = _rows(action_id, wanted, start, PAGE_SIZE + 1)
    if len(rows) > PAGE_SIZE:
        rows.pop()
        return InboxPage(rows, str(_key_of(rows[-1])))
    end = _find_scan_end(action_id, wanted, start) if wanted.is_search else None
    return InboxPage(rows, str(end) if end else "", MAX_SCANNED if end else 0)


def signings_matching(action_id: int, wanted: CommentFilter, *, until: datetime) -> list[str]:
    """The signing ids of the newest that match and had arrived by then: at most one more than
    MAX_COUNTED.
    """
    rows = _rows(action_id, wanted, None, MAX_COUNTED + 1, until=until)
    return [signing_id(row) for row in rows]


def count_searched(action_id: int, wanted: CommentFilter) -> int:
    """How many comments `signings_matching()` searches; 0 if that is all of the list."""
    return MAX_SCANNED if wanted.is_search and _find_scan_end(action_id, wanted, None) else 0


def count_comments(action_id: int) -> dict[str, int]:
    """How many comments are in each list, counted to one more than MAX_COUNTED."""
    return {state: _count(action_id, CommentFilter(state)) for state in IS_SHOWN}


def count_repeats(action_id: int, rows: Iterable[SignatureRow]) -> dict[str, int]:
    """How many comments have the text of these, by its key: only of repeated ones, to MAX_REPEATS + 1."""
    keys = {row.text_key for row in rows if row.is_repeated}
    return {key: _count_texts(action_id, key) for key in keys if key}


def find_comment(action_id: int, public_id: str) -> SignatureRow | None:
    """A comment of the action by the public id of its signature, whatever has been decided."""
    one = Signature.action_id == action_id, Signature.public_id == public_id, IS_LISTED
    return db.session.connection().execute(_select().where(*one)).one_or_none()


def comments_named(
    action_id: int, names: Iterable[str], *, limit: int = PAGE_SIZE
) -> Sequence[SignatureRow]:
    """The comments with the first of these signing ids, newest first."""
    ids = [name.rpartition("-")[0] for name in names][:limit]
    named = Signature.action_id == action_id, Signature.public_id.in_(ids), IS_LISTED
    found = _select().where(*named).order_by(*_newest_first()).limit(limit)
    return db.session.connection().execute(found).all()


def find_batch(action_id: int, batch_id: int) -> CommentBatch | None:
    one = select(CommentBatch).filter_by(id=batch_id, action_id=action_id)
    return db.session.scalars(one).one_or_none()


def find_comment_of(batch: CommentBatch) -> SignatureRow | None:
    """The comment of a batch that has only one, unless it was decided about again or is gone."""
    if batch.rows != 1:
        return None
    one = Comment.batch_id == batch.id, IS_LISTED
    return db.session.connection().execute(_select().where(*one)).one_or_none()


def _rows(
    action_id: int,
    wanted: CommentFilter,
    start: Key | None,
    limit: int,
    *,
    until: datetime | None = None,
) -> list[SignatureRow]:
    listed = _listed(action_id, wanted)
    if start:
        listed.append(_keys() < _position(start))
    if until:
        listed.append(Comment.arrived_at <= until)
    found = _select().where(*listed).order_by(*_newest_first())
    connection = db.session.connection()
    if wanted.is_search:
        scanned = found.limit(MAX_SCANNED).subquery("scanned")
        found = select(scanned).where(
            *(
                contains(scanned.c.comment, word, connection.dialect.name)
                for word in wanted.words.split()[:MAX_WORDS]
            ),
            *([scanned.c.locale == wanted.locale] if wanted.locale else ()),
        )
        if connection.dialect.name == "postgresql":
            found = found.order_by(scanned.c.arrived_at.desc(), scanned.c.id.desc())
        # SQLite keeps the order of the scan. With ORDER BY it would sort all rows before the limit.
    return list(connection.execute(found.limit(limit)))


def _count(action_id: int, wanted: CommentFilter) -> int:
    """In the order of the index, so that PostgreSQL follows it and stops at the limit."""
    listed = select(Comment.signature_id).join_from(Comment, Signature)
    listed = listed.where(*_listed(action_id, wanted)).order_by(*_newest_first())
    return count_at_most(listed, MAX_COUNTED + 1)


def _select() -> CommentSelect:
    return select(*COLUMNS).join_from(Comment, Signature)


def _listed(action_id: int, wanted: CommentFilter) -> list[Condition]:
    """The conditions of a list, so that its own index is used."""
    listed: list[Condition] = [Comment.action_id == action_id, IS_LISTED]
    if wanted.state in UNDECIDED:
        listed.append(text(UNDECIDED[wanted.state]))
    else:
        listed.append(Comment.is_shown.is_(IS_SHOWN[wanted.state]))
    if wanted.same_as:
        listed += [Comment.text_key == wanted.same_as, text(HAS_KEY)]
    return listed


def _count_texts(action_id: int, key: str) -> int:
    same = (Comment.action_id == action_id, Comment.text_key == key, text(HAS_KEY))
    return count_at_most(select(Comment.signature_id).where(*same), MAX_REPEATS + 1)


def _newest_first() -> tuple[ColumnElement[Any], ...]:
    return Comment.arrived_at.desc(), Comment.signature_id.desc()


def _find_scan_end(action_id: int, wanted: CommentFilter, start: Key | None) -> Key | None:
    """Where a search for words stopped at its limit; None if it reached the end of the list."""
    listed = _listed(action_id, wanted)
    if start:
        listed.append(_keys() < _position(start))
    last = _select().where(*listed).order_by(*_newest_first()).offset(MAX_SCANNED - 1).limit(1)
    row = db.session.connection().execute(last).one_or_none()
    return _key_of(row) if row else None


def _key_of(row: SignatureRow) -> Key:
    """The key of a comment is like that of a signature, with the time at which it arrived."""
    return Key(row.arrived_at, row.id)


def _keys() -> Any:
    return tuple_(Comment.arrived_at, Comment.signature_id)


def _position(key: Key) -> Any:
    return tuple_(literal(key.signed_at, UtcDateTime()), literal(key.id))
