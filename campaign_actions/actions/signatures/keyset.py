"""Going through signatures a page at a time: from a place in their order, never by a number of rows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, literal, select, tuple_

from campaign_actions.actions.models import Signature
from campaign_actions.core.db.session import UtcDateTime, db

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Key:
    """The place of a signature among those of its action."""

    signed_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{encode_time(self.signed_at)}-{self.id:x}"

    @property
    def are_older(self) -> Any:
        return _key_columns() < self._values

    @property
    def are_newer(self) -> Any:
        return _key_columns() > self._values

    @property
    def _values(self) -> Any:
        return tuple_(literal(self.signed_at, UtcDateTime()), literal(self.id))


def decode_key(text: str) -> Key | None:
    """None for what is no key."""
    moment, _dash, number = text.partition("-")
    signed_at = decode_time(moment)
    is_number = 0 < len(number) < 16 and all(digit in "0123456789abcdef" for digit in number)
    return Key(signed_at, int(number, 16)) if signed_at and is_number else None


def encode_time(moment: datetime) -> str:
    """A time as a short word, to the microsecond."""
    return f"{(moment - EPOCH) // MICROSECOND:x}"


def decode_time(name: str) -> datetime | None:
    """The time a word names; None for what is none."""
    try:
        moment = EPOCH + int(name[:20], 16) * MICROSECOND
    except (ValueError, OverflowError):
        return None
    return moment if name == encode_time(moment) else None


def key_of(row: Any) -> Key:
    return Key(row.signed_at, row.id)


def order_by(of: Any, *, is_newer: bool = False) -> tuple[Any, Any]:
    """Away from a place: to those that signed later, or to those that signed before."""
    return (of.signed_at, of.id) if is_newer else (of.signed_at.desc(), of.id.desc())


def find_scan_end(along: Select[Any], most: int, *, is_newer: bool = False) -> Key | None:
    """Where a search ended that looked at as many as it may; None if it came to the end of the list."""
    keys = along.with_only_columns(Signature.signed_at, Signature.id).limit(most)
    looked = keys.subquery("looked")
    last = select(looked, func.count().over().label("number"))
    last = last.order_by(*order_by(looked.c, is_newer=not is_newer)).limit(1)
    row = db.session.connection().execute(last).one_or_none()
    return key_of(row) if row and row.number == most else None


def _key_columns() -> Any:
    return tuple_(Signature.signed_at, Signature.id)
