"""What the entries of the audit log say, in words."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.audit.recording import COMMAND
from campaign_actions.audit.vocabulary import CODES, DETAILS, EVENTS
from campaign_actions.core.formatting import country, number
from campaign_actions.core.i18n import current_locale, formatted_as, language_name
from campaign_actions.core.zones import datetime_here, to_local

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
MOST = 10  # of a list; the exported log has all of it
# Of details by name: words for each code, or what makes words of each value.
Words = Mapping[str, Mapping[str, Any] | Callable[[Any], str]]


def moment_in_words(moment: datetime) -> str:
    """To the second, on the organisation's clocks, as short as it gets; the page says their zone."""
    local = to_local(moment).replace(tzinfo=None)
    return str(format_datetime(local, "medium", locale=formatted_as(current_locale())))


def actor_in_words(actor: str) -> str:
    return _("Command line") if actor == COMMAND else actor


def event_in_words(event: str) -> str:
    """What happened; an event of another version is shown by its name."""
    return str(EVENTS.get(event, event))


def details_in_words(details: Mapping[str, Any], known: Words) -> Iterator[tuple[str, str]]:
    """Pairs of a name and what there is to say; what says nothing is left out.

    `known`: the words of higher floors, besides ours.
    """
    for name, value in sorted(details.items()):  # a database keeps no order
        words = _words(value, {**OURS, **known}.get(name, {}), known)
        if words:
            yield str(DETAILS.get(name, name.replace("_", " ").capitalize())), words


def _words(value: Any, its: Mapping[str, Any] | Callable[[Any], str], known: Words) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return _listed([_words(part, its, known) for part in value])
    if callable(its):
        return its(value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {words}" for name, words in details_in_words(value, known))
    if isinstance(value, str) and INSTANT.fullmatch(value):
        return datetime_here(datetime.fromisoformat(value))
    return str(its.get(str(value), value))


def _listed(words: list[str]) -> str:
    left = len(words) - MOST
    shown = ", ".join(filter(None, words[:MOST]))
    if left <= 0:
        return shown
    return str(ngettext("%(list)s and %(num)d more", "%(list)s and %(num)d more", left, list=shown))


def _by_language(texts: Mapping[str, str]) -> str:
    return "; ".join(f"{language_name(tag)}: {text}" for tag, text in sorted(texts.items()) if text)


OURS: Words = {
    **CODES,
    "alt": _by_language,
    "bytes": number,
    "country": country,
    "event": EVENTS,
    "language": language_name,
    "languages": language_name,
    "public": language_name,
    "results": language_name,
}
