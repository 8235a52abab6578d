"""Renders emails from templates, in the reader's language."""

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.headerregistry import Address
from typing import Literal

import css_inline
from flask import current_app, render_template
from markupsafe import escape

from campaign_actions.config import WrongSetting
from campaign_actions.core.i18n.locale import current_locale, direction
from campaign_actions.core.mail.mime import (
    LOGO_ADDRESS,
    MailRefused,
    MimeMessage,
    build_message,
    parse_address,
    to_one_line,
)
from campaign_actions.core.organization import (
    brand_accent,
    organization,
    organization_name,
)
from campaign_actions.core.services import Service
from campaign_actions.core.templating.environment import locale_context
from campaign_actions.core.theme import house_accent
from campaign_actions.core.ttl_cache import TtlCache
from campaign_actions.core.urls import public_url_for

CSS_INLINER = css_inline.CSSInliner(
    load_remote_stylesheets=False, keep_at_rules=True, resolve_css_variables=True
)
RIGHT_TO_LEFT_MARK = "\u200f"
MAIL_LOGO_HEIGHT = 32  # pixels
PLACEHOLDER = secrets.token_hex(16)  # in place of a link while rendering; random, so in no text
Layout = Literal["layout", "part"]


class MailDelayed(Exception):
    """A temporary failure: try again later. The reason contains no address."""


class MailNotDue(Exception):
    """Raised by an email maker: ask again later; this does not count as a failed attempt."""


class MailServerUnavailable(MailDelayed):
    """The mail server takes no email at the moment, so others need not be tried."""


@dataclass(frozen=True)
class Mail:
    """An email to render: `templates/mail/<template>.*` with its values.

    `values` may be shared by many emails; `links` are the URLs and codes of this one only. `to` and
    `locale` override those it was queued with. `unsubscribe`: the URL for one-click unsubscription
    (RFC 8058).
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    to: str | None = None
    unsubscribe: str | None = None
    locale: str | None = None


# Makes a queued email when it is due: (about, email_key, locale, now); None: it is no longer needed.
# `about`: the id of an action, or of an update.
MailMaker = Callable[[int | None, str, str, datetime], Mail | None]


@dataclass(frozen=True)
class AddressMailMaker:
    """An email maker for emails that were queued without looking up whose address it is.

    `make(address, email_key, now)` returns the email, or None if none is to be sent.
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
    is_whole: bool = True  # else a part of a digest

    @property
    def sender(self) -> Address:
        return sender(self.locale)


_RENDERED = TtlCache[tuple[str, str, Layout, tuple[tuple[str, object], ...]], RenderedMail]()


def render_mail(
    template: str,
    *,
    locale: str,
    values: Mapping[str, object],
    links: Mapping[str, str] | None = None,
    layout: Layout = "layout",
) -> RenderedMail:
    """Render `templates/mail/<template>.{subject.txt,body.txt,body.html}`.

    `layout` "part" is for a part of a digest, without header and footer. Emails that differ only in
    their `links` are rendered once a second, with a placeholder for each link.
    """
    if not links:
        return _render(template, locale, layout, values)
    placeholders = {name: f"{PLACEHOLDER}-{name}-" for name in links}
    shared = {**values, **placeholders}
    key = (template, locale, layout, tuple(sorted(shared.items())))
    rendered = _RENDERED.get(key, lambda: _render(template, locale, layout, shared))
    return _insert_links(rendered, {placeholders[name]: link for name, link in links.items()})


def make_message(
    rendered: RenderedMail,
    *,
    to: str,
    message_id: str,
    now: datetime,
    unsubscribe: str | None = None,
) -> MimeMessage:
    """An email from the organisation to one recipient. Raises MailRefused."""
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
        logo=organization().mail_logo,
    )


def make_message_id(*names: object) -> str:
    """A keyed hash of `names`: the same for every attempt, so that servers can recognise duplicates."""
    text = "\n".join(map(str, names))
    key = str(current_app.config["SECRET_KEY"]).encode()
    digest = hmac.digest(key, b"message-id\n" + text.encode(), hashlib.sha256)
    return f"<{digest.hex()[:40]}@{sender().domain}>"


def sender(locale: str | None = None) -> Address:
    """MAIL_SENDER with the organisation's name. Raises WrongSetting if it is not an address."""
    try:
        address = parse_address(current_app.config["MAIL_SENDER"])
    except MailRefused as error:
        raise WrongSetting(
            "MAIL_SENDER must be an email address, such as name@example.org."
        ) from error
    return Address(to_one_line(organization_name(locale)), address.username, address.domain)


def _render(
    template: str, locale: str, layout: Layout, values: Mapping[str, object]
) -> RenderedMail:
    with locale_context(locale):
        values = {**house_values(), "layout": layout, **values}
        subject, text, html = (
            render_template(f"mail/{template}.{part}", **values)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    return RenderedMail(
        locale=locale,
        subject=subject.strip(),
        text=_direction_mark(locale) + text.strip() + "\n",
        html=inline_styles(html) if layout == "layout" else html.strip(),
        is_whole=layout == "layout",
    )


def inline_styles(html: str) -> str:
    """A whole email with its styles in the elements, and in the organisation's colour."""
    head, end, body = html.partition("</style>")
    for scheme in ("light", "dark"):
        head = head.replace(house_accent(scheme).fill, brand_accent(scheme).fill)
    return CSS_INLINER.inline(head + end + body)


def house_values() -> dict[str, object]:
    """The values about the organisation that every email needs, in the language of the page."""
    logo = organization().logo
    footer, footer_locale = organization().shown_text("footer")
    has_imprint = bool(organization().shown_text("imprint")[0])
    return {
        "organization": organization_name(),
        "logo_width": round(MAIL_LOGO_HEIGHT * logo.shape) if logo else 0,
        "logo_height": MAIL_LOGO_HEIGHT,
        "logo_has_name": bool(logo and logo.has_name),
        "footer": footer,
        "footer_locale": footer_locale,
        "imprint_url": public_url_for("site.imprint", locale=current_locale())
        if has_imprint
        else "",
    }


def show_logo(html: str) -> str:
    """The HTML of an email as a browser can show it: it cannot take the logo from the email."""
    data = b64encode(organization().mail_logo).decode()
    return html.replace(LOGO_ADDRESS, f"data:image/png;base64,{data}")


def _direction_mark(locale: str) -> str:
    """A mark for right-to-left text: email programs go by the first letter, which may be Latin."""
    return RIGHT_TO_LEFT_MARK if direction(locale) == "rtl" else ""


def _insert_links(mail: RenderedMail, links: Mapping[str, str]) -> RenderedMail:
    """Replace placeholders by their links, which are escaped in HTML."""
    text, html = mail.text, mail.html
    for placeholder, link in links.items():
        text = text.replace(placeholder, link)
        html = html.replace(placeholder, str(escape(link)))
    return replace(mail, text=text, html=html)
