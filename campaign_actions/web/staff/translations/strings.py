"""The messages of a catalog in one language, filtered and searched."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.newest.drafts import ids_with_drafts
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.workflow.entries import (
    Entry,
    areas_of,
    count_by_filter,
    entries,
    next_key,
    read_filter,
)
from campaign_actions.catalogs.workflow.presence import last_visited_key
from campaign_actions.catalogs.workflow.progress import CampaignReadiness, campaign_readiness
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.urls import path_for
from campaign_actions.updates.queries import subjects_of
from campaign_actions.updates.translations import update_of
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import allows, current_staff, needs
from campaign_actions.web.staff.access.translation_access import catalog_title, find_catalog_for
from campaign_actions.web.staff.publishing.open_steps import (
    Link,
    link_to_checklist,
    link_to_next_step,
)
from campaign_actions.web.staff.translations.area_names import AREA_NAMES
from campaign_actions.web.staff.translations.scheduled_changes import scheduled_changes
from campaign_actions.web.staff.waiting.translations import link_to_next_strings

bp = Blueprint(
    "staff_translations_strings", __name__, url_prefix="/staff/translations/<language>/<catalog>"
)
PAGE_SIZE = 50


@bp.get("/")
@needs("translations.view")
def index(language: str, catalog: str) -> ResponseReturnValue:
    messages = find_catalog_for(catalog, language)
    found = entries(messages, language)
    counts = count_by_filter(found)
    chosen_by = read_filter(
        request.args, messages, otherwise="waiting" if counts["waiting"] else "all"
    )
    shown = chosen_by.of(found)
    page = paginate(len(shown), size=PAGE_SIZE)
    start = page.part["offset"]
    listed = shown[start : start + PAGE_SIZE]
    campaign = None if messages.campaign_id is None else campaign_readiness(messages, language)
    return render_template(
        "staff/translations/strings.html",
        locale=language,
        catalog=messages,
        title=catalog_title(catalog),
        campaign=campaign,
        opens_at=campaign.opens_at if campaign and _is_ahead(campaign) else None,
        way_on=_way_on(messages, campaign, is_done=not counts["waiting"]),
        other_work=None
        if counts["waiting"] or _may_open(messages)
        else link_to_next_strings(utc_now(), language=language),
        changes=_changes_address(messages),
        scheduled=scheduled_changes(messages),
        chosen_by=chosen_by,
        counts=counts,
        entries=listed,
        updates=_update_subjects(messages, listed),
        page=page,
        areas={area: AREA_NAMES.get(area, area) for area in areas_of(messages)},
    )


def _update_subjects(messages: Catalog, listed: Sequence[Entry]) -> dict[str, str]:
    """The subjects of the updates that some strings belong to, by the keys of these strings."""
    if messages.campaign_id is None:
        return {}
    ids = {each.message.key: update_of(each.message.context) for each in listed}
    found = sorted({each for each in ids.values() if each})
    subjects = subjects_of(found, locales=(messages.source, *locales())) if found else {}
    return {key: subjects.get(each, "") or _("No subject yet") for key, each in ids.items() if each}


def _may_open(messages: Catalog) -> bool:
    """Whether the member goes on with the campaign rather than with other translations."""
    return messages.campaign_id is not None and allows("campaigns.edit", messages.campaign_id)


def _way_on(messages: Catalog, campaign: CampaignReadiness | None, *, is_done: bool) -> Link | None:
    """Of a campaign that is not open yet; None for someone who may not see it.

    `is_done`: nothing is left to translate, so that the next step is another one.
    """
    campaign_id = messages.campaign_id
    if campaign is None or campaign_id is None or not allows("campaigns.view", campaign_id):
        return None
    if campaign.is_published and not _is_ahead(campaign):
        return None
    return link_to_next_step(campaign_id) if is_done else link_to_checklist(campaign_id)


def _is_ahead(campaign: CampaignReadiness) -> bool:
    """Whether it opens at a later time."""
    return campaign.opens_at is not None and campaign.opens_at > utc_now()


def _changes_address(messages: Catalog) -> str:
    """Of a campaign with changes that are not public; "" for someone who may not see them."""
    campaign_id = messages.campaign_id
    if campaign_id is None or not allows("campaigns.view", campaign_id):
        return ""
    if campaign_id not in ids_with_drafts([campaign_id]):
        return ""
    return path_for("staff_publishing_changes.show", campaign_id=campaign_id)


@bp.get("/next/")
@needs("translations.view")
def next_string(language: str, catalog: str) -> ResponseReturnValue:
    """Redirect to the message after the one in `after`, or after the one last opened if others are left."""
    messages = find_catalog_for(catalog, language)
    chosen_by = read_filter(request.args, messages, otherwise="waiting")
    found = entries(messages, language)
    shown, after = chosen_by.of(found), request.args.get("after")
    last = after or last_visited_key(catalog, language, staff_id=current_staff().id)
    first = [entry for entry in shown if entry.is_new_part and chosen_by.show == "waiting"]
    key = next_key(found, first, last) or next_key(found, shown, last)
    if key is None and not after:
        key = next_key(found, shown, None)
    here = {"language": language, "catalog": catalog}
    if key is None:
        flash(_("That was the last string."))
        return redirect(path_for("staff_translations_strings.index", **here), 303)
    return redirect(
        path_for("staff_translations_editor.show", key=key, **here, **chosen_by.named), 303
    )
