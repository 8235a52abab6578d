"""The organisation that runs the site: its name, look, texts and time zone.

Administrators set them in the browser, and the database stores them. Anything they have not set comes
from the settings. Every process learns of a change within CATALOG_SECONDS.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from flask import Flask, current_app

from campaign_actions.core.i18n.locale import current_locale, locales
from campaign_actions.core.reloaded import Reloaded, Source
from campaign_actions.core.services import Service
from campaign_actions.core.theme import (
    DEFAULT_ACCENT,
    Accent,
    Scheme,
    accent_of,
    house_accent,
)

WORDMARK_SHAPE = 2.5  # a logo as wide as this, by its height, contains the name
TEXT_NAMES = ("name", "footer", "imprint", "contact")


@dataclass(frozen=True)
class BrandPicture:
    """The logo, or the icon of the browser tab. `name`: in addresses, a hash of its content."""

    name: str
    width: int
    height: int

    @property
    def shape(self) -> float:
        """Its width, as a multiple of its height."""
        return self.width / self.height

    @property
    def has_name(self) -> bool:
        """Whether it is so wide that it surely contains the name of the organisation."""
        return self.shape >= WORDMARK_SHAPE


@dataclass(frozen=True)
class Organization:
    """The values that administrators have set; anything empty comes from the settings.

    `texts`: by language, then by TEXT_NAMES. `accent`: a colour like #b3181c. `mail_logo`: a small PNG
    file of the logo, which is sent with emails because they load nothing.
    """

    version: int = 0
    accent: str = ""
    timezone: str = ""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    logo: BrandPicture | None = None
    icon: BrandPicture | None = None
    mail_logo: bytes = b""

    def text(self, name: str, tag: str) -> str:
        return self.texts.get(tag, {}).get(name, "")

    def shown_text(self, name: str, tag: str | None = None) -> tuple[str, str]:
        """A text in the language of the page, or else in the first public one that has it; its language."""
        tags = (tag or current_locale(), *locales())
        return next(((text, tag) for tag in tags if (text := self.text(name, tag))), ("", ""))


OrganizationSource = Source[Organization]
organization_store = Service[Reloaded[Organization]]("organization")
_override: ContextVar[Organization | None] = ContextVar("organization override", default=None)


def provide(app: Flask, source: OrganizationSource) -> None:
    """Enough for commands that render nothing."""
    store = Reloaded(source, app.config["CATALOG_SECONDS"], name="organization")
    organization_store.provide(app, store)


def init_app(app: Flask, source: OrganizationSource) -> None:
    provide(app, source)
    store = organization_store.of(app)
    app.url_value_preprocessor(lambda _endpoint, _values: store.refresh())
    app.jinja_env.globals.update(
        brand=organization,
        organization_name=organization_name,
        organization_email=organization_email,
    )


def organization() -> Organization:
    return _override.get() or organization_store().current


@contextmanager
def use_organization(other: Organization) -> Iterator[None]:
    """Render everything in the block for this organisation, for a preview."""
    token = _override.set(other)
    try:
        yield
    finally:
        _override.reset(token)


def organization_name(tag: str | None = None) -> str:
    """The organisation's name in the language of the page, or in the one given."""
    tag = tag or current_locale()
    return organization().text("name", tag) or _name_in_settings(tag) or default_name()


def default_name() -> str:
    """The name for languages that have none of their own, and where the language is not known."""
    name = organization().text("name", locales()[0])
    return name or str(current_app.config["ORGANIZATION_NAME"])


def name_without_text(tag: str) -> str:
    """The name in a language as it is while an administrator has not entered one for it."""
    return _name_in_settings(tag) or str(current_app.config["ORGANIZATION_NAME"])


def organization_email(tag: str | None = None) -> str:
    """The address for questions about personal data, for people who read a language."""
    config = current_app.config
    contact, _tag = organization().shown_text("contact", tag)
    return contact or str(config["ORGANIZATION_EMAIL"] or config["MAIL_SENDER"])


def organization_timezone() -> str:
    return organization().timezone or str(current_app.config["TIMEZONE"])


def brand_accent(scheme: Scheme) -> Accent:
    """The accent of pages and emails that belong to no campaign."""
    colour = organization().accent
    return accent_of(colour, scheme) if colour else house_accent(scheme)


def accent_colour(key: str) -> str:
    """The accent of a campaign for pictures: a key of ACCENTS, or the organisation's colour."""
    return organization().accent or key if key == DEFAULT_ACCENT else key


def _name_in_settings(tag: str) -> str:
    prefix = f"{tag}="
    names = current_app.config["ORGANIZATION_NAMES"]
    return next((name.removeprefix(prefix) for name in names if name.startswith(prefix)), "")
