"""What a mail says: its templates in the reader's language, and the message made of them."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.headerregistry import Address
from typing import Any, Literal

import css_inline
from flask import current_app, g, render_template
from markupsafe import escape

from campaign_actions.config import WrongSetting
from campaign_actions.core.i18n.locale import direction, organization_name
from campaign_actions.core.i18n.registry import locale_registry
from campaign_actions.core.mail.mime import (
    MailRefused,
    MimeMessage,
    build_message,
    parse_address,
    to_one_line,
)
from campaign_actions.core.services import Service
from campaign_actions.core.ttl_cache import TtlCache

CSS_INLINER = css_inline.CSSInliner(
    load_remote_stylesheets=False, keep_at_rules=True, resolve_css_variables=True
)
RIGHT_TO_LEFT_MARK = "\u200f"  # U+200F RIGHT-TO-LEFT MARK
PLACEHOLDER = secrets.token_hex(16)  # stands for a link while a mail is rendered; in nobody's text
Layout = Literal["layout", "part"]


class MailDelayed(Exception):
    """Not now: it is to be tried again. The reason holds no address."""


class MailNotDue(Exception):
    """Said by who makes a mail: it is to be asked again in a while, through no fault of the mail."""


class MailServerUnavailable(MailDelayed):
    """The mail server does not take mail now, whichever: the others need not be tried."""


@dataclass(frozen=True)
class Mail:
    """What there is to say: the words (`templates/mail/<template>.*`) and their values.

    `values` are those that many mails share, `links` the addresses that are in this one alone.
    `to` and `locale` are the address and the language, where they are others than those the mail was
    queued with. `unsubscribe` is the address to which a mail program posts when its reader has had
    enough (RFC 8058).
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    to: str | None = None
    unsubscribe: str | None = None
    locale: str | None = None


# What a queued mail has to say now: (about, email_key, locale, now); None: nothing any more.
# `about` is an action, or an update where the mail is one.
MailMaker = Callable[[int | None, str, str, datetime], Mail | None]


@dataclass(frozen=True)
class AddressMailMaker:
    """A maker of mails that were queued without looking up whose address it is.

    `make(address, email_key, now)` is what it has to say; None: nothing.
    """

    make: Callable[[str, str, datetime], Mail | None]


MailMakers = Mapping[str, MailMaker | AddressMailMaker]
mail_makers = Service[MailMakers]("mail_makers")


@dataclass(frozen=True)
class RenderedMail:
    locale: str
    subject: str
    text: str
    html: str
    is_whole: bool = True  # else a part, to stand inside a digest


_RENDERED = TtlCache[tuple[str, str, Layout, tuple[tuple[str, Any], ...]], RenderedMail]()


@contextmanager
def locale_context(locale: str) -> Iterator[None]:
    """As if a reader of this language asked for a page: `_()`, `url_for()` and templates follow.

    Each has a context of its own, since Flask-Babel keeps the language of a context to its end,
    and leaves no transaction open: whatever is read in it is let go of.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context(), app.test_request_context("/", base_url=app.config["PUBLIC_URL"]):
        locale_registry().refresh()
        g.locale = locale
        yield


def render_mail(
    template: str,
    *,
    locale: str,
    values: Mapping[str, Any],
    links: Mapping[str, str] | None = None,
    layout: Layout = "layout",
) -> RenderedMail:
    """`templates/mail/<template>.{subject.txt,body.txt,body.html}` in the reader's language.

    `layout` "part" leaves out what frames a mail: the result is to stand inside a digest. Mails
    that differ in nothing but their `links` are rendered once a second, with a mark for each link.
    """
    if not links:
        return _render(template, locale, layout, values)
    marks = {name: f"{PLACEHOLDER}-{name}-" for name in links}
    marked = {**values, **marks}
    key = (template, locale, layout, tuple(sorted(marked.items())))
    rendered = _RENDERED.get(key, lambda: _render(template, locale, layout, marked))
    return _with_links(rendered, {marks[name]: link for name, link in links.items()})


def make_message(
    rendered: RenderedMail,
    *,
    to: str,
    message_id: str,
    now: datetime,
    unsubscribe: str | None = None,
) -> MimeMessage:
    """A message from the organisation to one recipient. Raises MailRefused."""
    return build_message(
        sender=sender(rendered.locale),
        to=to,
        locale=rendered.locale,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message_id,
        now=now,
        unsubscribe=unsubscribe,
    )


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
        address = parse_address(current_app.config["MAIL_SENDER"])
    except MailRefused as error:
        raise WrongSetting("MAIL_SENDER is not an address like name@example.org.") from error
    return Address(to_one_line(organization_name(locale)), address.username, address.domain)


def _render(template: str, locale: str, layout: Layout, values: Mapping[str, Any]) -> RenderedMail:
    with locale_context(locale):
        values = {"organization": organization_name(locale), "layout": layout, **values}
        subject, text, html = (
            render_template(f"mail/{template}.{part}", **values)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    return RenderedMail(
        locale=locale,
        subject=subject.strip(),
        text=_start(locale) + text.strip() + "\n",
        html=CSS_INLINER.inline(html) if layout == "layout" else html.strip(),
        is_whole=layout == "layout",
    )


def _start(locale: str) -> str:
    """A mark before text that runs from the right: programs look at its first letter, which may be Latin."""
    return RIGHT_TO_LEFT_MARK if direction(locale) == "rtl" else ""


def _with_links(mail: RenderedMail, links: Mapping[str, str]) -> RenderedMail:
    """Each mark is replaced by its link, which is escaped where it comes into HTML."""
    text, html = mail.text, mail.html
    for mark, link in links.items():
        text = text.replace(mark, link)
        html = html.replace(mark, str(escape(link)))
    return replace(mail, text=text, html=html)
