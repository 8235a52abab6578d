"""What the entries of the audit log say, in words."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.audit.recording import COMMAND, EVENTS
from campaign_actions.core.i18n import current_locale, formatted_as
from campaign_actions.core.zones import datetime_here, to_local

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
NAMES = {  # of details; one that is not here is shown by its own name
    "accent": _l("Accent"),
    "action": _l("Action"),
    "alt": _l("Description of the picture"),
    "campaign": _l("Campaign"),
    "campaigns": _l("Campaigns"),
    "change": _l("Change"),
    "changed": _l("Changed"),
    "device": _l("Device"),
    "email": _l("E-mail"),
    "event": _l("What"),
    "expires_at": _l("Expires"),
    "factor": _l("Second factor"),
    "fields": _l("Fields"),
    "filter": _l("Filter"),
    "former_name": _l("Former name"),
    "format": _l("Format"),
    "from": _l("Start"),
    "ip": _l("Address of the computer"),
    "label": _l("For"),
    "language": _l("Language"),
    "languages": _l("Languages"),
    "locale": _l("Language"),
    "locales": _l("Languages"),
    "name": _l("Name"),
    "purpose": _l("Purpose"),
    "reason": _l("Reason"),
    "role": _l("Role"),
    "roles": _l("Roles"),
    "search": _l("Search"),
    "since": _l("Start"),
    "size": _l("Size"),
    "staff": _l("Staff member"),
    "status": _l("Status"),
    "subject": _l("Subject"),
    "to": _l("End"),
    "until": _l("Until"),
    "version": _l("Version"),
}


def moment_in_words(moment: datetime) -> str:
    """To the second, on the organisation's clocks, as short as it gets; the page says their zone."""
    local = to_local(moment).replace(tzinfo=None)
    return str(format_datetime(local, "medium", locale=formatted_as(current_locale())))


def actor_in_words(actor: str) -> str:
    return _("Command line") if actor == COMMAND else actor


def event_in_words(event: str) -> str:
    """What happened; an event of another version is shown by its name."""
    return str(EVENTS.get(event, event))


def details_in_words(details: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Pairs of a name and what there is to say; what says nothing is left out."""
    for name, value in sorted(details.items()):  # a database keeps no order
        words = _value(value)
        if words:
            yield str(NAMES.get(name, name.replace("_", " ").capitalize())), words


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {words}" for name, words in details_in_words(value))
    if isinstance(value, list):
        return ", ".join(filter(None, map(_value, value)))
    if isinstance(value, str) and INSTANT.fullmatch(value):
        return datetime_here(datetime.fromisoformat(value))
    return "" if value is None else str(value)
