"""What a mail says: its templates in the reader's language, and the message made of them."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Literal

import css_inline
import idna
from flask import current_app, g, render_template

from campaign_actions.config import WrongSetting
from campaign_actions.core.i18n import organization_name

POLICY = SMTP.clone(cte_type="7bit")  # every server takes it, whatever it says it can
NO_ADDRESS = "this is no address a mail can go to"
LONGEST_LINE = 990  # RFC 5322 allows 998
INLINER = css_inline.CSSInliner(
    load_remote_stylesheets=False, keep_at_rules=True, resolve_css_variables=True
)


class MailDelayed(Exception):
    """Not now: it is to be tried again. The reason holds no address."""


class ServerAway(MailDelayed):
    """The mail server does not take mail now, whichever: the others need not be tried."""


class MailRefused(Exception):
    """Never: nobody will take this mail. The reason holds no address."""


@dataclass(frozen=True)
class Mail:
    """What there is to say: the words (`templates/mail/<template>.*`) and their values.

    `to` is the address, where it is another than the one the mail was queued for.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    to: str | None = None


# What a queued mail has to say now: (about, email_key, locale, now); None: nothing any more.
MailMaker = Callable[[int | None, str, str, datetime], Mail | None]


@dataclass(frozen=True)
class RenderedMail:
    locale: str
    subject: str
    text: str
    html: str
    is_whole: bool = True  # else a part, to stand inside a digest


@contextmanager
def reading_in(locale: str) -> Iterator[None]:
    """As if a reader of this language asked for a page: `_()`, `url_for()` and templates follow.

    Each has a context of its own, since Flask-Babel keeps the language of a context to its end,
    and leaves no transaction open: whatever is read in it is let go of.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context(), app.test_request_context("/", base_url=app.config["PUBLIC_URL"]):
        g.locale = locale
        yield


def render_mail(
    template: str,
    *,
    locale: str,
    values: Mapping[str, Any],
    layout: Literal["layout", "part"] = "layout",
) -> RenderedMail:
    """`templates/mail/<template>.{subject.txt,body.txt,body.html}` in the reader's language.

    `layout` "part" leaves out what frames a mail: the result is to stand inside a digest.
    """
    with reading_in(locale):
        values = {"organization": organization_name(locale), "layout": layout, **values}
        subject, text, html = (
            render_template(f"mail/{template}.{part}", **values)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    return RenderedMail(
        locale=locale,
        subject=subject.strip(),
        text=text.strip() + "\n",
        html=INLINER.inline(html) if layout == "layout" else html.strip(),
        is_whole=layout == "layout",
    )


def make_message(
    rendered: RenderedMail, *, to: str, message_id: str, now: datetime
) -> EmailMessage:
    """A message from the organisation to one recipient, as text and HTML.

    Raises MailRefused when `to` can be no recipient.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = sender(rendered.locale)
    message["To"] = mailbox(to)
    message["Subject"] = _one_line(rendered.subject)
    message["Date"] = now
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    message.set_content(rendered.text, cte=_encoding(rendered.text))
    message.add_alternative(rendered.html, subtype="html", cte=_encoding(rendered.html))
    message["Content-Language"] = rendered.locale  # last: contents take such headers with them
    return message


def make_message_id(*names: object) -> str:
    """The same for the same names, and nobody learns them from it.

    A mail handed over twice, because the answer to the first was lost, can be told for a double.
    """
    text = "\n".join(map(str, names))
    key = str(current_app.config["SECRET_KEY"]).encode()
    digest = hmac.digest(key, b"message-id\n" + text.encode(), hashlib.sha256)
    return f"<{digest.hex()[:40]}@{sender().domain}>"


def sender(locale: str | None = None) -> Address:
    """MAIL_SENDER under the organisation's name. Raises WrongSetting when it is no address."""
    try:
        address = mailbox(current_app.config["MAIL_SENDER"])
    except MailRefused as error:
        raise WrongSetting("MAIL_SENDER is not an address like name@example.org.") from error
    return Address(_one_line(organization_name(locale)), address.username, address.domain)


def mailbox(email: str) -> Address:
    """An address with its domain as mail servers know it (IDNA). Raises MailRefused."""
    local, _at, domain = email.strip().rpartition("@")
    try:
        if not domain.isascii():
            domain = idna.encode(domain, uts46=True).decode()
        address = Address(username=local, domain=domain)
    except (ValueError, MessageError, IndexError) as error:
        raise MailRefused(NO_ADDRESS) from error
    if not local or not domain or any(c.isspace() or not c.isprintable() for c in email.strip()):
        raise MailRefused(NO_ADDRESS)
    return address


def as_bytes(message: EmailMessage) -> bytes:
    """As it goes over the wire: with CRLF, all ASCII unless an address is not."""
    wire = message.as_bytes(policy=POLICY.clone(utf8=is_international(message)))
    head, gap, body = wire.partition(b"\r\n\r\n")
    # a header that begins with its second line is allowed, and refused by some all the same
    return re.sub(rb"(?m)^([\w-]+):\r\n ", rb"\1: ", head) + gap + body


def is_international(message: EmailMessage) -> bool:
    """Whether an address has other than ASCII letters before the @ (SMTPUTF8)."""
    addresses = (*message["From"].addresses, *message["To"].addresses)
    return not all(address.username.isascii() for address in addresses)


def _one_line(text: str) -> str:
    """Nothing in a header's text ends the header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _encoding(text: str) -> str | None:
    """Plain where it can be, so that a mail can be read as it is; else what is shorter."""
    is_plain = text.isascii() and all(len(line) < LONGEST_LINE for line in text.splitlines())
    return "7bit" if is_plain else None
