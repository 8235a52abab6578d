"""The translations of one language. A faulty translation never breaks a page."""

import re
from collections.abc import Mapping

import structlog
from markupsafe import Markup, escape

from campaign_actions.core.i18n.bidi import isolate_values
from campaign_actions.core.i18n.message import Forms
from campaign_actions.core.i18n.plurals import plural_rule

log = structlog.get_logger()
Translations = Mapping[tuple[str, str], Forms]  # by (context, source)
HTML = re.compile(r"</?[a-zA-Z]|&#?\w+;")


class GettextCatalog:
    """A language's messages; an untranslated one falls back to its source."""

    def __init__(self, tag: str, translations: Translations) -> None:
        self.tag, self._translations = tag, translations
        self._form_of = plural_rule(tag).form_of
        self._html: dict[tuple[str, ...], Markup] = {}

    def gettext(self, source: str, context: str = "") -> Markup:
        """A message as HTML."""
        html = self._html.get((context, source))
        if html is None:
            html = _as_html(self.gettext_plain(source, context), source)
            self._html[context, source] = html
        return html

    def ngettext(self, source: str, plural: str, number: int, context: str = "") -> Markup:
        """The plural form of a message for a number, as HTML."""
        text = self.ngettext_plain(source, plural, number, context)
        html = self._html.get((context, source, text))
        if html is None:
            html = _as_html(text, source + plural)
            self._html[context, source, text] = html
        return html

    def gettext_plain(self, source: str, context: str = "") -> str:
        """A message as text."""
        forms = self._translations.get((context, source), ())
        return (forms and forms[0]) or source

    def ngettext_plain(self, source: str, plural: str, number: int, context: str = "") -> str:
        """The plural form of a message for a number, as text."""
        forms = self._translations.get((context, source), ())
        form = self._form_of(number)
        if len(forms) <= form or not forms[form]:
            return source if number == 1 else plural
        return forms[form]


def is_html(source: str) -> bool:
    """Whether a message is HTML rather than text; its source decides."""
    return HTML.search(source) is not None


def _as_html(text: str, source: str) -> Markup:
    """Tags in the translation of a message without HTML are escaped."""
    return Markup(text) if is_html(source) else escape(text)  # noqa: S704 - its source is HTML


def format_message(
    text: str, values: Mapping[str, object], source: str, direction: str = "ltr"
) -> str:
    """The text with its values. Falls back to the source if the placeholders do not fit."""
    values = isolate_values(values, direction)
    try:
        return text % values
    except (KeyError, TypeError, ValueError, OverflowError, MemoryError):
        log.warning("translation_does_not_fit", message=source)
        return type(text)(source) % values
