"""The public page with the unsaved text of a form, for the frame beside it."""

from flask import Blueprint, Response, abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from campaign_actions.actions.campaign_overview import (
    get_action_and_campaign,
    get_campaign_overview,
)
from campaign_actions.actions.queries import all_actions_of
from campaign_actions.actions.view_models import (
    Context,
    action_page_context,
    campaign_page_context,
    sign_form,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.previews.draft_overlay import action_with_draft, campaign_with_draft
from campaign_actions.web.http.security_headers import allow_being_framed
from campaign_actions.web.staff.access.authorization import needs

bp = Blueprint("staff_previews_live", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")


@bp.post("/preview/<text_locale>/")
@needs("campaigns.view")
def preview_campaign(campaign_id: int, text_locale: str) -> ResponseReturnValue:
    now = utc_now()
    known = get_campaign_overview(campaign_id, now=now).locales
    _switch_to(text_locale)
    shown = campaign_with_draft(campaign_id, request.form, locale=text_locale, known=known)
    actions = all_actions_of(campaign_id, locale=text_locale, now=now)
    pictures = _picture_folder(campaign_id)
    values = campaign_page_context(
        shown or abort(404), actions, locale=text_locale, now=now, pictures=pictures
    )
    return _framed("campaigns/show.html", values)


@bp.post("/actions/<int:action_id>/preview/<text_locale>/")
@needs("campaigns.view")
def preview_action(campaign_id: int, action_id: int, text_locale: str) -> ResponseReturnValue:
    now = utc_now()
    _campaign, found = get_action_and_campaign(campaign_id, action_id, now=now)
    _switch_to(text_locale)
    typed = action_with_draft(
        action_id, request.form, locale=text_locale, known=found.locales, now=now
    ) or abort(404)
    values = action_page_context(typed, sign_form(typed), pictures=_picture_folder(campaign_id))
    return _framed("actions/show.html", values)


def _switch_to(text_locale: str) -> None:
    """Show the rest of the page, too, in the language that is being written."""
    if text_locale not in known_locales():
        abort(404)
    g.locale = text_locale
    refresh()


def _picture_folder(campaign_id: int) -> str:
    return f"/staff/campaigns/{campaign_id}/appearance/"


def _framed(template: str, values: Context) -> Response:
    page = render_template("staff/previews/live.html", page=template, alternates={}, **values)
    return allow_being_framed(make_response(page))
