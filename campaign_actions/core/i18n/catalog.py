"""The words of one language: what a message says in it. A bad translation never stops a page."""

import re
from collections.abc import Mapping
from typing import Any

import structlog
from markupsafe import Markup, escape

from campaign_actions.core.i18n.bidi import isolated_values
from campaign_actions.core.i18n.message import Forms
from campaign_actions.core.i18n.plurals import plural_rule

log = structlog.get_logger()
# By context and source; for many: a form for each plural form
Ours = Mapping[tuple[str, str], Forms]
HTML = re.compile(r"</?[a-zA-Z]|&#?\w+;")


class GettextCatalog:
    """What there is of a language; where there is nothing, the source speaks."""

    def __init__(self, tag: str, ours: Ours) -> None:
        self.tag, self._ours = tag, ours
        self._form_of = plural_rule(tag).form_of
        self._ready: dict[tuple[str, ...], Markup] = {}

    def gettext(self, source: str, context: str = "") -> Markup:
        """The words for a message, for pages."""
        ready = self._ready.get((context, source))
        if ready is None:
            ready = _as_html(self.translated(source, context), source)
            self._ready[context, source] = ready
        return ready

    def ngettext(self, source: str, plural: str, number: int, context: str = "") -> Markup:
        """The words for a number of things, for pages."""
        words = self.translated_many(source, plural, number, context)
        ready = self._ready.get((context, source, words))
        if ready is None:
            ready = _as_html(words, source + plural)
            self._ready[context, source, words] = ready
        return ready

    def translated(self, source: str, context: str = "") -> str:
        """The same as text."""
        forms = self._ours.get((context, source), ())
        return (forms and forms[0]) or source

    def translated_many(self, source: str, plural: str, number: int, context: str = "") -> str:
        forms = self._ours.get((context, source), ())
        which = self._form_of(number)
        if len(forms) <= which or not forms[which]:
            return source if number == 1 else plural
        return forms[which]


def is_html(source: str) -> bool:
    """Whether a message is HTML, as its source tells, and not text."""
    return HTML.search(source) is not None


def _as_html(words: str, source: str) -> Markup:
    """A message without HTML stays without it, whatever a translation says."""
    return Markup(words) if is_html(source) else escape(words)  # noqa: S704 - as the source has it


def filled(words: str, values: Mapping[str, Any], source: str, direction: str = "ltr") -> str:
    """The words with their values. Where a translation can not take them, the source does."""
    values = isolated_values(values, direction)
    try:
        return words % values
    except (KeyError, TypeError, ValueError, OverflowError, MemoryError):
        log.warning("translation_does_not_fit", message=source)
        return type(words)(source) % values
