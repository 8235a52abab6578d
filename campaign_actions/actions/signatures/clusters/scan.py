"""Reading the signatures of a period, grouped by what robots' signatures have in common. Nobody is named.

Each scan follows the index of actions and times of signing, and stops after a number of rows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Subquery,
    and_,
    cast,
    false,
    func,
    or_,
    select,
)

from campaign_actions.actions.models import COUNTED, Signature
from campaign_actions.actions.signatures.clusters.rules import MINUTE, Cell
from campaign_actions.actions.signatures.keyset_pagination import EPOCH

OPEN_STATUSES = (COUNTED, "pending")  # others are decided already
COLUMNS = (
    *(Signature.signed_at, Signature.status, Signature.email, Signature.source),
    *(Signature.fill_time, Signature.comment, Signature.public_id),
    *(Signature.locale, Signature.consent_version),
)


@dataclass(frozen=True)
class SameText:
    """Signatures with the same comment. `sample`: the public id of one of them."""

    comment: str
    sample: str
    number: int
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Scan:
    """The newest signatures of an action from `since` until `until`, at most `limit`.

    `versions`: the consent texts, by language, from which on forms may be compared.
    """

    action_id: int
    versions: Mapping[str, int]
    since: datetime
    until: datetime
    limit: int

    def rows(self) -> Subquery:
        of_period = (
            Signature.action_id == self.action_id,
            Signature.signed_at >= self.since,
            Signature.signed_at < self.until,
        )
        newest = Signature.signed_at.desc(), Signature.id.desc()
        return select(*COLUMNS).where(*of_period).order_by(*newest).limit(self.limit).subquery()

    def is_compared(self, rows: Subquery) -> ColumnElement[bool]:
        """Counted or pending, and the signer agreed to a text that covers it."""
        covered = [
            and_(rows.c.locale == locale, rows.c.consent_version >= version)
            for locale, version in sorted(self.versions.items())
        ]
        return and_(rows.c.status.in_(OPEN_STATUSES), or_(false(), *covered))


def find_cells(connection: Connection, scan: Scan, *, without: Collection[str] = ()) -> list[Cell]:
    """The signatures of a scan as cells, those with these comments left out."""
    rows = scan.rows()
    columns = (
        minute_of(connection, rows.c.signed_at).label("minute"),
        _domain(connection, rows.c.email).label("domain"),
        rows.c.source,
        rows.c.fill_time,
    )
    found = select(*columns, func.count().label("number")).where(scan.is_compared(rows))
    if without:
        found = found.where(or_(rows.c.comment.is_(None), rows.c.comment.not_in(without)))
    return [
        Cell(
            EPOCH + row.minute * MINUTE,
            row.domain or "",
            row.source or "",
            row.fill_time or "",
            row.number,
        )
        for row in connection.execute(found.group_by(*columns))
    ]


def find_texts(connection: Connection, scan: Scan, *, at_least: int) -> Sequence[SameText]:
    """The comments that so many signatures of a scan have, the most frequent first."""
    rows = scan.rows()
    minute = minute_of(connection, rows.c.signed_at)
    columns = (
        rows.c.comment,
        func.min(rows.c.public_id).label("sample"),
        func.count().label("number"),
        func.min(minute).label("first"),
        func.max(minute).label("last"),
    )
    found = (
        select(*columns)
        .where(scan.is_compared(rows), rows.c.comment.is_not(None))
        .group_by(rows.c.comment)
        .having(func.count() >= at_least)
        .order_by(func.count().desc())
    )
    return [
        SameText(
            row.comment,
            row.sample,
            row.number,
            EPOCH + row.first * MINUTE,
            EPOCH + (row.last + 1) * MINUTE,
        )
        for row in connection.execute(found)
    ]


def count_comments(connection: Connection, scan: Scan, *, text: str | None = None) -> int:
    """How many signatures of a scan have a comment, or this one."""
    rows = scan.rows()
    found = select(func.count()).where(scan.is_compared(rows), rows.c.comment.is_not(None))
    if text is not None:
        found = found.where(rows.c.comment == text)
    return connection.execute(found).scalar_one()


def floor_to_minute(moment: datetime) -> datetime:
    return moment - timedelta(seconds=moment.second, microseconds=moment.microsecond)


def minute_of(connection: Connection, moment: ColumnElement[datetime]) -> ColumnElement[int]:
    """The number of minutes since 1970."""
    if connection.dialect.name == "postgresql":
        return cast(func.floor(func.extract("epoch", moment) / 60), Integer)
    return cast(func.strftime("%s", moment), Integer).op("/")(60)


def _domain(connection: Connection, email: ColumnElement[str | None]) -> ColumnElement[str]:
    """The part after the @, as the filter of signatures compares it."""
    if connection.dialect.name == "postgresql":
        return func.split_part(func.lower(email), "@", 2)
    return func.substr(func.lower(email), func.instr(email, "@") + 1)
