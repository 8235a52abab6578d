"""The language of a page is its address: which languages there are, and which one this is."""

from functools import cache
from typing import Any

import structlog
from babel import Locale
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, abort, current_app, g, has_request_context, request
from flask_babel import Babel, Domain
from jinja2 import pass_eval_context
from markupsafe import Markup

from campaign_actions.config import WrongSetting
from campaign_actions.core import paths

log = structlog.get_logger()
SOURCE = "en"  # the language the messages are written in
FORMATTED_AS = {"en": "en-GB"}  # our English is British: 24 November 2026


def init_app(app: Flask) -> None:
    """Serve the languages that are complete; LOCALES may hold some back."""
    wanted = app.config["LOCALES"]
    complete = complete_locales()
    for tag in set(wanted) - set(complete):
        log.warning("locale_not_complete", locale=tag)
    app.extensions["locales"] = tuple(tag for tag in complete if not wanted or tag in wanted)
    if not app.extensions["locales"]:
        raise WrongSetting(
            f"LOCALES names no language that is complete: {', '.join(complete)} are."
        )
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(paths.TRANSLATIONS)
    babel = Babel(app, locale_selector=_babel_locale, timezone_selector=lambda: "UTC")
    babel.domain_instance = Catalogs()
    app.jinja_env.globals["_"] = _in_template
    app.url_value_preprocessor(_take_locale)
    app.url_defaults(_give_locale)
    app.jinja_env.filters.update(language_name_of=language_name)
    app.jinja_env.globals.update(
        current_locale=current_locale,
        locales=locales,
        direction=direction,
        language_name=language_name,
        in_its_language=in_its_language,
        organization_name=organization_name,
        organization_email=organization_email,
    )


class Catalogs(Domain):
    """The catalog by the language of the page.

    Flask-Babel asks its way to it through the context, for each of the fifty messages of a page.
    """

    def get_translations(self) -> NullTranslations:
        return _catalog(current_locale())


def locales() -> tuple[str, ...]:
    """The languages served, as BCP 47 tags, the source language first."""
    return tuple(current_app.extensions["locales"])


def current_locale() -> str:
    """The language of this page or mail: the first segment of the address, also on a 404."""
    try:
        return g.locale  # type: ignore[no-any-return]
    except AttributeError:
        segment = request.path.split("/", 2)[1] if has_request_context() else ""
        g.locale = segment if segment in locales() else locales()[0]
        return current_locale()


def best_locale() -> str:
    """The language for somebody who comes to `/`."""
    return request.accept_languages.best_match(locales()) or locales()[0]


def own_locales() -> tuple[str, ...]:
    """The languages served, that of the reader first."""
    here = current_locale()
    return (here, *(tag for tag in locales() if tag != here))


@cache
def babel_locale(tag: str) -> Locale:
    return Locale.parse(tag, sep="-")


@cache
def formatted_as(tag: str) -> str:
    """Whose numbers and dates a language has, as Babel names it."""
    return str(babel_locale(FORMATTED_AS.get(tag, tag)))


def direction(tag: str | None = None) -> str:
    return str(babel_locale(tag or current_locale()).text_direction)


def in_its_language(tag: str) -> Markup:
    """The attributes of an element whose text may be in another language than the page."""
    if tag == current_locale():
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(tag, direction(tag))


@cache
def language_name(tag: str) -> str:
    """A language's own name, as a link to it is written."""
    name = babel_locale(tag).get_display_name(babel_locale(tag)) or tag
    return name[:1].upper() + name[1:]


def organization_name(tag: str | None = None) -> str:
    """Who runs the site, in the language of the page or in the one given."""
    prefix = f"{tag or current_locale()}="
    names = current_app.config["ORGANIZATION_NAMES"]
    found = (name.removeprefix(prefix) for name in names if name.startswith(prefix))
    return str(next(found, current_app.config["ORGANIZATION_NAME"]))


def organization_email() -> str:
    """Where people write about their data."""
    return str(current_app.config["ORGANIZATION_EMAIL"] or current_app.config["MAIL_SENDER"])


@cache
def complete_locales() -> tuple[str, ...]:
    """The source language and every catalog in which each message of the template is translated."""
    template = paths.TRANSLATIONS / "messages.pot"
    if not template.exists():
        return (SOURCE,)
    with template.open("rb") as file:
        needed = {_key(message) for message in read_po(file) if message.id}
    found = [SOURCE]
    for compiled in sorted(paths.TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo")):
        with compiled.open("rb") as file:
            present = {_key(message) for message in read_mo(file)}
        if needed <= present:
            found.append(compiled.parts[-3].replace("_", "-"))
    return tuple(found)


def _key(message: Any) -> tuple[str, str]:
    source = message.id if isinstance(message.id, str) else message.id[0]
    return (message.context or "", source)


def _babel_locale() -> str:
    return formatted_as(current_locale())


@cache
def _catalog(tag: str) -> NullTranslations:
    return Translations.load(paths.TRANSLATIONS, [formatted_as(tag)])


@pass_eval_context
def _in_template(context: Any, message: str, **values: Any) -> str:
    """`_()` of templates: values are escaped in HTML. As Jinja's own, which makes four calls of it."""
    words = _words(current_locale(), message)
    return (words if context.autoescape else str(words)) % values


@cache
def _words(tag: str, message: str) -> Markup:
    return Markup(_catalog(tag).ugettext(message))  # noqa: S704 - by us and our translators


def _take_locale(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "locale" in values:
        tag = values.pop("locale")
        if tag not in locales():
            abort(404)
        g.locale = tag  # also where it is not the first segment
    if any("\0" in str(value) for name, value in (values or {}).items() if name != "token"):
        abort(404)  # no database takes it; a token is read before, and has words of its own


def _give_locale(endpoint: str, values: dict[str, Any]) -> None:
    if current_app.url_map.is_endpoint_expecting(endpoint, "locale"):
        values.setdefault("locale", current_locale())
