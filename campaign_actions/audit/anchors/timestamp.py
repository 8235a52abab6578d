"""Requests, verifies and reads time stamps from an external service (RFC 3161)."""

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

STEP_TIMEOUT_SECONDS = 10.0  # for each network operation
TOTAL_TIMEOUT_SECONDS = 30.0  # for the whole request
MAX_STAMP_DELAY, MIN_STAMP_DELAY = (
    timedelta(days=7),
    timedelta(days=-1),
)  # after the time in the anchor
MAX_RESPONSE_BYTES = 64 * 1024  # a time stamp with its certificates has about 6,000


class TimestampFailed(Exception):
    """There is no time stamp, or it cannot be trusted. The message gives the reason."""


def request_timestamp(
    data: bytes,
    url: str,
    certificates: Sequence[x509.Certificate],
    *,
    step_timeout: float = STEP_TIMEOUT_SECONDS,
    total_timeout: float = TOTAL_TIMEOUT_SECONDS,
) -> bytes:
    """A verified time stamp of the SHA-256 of data, as the service sent it. Raises TimestampFailed.

    Redirects are refused, and proxies in the environment are not used.
    """
    request = (
        TimestampRequestBuilder()
        .data(data)
        .hash_algorithm(HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
        .build()
    )
    answer = _post(url, request.as_bytes(), step_timeout, total_timeout)
    verify_timestamp(answer, data, certificates, nonce=request.nonce)
    return answer


def verify_timestamp(
    answer: bytes,
    data: bytes,
    certificates: Sequence[x509.Certificate],
    *,
    nonce: int | None = None,
) -> datetime:
    """The time at which the service stamped the data. Raises TimestampFailed."""
    response = _decode(answer)
    builder = VerifierBuilder(
        roots=[one for one in certificates if one.subject == one.issuer],
        intermediates=[one for one in certificates if one.subject != one.issuer],
        nonce=nonce,
    )
    try:
        builder.build().verify_message(response, data)
    except (VerificationError, ValueError) as error:
        raise TimestampFailed(f"the time stamp cannot be trusted: {error}") from None
    return response.tst_info.gen_time


def read_digest(answer: bytes) -> bytes:
    """The digest a time stamp covers. Raises TimestampFailed."""
    return _decode(answer).tst_info.message_imprint.message


def _decode(answer: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(answer)
        _ = response.tst_info.gen_time  # the library parses it lazily
    except Exception as error:  # the library documents no exception class
        raise TimestampFailed(
            f"this is not a time stamp that can be read ({type(error).__name__})"
        ) from None
    return response


def _post(url: str, body: bytes, step_timeout: float, total_timeout: float) -> bytes:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=step_timeout)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Content-Type": "application/timestamp-query",
        "Accept": "application/timestamp-reply",
    }
    try:
        connection.connect()
        with _shut_down_after(total_timeout, connection.sock):
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
        raise TimestampFailed("it redirects to an address that is not the one in the settings")
    if response.status != 200:
        raise TimestampFailed(f"it answered with the status {response.status}")
    answer = response.read(MAX_RESPONSE_BYTES + 1)
    if len(answer) > MAX_RESPONSE_BYTES:
        raise TimestampFailed("its answer is too long")
    return answer


@contextmanager
def _shut_down_after(seconds: float, sock: socket) -> Iterator[None]:
    """Shut the socket down if the block takes longer. A service could send a byte a second without end."""

    def cut() -> None:
        with suppress(OSError):  # closed already
            sock.shutdown(SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
