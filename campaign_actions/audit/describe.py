"""What the entries of the audit log say, in words.

Nothing here fails, whatever an entry holds: a value that is not understood is shown as it is, and
the others of its entry in words.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import structlog
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from campaign_actions.audit.events import CODES, DETAILS, EVENTS
from campaign_actions.audit.log import COMMAND
from campaign_actions.core.i18n.dates import day_and_time, written_day, written_time
from campaign_actions.core.i18n.formatting import country, number
from campaign_actions.core.i18n.lists import labelled, with_commas, with_semicolons
from campaign_actions.core.i18n.locale import current_locale, formatted_as, language_name
from campaign_actions.core.i18n.timezones import datetime_here, to_local

log = structlog.get_logger()
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
COMMAND_LINE = _l("Command line")
UNKNOWN = _l("Unknown")  # somebody who failed to log in with an address that nobody here has
MAX_LIST_ITEMS = 10  # of a list; the exported log has all of it
MAX_DETAILS = 50  # of an entry, likewise: ours have ten at most
MAX_VALUE_LENGTH = 2_000  # characters of one value, likewise
MAX_DEPTH = 3  # lists and objects within each other that are told in words; what is below is JSON
# Of details by name: words for each code, or what makes words of each value.
Formatter = Mapping[str, Any] | Callable[[Any], str]
Formatters = Mapping[str, Formatter]


def format_moment(moment: datetime) -> str:
    """To the second, on the organisation's clocks, as short as it gets; the page says their zone."""
    local = to_local(moment).replace(tzinfo=None)
    locale = formatted_as(current_locale())
    day, time = written_day(local, locale, "medium"), written_time(local, locale, "medium")
    return day_and_time(day, time, locale)


def format_actor(actor: str) -> str:
    return str(COMMAND_LINE) if actor == COMMAND else actor or str(UNKNOWN)


def parse_actor(words: str) -> str:
    """Who is meant by what somebody looks for: the command line as the page calls it, or as the log does."""
    said = words.casefold()
    return COMMAND if said == str(COMMAND_LINE).casefold() else said


def format_event(event: str) -> str:
    """What happened; an event of another version is shown by its name."""
    return str(EVENTS.get(event, event))


def format_details(details: Any, known: Formatters, *, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Pairs of a name and what there is to say; what says nothing is left out.

    `known`: the words of higher floors, besides ours. Details that are no object are one pair.
    """
    if not isinstance(details, dict):
        yield str(_("Details")), format_raw(details)
        return
    tellers = {**FORMATTERS, **known}
    for name, value in sorted(details.items())[:MAX_DETAILS]:  # a database keeps no order
        words = _format(value, tellers.get(name, {}), known, depth)
        if words:
            yield str(DETAILS.get(name, name.replace("_", " ").capitalize())), words


def format_raw(value: Any) -> str:
    """A value as it is: a text, or anything else as JSON."""
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words if len(words) <= MAX_VALUE_LENGTH else f"{words[:MAX_VALUE_LENGTH]}…"


def _format(value: Any, its: Formatter, known: Formatters, depth: int) -> str:
    """The one place where what is not understood becomes what it is, whoever has words for it.

    Anybody may have written it: a newer version, a mistake of ours, an attacker. So it is caught as
    widely as can be, for one value at a time.
    """
    try:
        return _format_known(value, its, known, depth)
    except Exception as error:
        log.warning("detail_not_understood", kind=type(error).__name__)
        return format_raw(value)


def _format_known(value: Any, its: Formatter, known: Formatters, depth: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if depth > MAX_DEPTH:
        return format_raw(value)
    if isinstance(value, list):
        return _format_list(value, lambda part: _format(part, its, known, depth + 1))
    if callable(its):
        return its(value)
    if isinstance(value, dict):
        pairs = format_details(value, known, depth=depth + 1)
        return with_semicolons(labelled(*pair) for pair in pairs)
    if isinstance(value, str) and INSTANT.fullmatch(value):
        return datetime_here(datetime.fromisoformat(value))
    return str(its.get(str(value), format_raw(value)))


def _format_list(parts: list[Any], words_of: Callable[[Any], str]) -> str:
    left = len(parts) - MAX_LIST_ITEMS
    shown = with_commas(filter(None, map(words_of, parts[:MAX_LIST_ITEMS])))
    if left <= 0:
        return shown
    return str(ngettext("%(list)s and %(num)d more", "%(list)s and %(num)d more", left, list=shown))


def _format_failures(failures: Mapping[str, Any]) -> str:
    """How often somebody failed to log in, and when."""
    first, last = (
        format_moment(datetime.fromisoformat(failures[one])) for one in ("first", "last")
    )
    count = failures["count"]
    if count == 1:
        # Translators: one failed log-in, at a time
        return str(_("once, at %(moment)s", moment=first))
    words = ngettext(
        "%(num)d failed log-in between %(first)s and %(last)s",
        "%(num)d failed log-ins between %(first)s and %(last)s",
        count,
        first=first,
        last=last,
    )
    return str(words)


def _format_by_language(texts: Mapping[str, str]) -> str:
    said = ((language_name(tag), text) for tag, text in sorted(texts.items()) if text)
    return with_semicolons(labelled(*pair) for pair in said)


FORMATTERS: Formatters = {
    **CODES,
    "alt": _format_by_language,
    "bytes": number,
    "country": country,
    "event": EVENTS,
    "failures": _format_failures,
    "language": language_name,
    "languages": language_name,
    "public": language_name,
    "results": language_name,
}
