"""ZIP archives that are sent while they are written: no file on disk, constant memory."""

from collections.abc import Generator, Iterable, Iterator
from datetime import datetime
from zipfile import ZIP64_LIMIT, ZIP_DEFLATED, ZipFile, ZipInfo

from campaign_actions.exports.streaming import closing_source

MIMETYPE = "application/zip"


def write_zip(
    files: Iterable[tuple[str, Iterator[bytes]]],
    *,
    at: datetime,
    max_file_bytes: int | None = None,
) -> Generator[bytes]:
    """An archive of files, given as names and chunks, each of them read before the next.

    `at` is the time of every file, in its own time zone: ZIP stores none. The size of a file is known only
    after its header, so every header is ZIP64, as that of `zip -` is. Some programs that read an archive
    without its directory, such as older Java, do not know it. If no file is larger than `max_file_bytes`,
    and that is less than 2 GiB, the headers are ordinary.
    """
    is_zip64 = max_file_bytes is None or max_file_bytes >= ZIP64_LIMIT
    sink = _Sink()
    with closing_source(files), ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        for name, chunks in files:
            info = ZipInfo(name, at.timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            with closing_source(chunks), archive.open(info, "w", force_zip64=is_zip64) as file:
                for chunk in chunks:
                    file.write(chunk)
                    if compressed := sink.take():
                        yield compressed
    yield sink.take()


class _Sink:
    """An output that cannot be read or sought, and has what was written since it was last emptied."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """There is nothing to close."""

    def take(self) -> bytes:
        written = b"".join(self._written)
        self._written.clear()
        return written
