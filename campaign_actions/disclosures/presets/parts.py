"""CSV in parts that are small enough for the program that imports them."""

from collections.abc import Iterable, Iterator


def split_into_parts(
    chunks: Iterable[bytes], *, max_bytes: int | None = None, max_rows: int | None = None
) -> Iterator[tuple[int, bytes]]:
    """The chunks of a CSV file with a header, each with the number of its part, starting with 1.

    Each part starts with the header, which counts towards its bytes but not its rows, and ends with a
    whole row. Chunks must contain whole rows, and the first one the header, as csv_format writes them.
    A row that is longer than a part has a part to itself.
    """
    remaining = iter(chunks)
    header, _, first = next(remaining, b"").partition(b"\n")
    header += b"\n"
    number, size, rows = 1, len(header), 0
    pending = [header]
    for chunk in _and_then(first, remaining):
        for row in _rows(chunk):
            is_full = max_rows is not None and rows >= max_rows
            is_full |= max_bytes is not None and size + len(row) > max_bytes
            if is_full and rows:
                yield number, b"".join(pending)
                number, size, rows = number + 1, len(header), 0
                pending = [header]
            pending.append(row)
            size, rows = size + len(row), rows + 1
        yield number, b"".join(pending)
        pending = []


def _and_then(first: bytes, remaining: Iterator[bytes]) -> Iterator[bytes]:
    """Also if there is nothing else: then the only part is the header."""
    yield first
    yield from remaining


def _rows(chunk: bytes) -> Iterator[bytes]:
    """Its rows with their line breaks. A line break between quotes is part of a cell."""
    row = b""
    for line in chunk.split(b"\n")[:-1]:
        row += line + b"\n"
        if row.count(b'"') % 2 == 0:
            yield row
            row = b""
