"""Time stamps of a service outside (RFC 3161): asked for, verified, and read again later."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import SHUT_RDWR, socket
from threading import Timer
from urllib.parse import urlsplit

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

STEP_TIMEOUT_SECONDS = 10.0  # for each step of the conversation
TOTAL_TIMEOUT_SECONDS = 30.0  # for all of it, however slowly the service goes on
MAX_STAMP_DELAY, MIN_STAMP_DELAY = (
    timedelta(days=7),
    timedelta(days=-1),
)  # after the time that an anchor says
MAX_RESPONSE_BYTES = 64 * 1024  # bytes: a time stamp with its certificates has some 6,000


class TimestampFailed(Exception):
    """No time stamp, or none that can be trusted; the reason in words."""


def request_timestamp(
    data: bytes,
    url: str,
    certificates: Sequence[x509.Certificate],
    *,
    answer_seconds: float = STEP_TIMEOUT_SECONDS,
    total_seconds: float = TOTAL_TIMEOUT_SECONDS,
) -> bytes:
    """A time stamp of the SHA-256 of data, verified, as the service sent it. Raises TimestampFailed.

    Only this address is asked: redirects are refused, and proxies of the environment are not used.
    """
    request = (
        TimestampRequestBuilder()
        .data(data)
        .hash_algorithm(HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
        .build()
    )
    answer = _post(url, request.as_bytes(), answer_seconds, total_seconds)
    verify_timestamp(answer, data, certificates, nonce=request.nonce)
    return answer


def verify_timestamp(
    answer: bytes,
    data: bytes,
    certificates: Sequence[x509.Certificate],
    *,
    nonce: int | None = None,
) -> datetime:
    """When the service saw the data. Raises TimestampFailed."""
    response = _decode(answer)
    builder = VerifierBuilder(
        roots=[one for one in certificates if one.subject == one.issuer],
        intermediates=[one for one in certificates if one.subject != one.issuer],
        nonce=nonce,
    )
    try:
        builder.build().verify_message(response, data)
    except (VerificationError, ValueError) as error:
        raise TimestampFailed(f"its time stamp cannot be trusted: {error}") from None
    return response.tst_info.gen_time


def read_digest(answer: bytes) -> bytes:
    """What a time stamp is about. Raises TimestampFailed for what is none."""
    return _decode(answer).tst_info.message_imprint.message


def _decode(answer: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(answer)
        _ = response.tst_info.gen_time  # the library reads it only when asked
    except Exception as error:  # the library names no class for what it cannot read
        raise TimestampFailed(
            f"its answer is no time stamp that we can read ({type(error).__name__})"
        ) from None
    return response


def _post(url: str, body: bytes, answer_seconds: float, total_seconds: float) -> bytes:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=answer_seconds)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Content-Type": "application/timestamp-query",
        "Accept": "application/timestamp-reply",
    }
    try:
        connection.connect()
        with _shut_down_after(total_seconds, connection.sock):
            connection.request("POST", path, body, headers)
            return _read(connection.getresponse())
    except TimeoutError:
        raise TimestampFailed("it did not answer in time") from None
    except (OSError, HTTPException, ValueError) as error:
        raise TimestampFailed(f"it cannot be reached ({type(error).__name__})") from None
    finally:
        connection.close()


def _read(response: HTTPResponse) -> bytes:
    if 300 <= response.status < 400:
        raise TimestampFailed(
            "it sends us to another address, which is not the one in the settings"
        )
    if response.status != 200:
        raise TimestampFailed(f"it answered with the status {response.status}")
    answer = response.read(MAX_RESPONSE_BYTES + 1)
    if len(answer) > MAX_RESPONSE_BYTES:
        raise TimestampFailed("its answer is too long")
    return answer


@contextmanager
def _shut_down_after(seconds: float, sock: socket) -> Iterator[None]:
    """The connection is cut when the block takes longer: one byte a second would go on for ever."""

    def cut() -> None:
        with suppress(OSError):  # it has ended by itself
            sock.shutdown(SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
