"""A mail as it goes over the wire: one recipient, text and HTML, headers that nothing can break.

Headers with words in them are made by the standard library, once for many mails; what differs
from mail to mail is put together here. The library would need a hundred times as long for each.
"""

import hashlib
import re
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

import idna

from campaign_actions.core.i18n.bidi import ISOLATES

INVALID_ADDRESS = "this is no address a mail can go to"
MAX_LINE_LENGTH = 990  # RFC 5322 allows 998
LINK = re.compile(r"https?://[!-;=?-~]{1,900}")  # printable ASCII, no space, no < and >
DOMAIN = re.compile(r"[A-Za-z0-9._-]+|\[[A-Za-z0-9.:]+\]")  # a name, or an address in brackets


class MailRefused(Exception):
    """Never: nobody will take this mail. The reason holds no address."""


@dataclass(frozen=True)
class MimeMessage:
    """A mail ready to be handed over, with CRLF, all ASCII unless an address is not."""

    sender: str
    recipient: str
    message_id: str
    wire: bytes

    @property
    def is_international(self) -> bool:
        """Whether an address has other than ASCII letters before the @ (SMTPUTF8)."""
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
) -> MimeMessage:
    """A message to one recipient, as text and HTML. Raises MailRefused when `to` can be none.

    `unsubscribe` is an address that ends such mails by a post without cookies (RFC 8058).
    """
    recipient = parse_address(to).addr_spec
    boundary = f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:40]}"  # nobody can guess it
    own = (
        f"To: {recipient}\r\nDate: {format_datetime(now)}\r\nMessage-ID: {message_id}\r\n"
        f"{_unsubscribing(unsubscribe)}"
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    )
    between = f"--{boundary}\r\n".encode()
    parts = (between, _part("plain", text), between, _part("html", html), between[:-2], b"--\r\n")
    wire = b"".join((_head(str(sender), to_one_line(subject), locale), own.encode(), *parts))
    return MimeMessage(sender.addr_spec, recipient, message_id, wire)


def parse_address(email: str) -> Address:
    """An address with its domain as mail servers know it (IDNA). Raises MailRefused."""
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
    """Nothing in a header's text ends the header. Isolates stay: they keep a name in its order."""
    kept = (c if c.isprintable() or c in ISOLATES else " " for c in text)
    return " ".join("".join(kept).split())


@lru_cache(maxsize=512)
def _head(sender: str, subject: str, locale: str) -> bytes:
    """The headers that many mails share."""
    head = EmailMessage(policy=SMTP.clone(utf8=not sender.rpartition("<")[2].isascii()))
    head["From"] = sender
    head["Subject"] = subject
    head["Content-Language"] = locale
    head["Auto-Submitted"] = "auto-generated"
    head["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    head["MIME-Version"] = "1.0"
    # a header that begins with its second line is allowed, and refused by some all the same
    return re.sub(rb"(?m)^([\w-]+):\r\n ", rb"\1: ", head.as_bytes()).removesuffix(b"\r\n")


def _unsubscribing(url: str | None) -> str:
    """The two headers by which a mail program ends such mails. Raises ValueError."""
    if url is None:
        return ""
    if not LINK.fullmatch(url):
        raise ValueError("This is no address that can stand in a header.")
    return f"List-Unsubscribe: <{url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


def _part(subtype: str, text: str) -> bytes:
    """Plain where it can be, so that a mail can be read as it is; else what is shorter."""
    lines = text.encode().splitlines()
    body, encoding = b"\r\n".join((*lines, b"")), "7bit"
    if not text.isascii() or any(len(line) > MAX_LINE_LENGTH for line in lines):
        quoted, coded = b2a_qp(body), encodebytes(body).replace(b"\n", b"\r\n")
        is_quoted_shorter = len(quoted) < len(coded)
        body, encoding = (quoted, "quoted-printable") if is_quoted_shorter else (coded, "base64")
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}"
    return b"".join((head.encode(), b"\r\n\r\n", body, b"\r\n"))
