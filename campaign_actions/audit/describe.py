"""Audit entries in words.

Nothing here fails, whatever an entry contains: a value that cannot be formatted is shown as it is stored.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

import structlog
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from campaign_actions.audit.details import CODES, DETAILS
from campaign_actions.audit.events import EVENTS
from campaign_actions.audit.log import AUTOMATIC, COMMAND
from campaign_actions.core.db.session import JsonValue
from campaign_actions.core.i18n.bidi import close_isolates
from campaign_actions.core.i18n.dates import format_clock_time, format_day, join_day_and_time
from campaign_actions.core.i18n.formatting import country, number
from campaign_actions.core.i18n.list_format import join_with_commas, label_value
from campaign_actions.core.i18n.locale import current_locale, formatting_locale, language_here
from campaign_actions.core.i18n.timezones import datetime_here, to_local

log = structlog.get_logger()
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
COMMAND_LINE = _l("Command line")
BY_ITSELF = _l("Automatic")
NAMES = {COMMAND: COMMAND_LINE, AUTOMATIC: BY_ITSELF}  # of actors that are not people
UNKNOWN = _l("Unknown")  # someone who failed to log in with an unknown address
MAX_LIST_ITEMS = 10  # the export has all of them
MAX_DETAILS = 50  # of an entry; ours have ten at most
MAX_VALUE_LENGTH = 2_000  # characters
MAX_DEPTH = 3  # of nested lists and objects; anything deeper is shown as JSON
# For each detail by name: texts by code, or a function that formats a value.
Formatter = Mapping[str, LazyString] | Callable[[Any], str]
Formatters = Mapping[str, Formatter]


def format_moment(moment: datetime) -> str:
    """A time to the second in the organisation's time zone, which the page names."""
    local = to_local(moment).replace(tzinfo=None)
    locale = formatting_locale(current_locale())
    day, time = format_day(local, locale, "medium"), format_clock_time(local, locale, "medium")
    return join_day_and_time(day, time, locale)


def format_actor(actor: str) -> str:
    return str(NAMES.get(actor, actor or UNKNOWN))


def parse_actor(text: str) -> str:
    """The actor someone searches for. Those that are not people may be called what the page calls them."""
    sought = text.casefold()
    return next((actor for actor, name in NAMES.items() if sought == str(name).casefold()), sought)


def format_event(event: str) -> str:
    """The text for an event, or the name of one from another version."""
    return str(EVENTS.get(event, event))


def format_details(
    details: JsonValue, known: Formatters, *, depth: int = 0
) -> Iterator[tuple[str, str]]:
    """Pairs of label and text, without empty ones.

    `known`: formatters of other features, added to ours. Details that are not an object give one pair.
    """
    if not isinstance(details, dict):
        yield str(_("Details")), format_raw(details)
        return
    formatters = {**FORMATTERS, **known}
    for name, value in sorted(details.items())[:MAX_DETAILS]:  # databases do not keep the order
        words = _format(value, formatters.get(name, {}), known, depth)
        if words:
            yield str(DETAILS.get(name, name.replace("_", " ").capitalize())), words


def format_raw(value: JsonValue) -> str:
    """A string as it is, anything else as JSON."""
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return (
        words if len(words) <= MAX_VALUE_LENGTH else close_isolates(f"{words[:MAX_VALUE_LENGTH]}…")
    )


def _format(value: JsonValue, formatter: Formatter, known: Formatters, depth: int) -> str:
    """Format a value, or show it as it is when its formatter fails.

    A newer version, a bug or an attacker may have written it, so every exception is caught, for one
    value at a time.
    """
    try:
        return _format_known(value, formatter, known, depth)
    except Exception as error:
        log.warning("detail_not_understood", kind=type(error).__name__)
        return format_raw(value)


def _format_known(value: JsonValue, formatter: Formatter, known: Formatters, depth: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if depth > MAX_DEPTH:
        return format_raw(value)
    if isinstance(value, list):
        return _format_list(value, lambda part: _format(part, formatter, known, depth + 1))
    if callable(formatter):
        return formatter(value)
    if isinstance(value, dict):
        pairs = format_details(value, known, depth=depth + 1)
        return join_with_commas(label_value(*pair) for pair in pairs)
    if isinstance(value, str) and INSTANT.fullmatch(value):
        return datetime_here(datetime.fromisoformat(value))
    return str(formatter.get(str(value), format_raw(value)))


def _format_list(parts: Sequence[JsonValue], format_item: Callable[[JsonValue], str]) -> str:
    left = len(parts) - MAX_LIST_ITEMS
    shown = join_with_commas(filter(None, map(format_item, parts[:MAX_LIST_ITEMS])))
    if left <= 0:
        return shown
    return str(ngettext("%(list)s and %(num)d more", "%(list)s and %(num)d more", left, list=shown))


class _Failures(TypedDict):
    count: int
    first: str
    last: str


def _format_failures(failures: _Failures) -> str:
    """How many logins failed, and when."""
    first = format_moment(datetime.fromisoformat(failures["first"]))
    last = format_moment(datetime.fromisoformat(failures["last"]))
    count = failures["count"]
    if count == 1:
        # Translators: one failed login, at a time
        return str(_("once, at %(moment)s", moment=first))
    words = ngettext(
        "%(num)d failed login between %(first)s and %(last)s",
        "%(num)d failed logins between %(first)s and %(last)s",
        count,
        first=first,
        last=last,
    )
    return str(words)


def _format_by_language(texts: Mapping[str, str]) -> str:
    named = ((language_here(tag), text) for tag, text in sorted(texts.items()) if text)
    return join_with_commas(label_value(*pair) for pair in named)


FORMATTERS: Formatters = {
    **CODES,
    "alt": _format_by_language,
    "anchors": number,
    "bytes": number,
    "country": country,
    "event": EVENTS,
    "failures": _format_failures,
    "language": language_here,
    "languages": language_here,
    "left": number,
    "public": language_here,
    "results": language_here,
    "sessions": number,
}
