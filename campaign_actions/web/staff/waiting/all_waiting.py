"""Everything that waits for the current member. A new part of the workspace adds a line to SOURCES."""

from collections.abc import Callable, Iterable
from datetime import datetime

from flask import Flask, flash, get_template_attribute
from flask_login import current_user

from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.core.db.session import release_connection, utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.web.staff.access.authorization import allows, current_staff
from campaign_actions.web.staff.waiting import store
from campaign_actions.web.staff.waiting.campaigns import languages_waiting, results_waiting
from campaign_actions.web.staff.waiting.changes import changes_waiting
from campaign_actions.web.staff.waiting.clusters import clusters_waiting
from campaign_actions.web.staff.waiting.comments import comments_waiting
from campaign_actions.web.staff.waiting.drafts import (
    actions_waiting,
    drafts_waiting,
    openings_waiting,
)
from campaign_actions.web.staff.waiting.emails import emails_waiting
from campaign_actions.web.staff.waiting.exports import files_waiting
from campaign_actions.web.staff.waiting.item import WaitingItem, next_words
from campaign_actions.web.staff.waiting.people import people_waiting
from campaign_actions.web.staff.waiting.requests import requests_waiting
from campaign_actions.web.staff.waiting.store import find_count, keep_count
from campaign_actions.web.staff.waiting.texts import returned_texts_waiting, texts_waiting
from campaign_actions.web.staff.waiting.translations import strings_waiting
from campaign_actions.web.staff.waiting.updates import updates_waiting

Source = Callable[[datetime], Iterable[WaitingItem]]

# Each with the permission of those it waits for; None: the source itself finds out. First what someone
# else waits for.
SOURCES: tuple[tuple[str | None, Source], ...] = (
    (None, requests_waiting),
    (None, returned_texts_waiting),
    ("review", texts_waiting),
    ("signatures.export", files_waiting),
    ("signatures.change", clusters_waiting),
    ("comments.moderate", comments_waiting),
    ("campaigns.publish", openings_waiting),
    ("campaigns.publish", changes_waiting),
    ("campaigns.publish", languages_waiting),
    ("campaigns.publish", results_waiting),
    ("campaigns.edit", actions_waiting),
    ("campaigns.edit", drafts_waiting),
    ("updates.send", updates_waiting),
    ("translate", strings_waiting),
    ("staff.manage", people_waiting),
    ("system.watch", emails_waiting),
)


def init_app(app: Flask) -> None:
    store.init_app(app)
    app.jinja_env.globals.update(waiting_count=waiting_count)


def waiting_items(now: datetime) -> list[WaitingItem]:
    """The lines for the current member, as the database has them now."""
    found = [
        item
        for permission, source in SOURCES
        if permission is None or allows(permission)
        for item in source(now)
    ]
    keep_count(current_staff().fs_uniquifier, len(found))
    return found


def say_next_item(here: str) -> None:
    """After a decision, a message with a link to what waits next, unless that is on the page `here`."""
    release_connection()  # to read what was just written
    item = next((one for one in waiting_items(utc_now()) if one.address), None)
    if item and item.address != here:
        link = get_template_attribute("staff/parts.html", "next_link")
        flash(link(next_words(item.button, _place_of(item)), item.address))


def _place_of(item: WaitingItem) -> str:
    """The campaign that it leads to, which may be another than the one where the decision was made."""
    if item.place or len(item.campaign_ids) != 1:
        return item.place
    return campaign_titles(locales_current_first()).get(next(iter(item.campaign_ids)), "")


def waiting_count() -> int:
    """How many lines the overview has, for the menu of every page: up to a minute old."""
    if not current_user.is_authenticated:
        return 0
    count = find_count(current_staff().fs_uniquifier)
    return len(waiting_items(utc_now())) if count is None else count
