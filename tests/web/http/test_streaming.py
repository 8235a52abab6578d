"""Downloads: what is sent is what was generated, and one that breaks off cannot be decoded."""

import zlib
from collections.abc import Iterator

import pytest

from campaign_actions.core.errors import NotFound
from campaign_actions.web.http.streaming import break_visibly, stream_file

CHUNKS = [b"first", b"x" * 200_000, "мир".encode()]


def broken(error: Exception) -> Iterator[bytes]:
    yield from CHUNKS
    raise error


def decode(packed: list[bytes]) -> bytes:
    gzip = zlib.decompressobj(31)
    data = b"".join(map(gzip.decompress, packed))
    assert gzip.eof
    return data


def test_a_whole_download_is_decoded_to_its_bytes():
    assert decode(list(break_visibly(CHUNKS))) == b"".join(CHUNKS)
    assert decode(list(break_visibly([]))) == b""


@pytest.mark.parametrize("error", [NotFound(), RuntimeError("a fault")], ids=["known", "unknown"])
def test_a_download_that_breaks_off_cannot_be_decoded(error):
    packed = list(break_visibly(broken(error)))

    with pytest.raises(zlib.error, match="invalid block type"):
        decode(packed)


def test_all_that_came_before_a_break_is_sent():
    gzip = zlib.decompressobj(31)

    *packed, end = break_visibly(broken(NotFound()))

    sent = b"".join(map(gzip.decompress, packed)) + gzip.decompress(end[:-1])
    assert sent == b"".join(CHUNKS)


def test_a_client_that_closes_early_closes_the_chunks():
    closed = []

    def chunks():
        try:
            yield from CHUNKS
        finally:
            closed.append(True)

    source = chunks()
    packed = break_visibly(source)
    next(packed)
    packed.close()
    source.close()

    assert closed == [True]


@pytest.mark.parametrize(
    ("accepts", "encoding"), [("gzip, deflate, br", "gzip"), ("", None), ("gzip;q=0", None)]
)
def test_only_clients_that_can_decode_gzip_get_it(app, accepts, encoding):
    with app.test_request_context(headers={"Accept-Encoding": accepts}):
        answer = stream_file((chunk for chunk in CHUNKS), name="a.csv", mimetype="text/csv")
        sent = list(answer.iter_encoded())
        answer.close()

    assert answer.headers.get("Content-Encoding") == encoding
    assert (decode(sent) if encoding else b"".join(sent)) == b"".join(CHUNKS)
