"""Keyset pagination of signatures, ordered by the time of signing and the id."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, FromClause, Tuple, literal, tuple_

from campaign_actions.actions.models import Signature, SignatureRow, SignatureSelect
from campaign_actions.core.db.session import UtcDateTime, db

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Key:
    """The position of a signature among those of its action. Its text form goes into addresses."""

    signed_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{encode_time(self.signed_at)}-{self.id:x}"

    @property
    def are_older(self) -> ColumnElement[bool]:
        return _key_columns() < self._values

    @property
    def are_newer(self) -> ColumnElement[bool]:
        return _key_columns() > self._values

    @property
    def _values(self) -> Tuple:
        return tuple_(literal(self.signed_at, UtcDateTime()), literal(self.id))


def decode_key(text: str) -> Key | None:
    """The key in an address; None if it is malformed."""
    moment, _dash, number = text.partition("-")
    signed_at = decode_time(moment)
    is_number = 0 < len(number) < 16 and all(digit in "0123456789abcdef" for digit in number)
    return Key(signed_at, int(number, 16)) if signed_at and is_number else None


def encode_time(moment: datetime) -> str:
    """A time in microseconds, as a hexadecimal number."""
    return f"{(moment - EPOCH) // MICROSECOND:x}"


def decode_time(name: str) -> datetime | None:
    """The reverse of encode_time(); None if it is malformed or not in its canonical form."""
    try:
        moment = EPOCH + int(name[:20], 16) * MICROSECOND
    except (ValueError, OverflowError):
        return None
    return moment if name == encode_time(moment) else None


def key_of(row: SignatureRow) -> Key:
    return Key(row.signed_at, row.id)


def order_by(
    signatures: FromClause, *, is_newer: bool = False
) -> tuple[ColumnElement[datetime], ColumnElement[int]]:
    """Columns for ORDER BY: newest first, or oldest first if `is_newer`."""
    signed_at, key = signatures.c.signed_at, signatures.c.id
    return (signed_at, key) if is_newer else (signed_at.desc(), key.desc())


def find_scan_end(signatures: SignatureSelect, limit: int) -> Key | None:
    """The key at which a scan of `limit` rows stopped; None if it reached the end of the list."""
    keys = signatures.with_only_columns(Signature.signed_at, Signature.id)
    row = db.session.connection().execute(keys.limit(1).offset(limit - 1)).one_or_none()
    return key_of(row) if row else None


def _key_columns() -> Tuple:
    return tuple_(Signature.signed_at, Signature.id)
