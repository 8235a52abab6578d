"""The language of the page, which its address names, and the languages that are served."""

from functools import cache, partial
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from flask import Flask, abort, current_app, g, has_app_context, has_request_context, request

from campaign_actions.config import WrongSetting
from campaign_actions.core.i18n.locale_registry import languages, locale_registry
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.core.i18n.pseudo import BASE_LOCALES, PSEUDO_LOCALES
from campaign_actions.core.templating.attributes import NO_ATTRIBUTES, Attributes

FORMATTING_LOCALES = {"en": "en-GB"}  # British: 24 November 2026


def init_app(app: Flask, *, staff_prefix: str) -> None:
    """Read the language from addresses, and put it into them.

    Below `staff_prefix` there are also the languages that are not ready for the public.
    """
    _check_setting(app)
    app.url_value_preprocessor(partial(_read_locale, staff_prefix=staff_prefix))
    app.url_defaults(_default_locale)
    app.jinja_env.filters["language_here"] = language_here
    app.jinja_env.globals.update(
        current_locale=current_locale,
        locales=locales,
        known_locales=known_locales,
        direction=direction,
        script=script,
        language_here=language_here,
        language_name=language_name,
        in_its_language=in_its_language,
        written_in=written_in,
        open_graph_locale=open_graph_locale,
    )


def locales() -> tuple[str, ...]:
    """The languages that the public sees, as BCP 47 tags, the source language first."""
    return languages().served


def known_locales() -> tuple[str, ...]:
    """All languages, also those that are not ready yet: for staff and previews."""
    return languages().known


def current_locale() -> str:
    """The language of this page or email: the first segment of the address, also of a 404.

    When a command has ended, and the app with it, its error is in the source language.
    """
    if not has_app_context():
        return SOURCE
    try:
        return g.locale  # type: ignore[no-any-return]
    except AttributeError:
        g.locale = served_or_default(request.path.split("/", 2)[1] if has_request_context() else "")
        return current_locale()


def served_or_default(tag: str) -> str:
    """The language if the public sees it, else the source language."""
    return tag if tag in locales() else locales()[0]


def negotiate_locale() -> str:
    """The served language that the browser prefers, for `/`."""
    return request.accept_languages.best_match(locales()) or locales()[0]


def locales_current_first() -> tuple[str, ...]:
    """The languages served, that of the page first."""
    here = current_locale()
    return (here, *(tag for tag in locales() if tag != here))


def known_locales_from(source: str) -> tuple[str, ...]:
    """All languages in the order in which those of a text are listed: its source language first."""
    return tuple(dict.fromkeys((source, *known_locales())))


@cache
def babel_locale(tag: str) -> Locale:
    return Locale.parse(BASE_LOCALES.get(tag, tag), sep="-")


def is_language(tag: str) -> bool:
    """Whether CLDR knows the language, and the tag is in canonical form: pt-BR."""
    try:
        return str(Locale.parse(tag, sep="-")).replace("_", "-") == tag
    except (UnknownLocaleError, ValueError):
        return False


@cache
def formatting_locale(tag: str) -> str:
    """The Babel identifier of the locale that numbers and dates of a language are formatted with."""
    return str(babel_locale(FORMATTING_LOCALES.get(tag, tag)))


@cache
def open_graph_locale(tag: str) -> str:
    """The language with a country, as Open Graph requires: CLDR's likeliest one."""
    locale = Locale.parse(formatting_locale(tag))
    likely = str(get_global("likely_subtags").get(locale.language, locale.language))
    territory = locale.territory or likely.rpartition("_")[2]
    return f"{locale.language}_{territory}"


def direction(tag: str | None = None) -> str:
    return _direction_of(tag or current_locale())


@cache
def _direction_of(tag: str) -> str:
    return str(babel_locale(tag).text_direction)


@cache
def _script_of(tag: str) -> str:
    locale = babel_locale(tag)
    likely = str(get_global("likely_subtags").get(str(locale)) or "")
    likely = likely or str(get_global("likely_subtags").get(locale.language, ""))
    return locale.script or (likely.split("_")[1] if likely.count("_") else "")


def script() -> str:
    """The script of the language of the page, by ISO 15924: Latn, Cyrl, Arab."""
    return _script_of(current_locale())


def in_its_language(tag: str) -> Attributes:
    """`lang` and `dir` for an element in a language, if that is not the language of the page."""
    return NO_ATTRIBUTES if tag == current_locale() else written_in(tag)


@cache
def written_in(tag: str) -> Attributes:
    """`lang` and `dir` for an element in a language; none for ""."""
    return Attributes({"lang": tag, "dir": direction(tag)}) if tag else NO_ATTRIBUTES


@cache
def language_name(tag: str) -> str:
    """A language's own name, with a capital letter."""
    return language_name_in(tag, tag)


def language_here(tag: str) -> str:
    """A language's name in the language of the reader, as within a sentence: Russian, or русский."""
    if tag in PSEUDO_LOCALES:
        return tag
    return str(babel_locale(tag).get_display_name(babel_locale(current_locale())) or tag)


@cache
def language_name_in(tag: str, reader: str) -> str:
    """A language's name in the language of a reader, with a capital letter."""
    if tag in PSEUDO_LOCALES:
        return tag
    name = babel_locale(tag).get_display_name(babel_locale(reader)) or tag
    return name[:1].upper() + name[1:]


def _check_setting(app: Flask) -> None:
    """A language without a catalog may still be added by staff; an unknown one is a mistake."""
    for tag in app.config["LOCALES"]:
        if not is_language(tag):
            raise WrongSetting(
                f"LOCALES contains {tag}, which is not a language. Use language tags such as pt-BR."
            )


def _read_locale(
    _endpoint: str | None, values: dict[str, Any] | None, *, staff_prefix: str
) -> None:
    locale_registry().refresh()
    if values and "locale" in values:
        tag = values.pop("locale")
        is_staff_page = request.path.startswith(staff_prefix)
        g.locale = _resolve(tag, has_token="token" in values, is_staff_page=is_staff_page)
    if any("\0" in str(value) for name, value in (values or {}).items() if name != "token"):
        abort(404)  # databases reject it; tokens have an error page of their own


def _resolve(tag: str, *, has_token: bool, is_staff_page: bool) -> str:
    """The language that an address names; 404 if it is not served there.

    Links in emails outlive that: after an upgrade a language may lack new messages, but people must still
    be able to confirm, withdraw or unsubscribe. Anyone whom a token lets in below the staff prefix has
    no account: for them only public languages count.
    """
    if tag in (known_locales() if is_staff_page and not has_token else locales()):
        return tag
    if has_token and not is_staff_page and is_language(tag):
        return negotiate_locale()
    abort(404)


def _default_locale(endpoint: str, values: dict[str, Any]) -> None:
    if current_app.url_map.is_endpoint_expecting(endpoint, "locale"):
        values.setdefault("locale", current_locale())
