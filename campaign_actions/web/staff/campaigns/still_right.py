"""The ticks “The translation is still right” of an edit page, beside texts whose source has changed.

Each is sent as the name of its field and the keys of its messages.
"""

from collections import defaultdict
from datetime import datetime

from flask import flash
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.catalogs.workflow.confirm import confirm_translations
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.core.i18n.locale_registry import locale_registry
from campaign_actions.staff.models import StaffMember

NAME = "still_right"


def ticked_fields(sent: MultiDict[str, str]) -> frozenset[str]:
    return frozenset(tick.partition(" ")[0] for tick in sent.getlist(NAME))


def confirm_ticked(
    campaign_id: int, sent: MultiDict[str, str], *, by: StaffMember, now: datetime
) -> int:
    """Save the ticked translations for their new sources; how many. Says so if one has faults."""
    if NAME not in sent or (catalog := campaign_catalog(campaign_id)) is None:
        return 0
    count = faulty = 0
    for locale, keys in _ticked_keys(sent).items():
        done, refused = confirm_translations(catalog, locale, keys, staff_id=by.id, now=now)
        count, faulty = count + done, faulty + refused
    if faulty:
        flash(_("A translation no longer fits its source. Change its text."), "warning")
    if count:
        locale_registry().refresh_now()
    return count


def _ticked_keys(sent: MultiDict[str, str]) -> dict[str, set[str]]:
    """The keys of messages, by language."""
    found: dict[str, set[str]] = defaultdict(set)
    for tick in sent.getlist(NAME):
        name, *keys = tick.split(" ")
        parts = name.split(".")
        if len(parts) > 1 and parts[1] in known_locales():
            found[parts[1]].update(keys)
    return found
