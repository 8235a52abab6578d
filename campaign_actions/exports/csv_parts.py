"""Splits CSV into files of limited size, for systems that import no larger ones.

parts = split_csv(chunks, max_bytes=20_000_000)
output.writelines(write_zip(name_parts(parts, "contacts", ".csv"), at=now))
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from io import BytesIO
from math import inf

from flask_babel import lazy_gettext as _l

from campaign_actions.core.errors import DomainError
from campaign_actions.exports.streaming import closing_source

BLOCK_BYTES = 64 * 1024


class RowTooLarge(DomainError):
    """A row and the header are together larger than a part may be. No limit is ever exceeded."""

    message = _l("A row is larger than the largest file allowed. Choose a larger limit.")


def split_csv(
    chunks: Iterator[bytes], *, max_bytes: int | None = None, max_rows: int | None = None
) -> Generator[Iterator[bytes]]:
    """Parts of at most that many bytes and rows besides the header, each with the same header.

    A byte order mark belongs to the header. Rows end with LF, as in RFC 4180 otherwise: a quoted cell may
    contain line breaks. Without rows there is one part, without a header none. At most one row and one
    block are in memory.

    Read each part to its end before the next, else RuntimeError is raised, because rows would be missing.
    Raises RowTooLarge while a part is read.
    """
    with closing_source(chunks):
        rows = _Rows(chunks)
        header = rows.take()
        is_last = not header
        while not is_last:
            rows.is_part_complete = False
            yield _part(header, rows, max_bytes=max_bytes or inf, max_rows=max_rows or inf)
            if not rows.is_part_complete:
                raise RuntimeError("the previous part was not read to its end")
            is_last = not rows.next


def name_parts(
    parts: Generator[Iterator[bytes]], name: str, suffix: str
) -> Generator[tuple[str, Iterator[bytes]]]:
    """The parts with the names `contacts-1.csv`, `contacts-2.csv` and so on."""
    with closing(parts):
        for number, part in enumerate(parts, 1):
            yield f"{name}-{number}{suffix}", part


class _Rows:
    """The rows, with their line breaks, and a look at the next one; empty after the last."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._rows = _rows(chunks)
        self.next = next(self._rows, b"")
        self.is_part_complete = False

    def take(self) -> bytes:
        row, self.next = self.next, next(self._rows, b"")
        return row


def _part(header: bytes, rows: _Rows, *, max_bytes: float, max_rows: float) -> Iterator[bytes]:
    """The header and as many rows as the limits allow, in blocks."""
    block, block_bytes = [header], len(header)
    total, count = len(header), 0
    while rows.next and count < max_rows and total + len(rows.next) <= max_bytes:
        row = rows.take()
        block.append(row)
        block_bytes, total, count = block_bytes + len(row), total + len(row), count + 1
        if block_bytes >= BLOCK_BYTES:
            yield b"".join(block)
            block, block_bytes = [], 0
    if rows.next and not count:
        raise RowTooLarge
    rows.is_part_complete = True
    yield b"".join(block)


def _rows(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """A line break ends a row if the number of quotes before it is even."""
    begun: list[bytes] = []
    is_quoted = False
    for chunk in chunks:
        for line in BytesIO(chunk):  # each ends after LF, except the last
            begun.append(line)
            is_quoted ^= line.count(b'"') % 2 == 1
            if not is_quoted and line.endswith(b"\n"):
                yield b"".join(begun)
                begun.clear()
    if begun:
        yield b"".join(begun)
