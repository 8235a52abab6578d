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
from campaign_actions.core.i18n.bidi import close_isolates
from campaign_actions.core.i18n.dates import format_clock_time, format_day, join_day_and_time
from campaign_actions.core.i18n.formatting import country, number
from campaign_actions.core.i18n.lists import join_with_commas, join_with_semicolons, label_value
from campaign_actions.core.i18n.locale import current_locale, formatting_locale, language_name
from campaign_actions.core.i18n.timezones import datetime_here, to_local

log = structlog.get_logger()
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
COMMAND_LINE = _l("Command line")
UNKNOWN = _l("Unknown")  # somebody who failed to log in with an address that nobody here has
MOST = 10  # of a list; the exported log has all of it
MOST_DETAILS = 50  # of an entry, likewise: ours have ten at most
LONGEST = 2_000  # characters of one value, likewise
DEEPEST = 3  # lists and objects within each other that are told in words; what is below is JSON
# Of details by name: words for each code, or what makes words of each value.
Teller = Mapping[str, Any] | Callable[[Any], str]
Words = Mapping[str, Teller]


def moment_in_words(moment: datetime) -> str:
    """To the second, on the organisation's clocks, as short as it gets; the page says their zone."""
    local = to_local(moment).replace(tzinfo=None)
    locale = formatting_locale(current_locale())
    day, time = format_day(local, locale, "medium"), format_clock_time(local, locale, "medium")
    return join_day_and_time(day, time, locale)


def actor_in_words(actor: str) -> str:
    return str(COMMAND_LINE) if actor == COMMAND else actor or str(UNKNOWN)


def actor_of(words: str) -> str:
    """Who is meant by what somebody looks for: the command line as the page calls it, or as the log does."""
    said = words.casefold()
    return COMMAND if said == str(COMMAND_LINE).casefold() else said


def event_in_words(event: str) -> str:
    """What happened; an event of another version is shown by its name."""
    return str(EVENTS.get(event, event))


def details_in_words(details: Any, known: Words, *, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Pairs of a name and what there is to say; what says nothing is left out.

    `known`: the words of higher floors, besides ours. Details that are no object are one pair.
    """
    if not isinstance(details, dict):
        yield str(_("Details")), raw(details)
        return
    tellers = {**OURS, **known}
    for name, value in sorted(details.items())[:MOST_DETAILS]:  # a database keeps no order
        words = _words(value, tellers.get(name, {}), known, depth)
        if words:
            yield str(DETAILS.get(name, name.replace("_", " ").capitalize())), words


def raw(value: Any) -> str:
    """A value as it is: a text, or anything else as JSON."""
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words if len(words) <= LONGEST else close_isolates(f"{words[:LONGEST]}…")


def _words(value: Any, its: Teller, known: Words, depth: int) -> str:
    """The one place where what is not understood becomes what it is, whoever has words for it.

    Anybody may have written it: a newer version, a mistake of ours, an attacker. So it is caught as
    widely as can be, for one value at a time.
    """
    try:
        return _told(value, its, known, depth)
    except Exception as error:
        log.warning("detail_not_understood", kind=type(error).__name__)
        return raw(value)


def _told(value: Any, its: Teller, known: Words, depth: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if depth > DEEPEST:
        return raw(value)
    if isinstance(value, list):
        return _listed(value, lambda part: _words(part, its, known, depth + 1))
    if callable(its):
        return its(value)
    if isinstance(value, dict):
        pairs = details_in_words(value, known, depth=depth + 1)
        return join_with_semicolons(label_value(*pair) for pair in pairs)
    if isinstance(value, str) and INSTANT.fullmatch(value):
        return datetime_here(datetime.fromisoformat(value))
    return str(its.get(str(value), raw(value)))


def _listed(parts: list[Any], words_of: Callable[[Any], str]) -> str:
    left = len(parts) - MOST
    shown = join_with_commas(filter(None, map(words_of, parts[:MOST])))
    if left <= 0:
        return shown
    return str(ngettext("%(list)s and %(num)d more", "%(list)s and %(num)d more", left, list=shown))


def _failures(failures: Mapping[str, Any]) -> str:
    """How often somebody failed to log in, and when."""
    first, last = (
        moment_in_words(datetime.fromisoformat(failures[one])) for one in ("first", "last")
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


def _by_language(texts: Mapping[str, str]) -> str:
    said = ((language_name(tag), text) for tag, text in sorted(texts.items()) if text)
    return join_with_semicolons(label_value(*pair) for pair in said)


OURS: Words = {
    **CODES,
    "alt": _by_language,
    "bytes": number,
    "country": country,
    "event": EVENTS,
    "failures": _failures,
    "language": language_name,
    "languages": language_name,
    "public": language_name,
    "results": language_name,
}
