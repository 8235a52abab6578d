"""The words of one language: what a message says in it. A bad translation never stops a page."""

from collections.abc import Mapping
from typing import Any

import structlog
from markupsafe import Markup

from campaign_actions.core.isolation import isolated_values
from campaign_actions.core.messages import Forms
from campaign_actions.core.plurals import plural_rule

log = structlog.get_logger()
# By context and source; for many: a form for each plural form
Ours = Mapping[tuple[str, str], Forms]


class Words:
    """What there is of a language; where there is nothing, the source speaks."""

    def __init__(self, tag: str, ours: Ours) -> None:
        self.tag, self._ours = tag, ours
        self._form_of = plural_rule(tag).form_of
        self._ready: dict[tuple[str, str], Markup] = {}

    def one(self, source: str, context: str = "") -> Markup:
        """The words for a message; our translators may use HTML, as the source does."""
        ready = self._ready.get((context, source))
        if ready is None:
            ready = Markup(self.translated(source, context))  # noqa: S704 - by us and our translators
            self._ready[context, source] = ready
        return ready

    def many(self, source: str, plural: str, number: int, context: str = "") -> Markup:
        """The words for a number of things."""
        forms = self._ours.get((context, source), ())
        which = self._form_of(number)
        if len(forms) <= which or not forms[which]:
            return Markup(source if number == 1 else plural)  # noqa: S704 - by us
        return Markup(forms[which])  # noqa: S704 - by us and our translators

    def translated(self, source: str, context: str) -> str:
        forms = self._ours.get((context, source), ())
        return (forms and forms[0]) or source


def filled(words: str, values: Mapping[str, Any], source: str, direction: str = "ltr") -> str:
    """The words with their values. Where a translation can not take them, the source does."""
    values = isolated_values(values, direction)
    try:
        return words % values
    except (KeyError, TypeError, ValueError, OverflowError, MemoryError):
        log.warning("translation_does_not_fit", message=source)
        return type(words)(source) % values
