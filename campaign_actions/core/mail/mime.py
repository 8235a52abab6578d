"""Builds emails as bytes: one recipient, text and HTML, headers safe from injection.

The headers that many emails share are encoded once for all of them. The parts that differ are put
together here: the standard library would take a hundred times as long for each email.
"""

import hashlib
import re
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache

import idna

from campaign_actions.core.i18n.bidi import ISOLATES

INVALID_ADDRESS = "not a valid email address"
MAX_LINE_LENGTH = 990  # RFC 5322 allows 998
LINK = re.compile(r"https?://[!-;=?-~]{1,900}")  # printable ASCII, no space, no < and >
LOGO_ID = "logo@organization"
LOGO_ADDRESS = f"cid:{LOGO_ID}"
DOMAIN = re.compile(r"[A-Za-z0-9._-]+|\[[A-Za-z0-9.:]+\]")  # a name, or an IP address in brackets


class MailRefused(Exception):
    """A permanent failure: do not try again. The reason contains no address."""


@dataclass(frozen=True)
class MimeMessage:
    """An email ready to be sent, with CRLF; ASCII unless an address is not."""

    sender: str
    recipient: str
    message_id: str
    wire: bytes

    @property
    def is_international(self) -> bool:
        """Whether an address has non-ASCII characters before the @ (SMTPUTF8)."""
        return not (self.sender + self.recipient).isascii()


def build_message(
    *,
    sender: Address,
    to: str,
    locale: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    now: datetime,
    unsubscribe: str | None = None,
    logo: bytes = b"",
) -> MimeMessage:
    """An email to one recipient, as text and HTML. Raises MailRefused if `to` is not a valid address.

    `unsubscribe`: the URL for one-click unsubscription, a POST without cookies (RFC 8058). `logo`: a PNG
    file that the HTML shows as LOGO_ADDRESS (RFC 2392).
    """
    recipient = parse_address(to).addr_spec
    boundary = f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:40]}"
    own = (
        f"To: {recipient}\r\nDate: {format_datetime(now)}\r\nMessage-ID: {message_id}\r\n"
        f"{_unsubscribe_headers(unsubscribe)}"
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    )
    separator = f"--{boundary}\r\n".encode()
    end = f"--{boundary}--\r\n".encode()
    page = _part("html", html)
    if logo and LOGO_ADDRESS in html:
        page = _with_logo(page, logo, boundary=f"{boundary[:-1]}r")
    parts = (separator, _part("plain", text), separator, page, end)
    head = _shared_headers(sender.display_name, sender.addr_spec, to_one_line(subject), locale)
    wire = b"".join((head, own.encode(), *parts))
    return MimeMessage(sender.addr_spec, recipient, message_id, wire)


def parse_address(email: str) -> Address:
    """An email address, with its domain in ASCII (IDNA). Raises MailRefused."""
    local, _at, domain = email.strip().rpartition("@")
    try:
        if not domain.isascii():
            domain = idna.encode(domain, uts46=True).decode()
        address = Address(username=local, domain=domain)
    except (ValueError, MessageError, IndexError) as error:
        raise MailRefused(INVALID_ADDRESS) from error
    is_clean = all(c.isprintable() and not c.isspace() for c in local)
    if not local or not is_clean or not DOMAIN.fullmatch(domain):
        raise MailRefused(INVALID_ADDRESS)
    return address


def to_one_line(text: str) -> str:
    """Text for a header, without line breaks and control characters. Bidi isolates stay."""
    kept = (c if c.isprintable() or c in ISOLATES else " " for c in text)
    return " ".join("".join(kept).split())


@lru_cache(maxsize=512)
def _shared_headers(name: str, address: str, subject: str, locale: str) -> bytes:
    """The headers that many emails share."""
    head = (
        f"From: {_encode_sender(name, address)}\r\n"
        f"Subject: {_encode_words(subject, header='Subject')}\r\n"
        f"Content-Language: {locale}\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "X-Auto-Response-Suppress: All\r\n"  # the same for Microsoft Exchange
        "MIME-Version: 1.0\r\n"
    )
    return head.encode()


def _encode_sender(name: str, address: str) -> str:
    if name.isascii():
        return str(Address(name, addr_spec=address))
    return f"{_encode_words(name, header='From')}\r\n <{address}>"


def _encode_words(text: str, *, header: str) -> str:
    """Text as the value of a header, folded, in encoded words (RFC 2047) if need be.

    EmailMessage would lose spaces between encoded words on Python 3.11.
    """
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    value = Header(text, charset, header_name=header).encode(linesep="\r\n")
    # Some servers reject a header whose value begins on its second line, though it is allowed.
    return value.removeprefix("\r\n").lstrip(" ")


def _unsubscribe_headers(url: str | None) -> str:
    """The headers for one-click unsubscription. Raises ValueError."""
    if url is None:
        return ""
    if not LINK.fullmatch(url):
        raise ValueError("This URL cannot be put in a header.")
    return f"List-Unsubscribe: <{url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


def _with_logo(page: bytes, logo: bytes, *, boundary: str) -> bytes:
    """The HTML part and its picture as one part."""
    head = f'Content-Type: multipart/related; type="text/html"; boundary="{boundary}"\r\n\r\n'
    separator, end = f"--{boundary}\r\n".encode(), f"--{boundary}--\r\n".encode()
    return b"".join((head.encode(), separator, page, separator, _logo_part(logo), end))


@lru_cache(maxsize=8)
def _logo_part(logo: bytes) -> bytes:
    head = (
        "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-ID: <{LOGO_ID}>\r\nContent-Disposition: inline; filename="logo.png"\r\n\r\n'
    )
    return head.encode() + encodebytes(logo).replace(b"\n", b"\r\n")


def _part(subtype: str, text: str) -> bytes:
    """A MIME part: 7bit where possible, so that the source is readable, else the shorter encoding."""
    lines = text.encode().splitlines()
    body, encoding = b"\r\n".join((*lines, b"")), "7bit"
    if not text.isascii() or any(len(line) > MAX_LINE_LENGTH for line in lines):
        quoted, base64 = b2a_qp(body), encodebytes(body).replace(b"\n", b"\r\n")
        is_quoted_shorter = len(quoted) < len(base64)
        body, encoding = (quoted, "quoted-printable") if is_quoted_shorter else (base64, "base64")
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}"
    return b"".join((head.encode(), b"\r\n\r\n", body, b"\r\n"))
