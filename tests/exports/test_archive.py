"""ZIP archives that are written while they are sent."""

import os
import tracemalloc
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from itertools import repeat

import pytest

from campaign_actions.exports.archive import write_zip

NOON = datetime(2026, 11, 24, 12, 30, 8, tzinfo=UTC)
PIECE = 64 * 1024


def opened(chunks):
    archive = zipfile.ZipFile(BytesIO(b"".join(chunks)))
    assert archive.testzip() is None
    return archive


def files(**contents):
    return [(name, iter(chunks)) for name, chunks in contents.items()]


def test_files_are_in_the_archive_in_their_order():
    archive = opened(write_zip(files(b=[b"1", b"", b"2"], a=[b"x" * PIECE] * 3, empty=[]), at=NOON))

    assert archive.namelist() == ["b", "a", "empty"]
    assert archive.read("b") == b"12"
    assert archive.read("a") == b"x" * PIECE * 3
    assert archive.read("empty") == b""


def test_an_archive_may_be_empty():
    assert opened(write_zip([], at=NOON)).namelist() == []


def test_files_are_compressed():
    size = len(b"".join(write_zip(files(a=[b"row,\n" * 20_000]), at=NOON)))

    assert size < 1000


@pytest.mark.parametrize("name", ["contacts.csv", "подписи.csv", "التوقيعات.csv", "é ü/ñ.csv"])
def test_a_name_may_be_in_any_language(name):
    archive = opened(write_zip([(name, iter([b"a"]))], at=NOON))

    assert archive.namelist() == [name]


def test_a_file_has_the_time_of_the_export_and_is_for_its_owner_only():
    info = opened(write_zip(files(a=[b"a"]), at=NOON)).infolist()[0]

    assert info.date_time == (2026, 11, 24, 12, 30, 8)
    assert info.external_attr >> 16 & 0o777 == 0o600


def test_the_same_files_give_the_same_bytes():
    first, second = (b"".join(write_zip(files(a=[b"a"], b=[b"b"]), at=NOON)) for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("limit", "version"), [(None, 45), (2**31 - 1, 45), (2**31 - 2, 20), (20_000_000, 20)]
)
def test_a_header_is_zip64_unless_every_file_is_known_to_be_small(limit, version):
    written = b"".join(write_zip(files(a=[b"a"]), at=NOON, max_file_bytes=limit))

    assert int.from_bytes(written[4:6], "little") == version
    assert opened([written]).read("a") == b"a"


@pytest.mark.slow
def test_a_file_may_have_more_than_4_gib():
    zeros = bytes(16 * 1024 * 1024)
    chunks = repeat(zeros, 257)

    archive = zipfile.ZipFile(BytesIO(b"".join(write_zip([("large", chunks)], at=NOON))))

    assert archive.getinfo("large").file_size == 257 * len(zeros) > 2**32


def test_memory_does_not_grow_with_the_files():
    def peak(number):
        chunks = (os.urandom(10_000) for _ in range(number))
        tracemalloc.start()
        try:
            for _ in write_zip([("a", chunks)], at=NOON):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)

    assert peak(500) < peak(20) + 200_000  # of 5 MB


def test_a_file_is_read_only_when_the_one_before_is_complete():
    read = []

    def chunks(name):
        for number in range(3):
            read.append((name, number))
            yield b"a"

    opened(write_zip([("a", chunks("a")), ("b", chunks("b"))], at=NOON))

    assert read == [(name, number) for name in "ab" for number in range(3)]


def test_an_error_of_a_file_is_raised_unchanged():
    error = LookupError("no such table")

    def failing():
        yield b"a"
        raise error

    with pytest.raises(LookupError) as raised:
        list(write_zip([("a", failing())], at=NOON))

    assert raised.value is error


def test_an_archive_with_an_error_has_no_directory():
    """So no program takes it for complete."""
    written = []

    def failing():
        yield b"a" * PIECE
        raise LookupError

    with pytest.raises(LookupError):
        written.extend(write_zip([("a", failing())], at=NOON))

    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(BytesIO(b"".join(written)))


def test_closing_early_closes_the_file_and_the_list_of_files():
    closed = []

    def source(name, items):
        try:
            yield from items
        finally:
            closed.append(name)

    chunks = source("chunks", [bytes(PIECE), b"a"])
    files = source("files", [("a", chunks)])  # kept, so that only closing them ends them
    archive = write_zip(files, at=NOON)
    next(archive)

    archive.close()

    assert closed == ["chunks", "files"]
