"""The public page with what is in a form, saved or not: for the frame beside the form."""

from flask import Blueprint, Response, abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from campaign_actions.actions.campaign_overviews import find_both_overviews, find_campaign_overview
from campaign_actions.actions.queries import written_actions
from campaign_actions.actions.view_models import Values, action_page, campaign_page, sign_form
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.previews.draft_overlay import typed_action, typed_campaign
from campaign_actions.web.http.security_headers import allow_being_framed
from campaign_actions.web.staff.access.authorization import needs

bp = Blueprint("staff_live", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")


@bp.post("/preview/<text_locale>/")
@needs("campaigns.view")
def campaign(campaign_id: int, text_locale: str) -> ResponseReturnValue:
    now = utc_now()
    known = find_campaign_overview(campaign_id, now=now).locales
    _speak(text_locale)
    shown = typed_campaign(campaign_id, request.form, locale=text_locale, known=known)
    actions = written_actions(campaign_id, locale=text_locale, now=now)
    pictures = _pictures(campaign_id)
    values = campaign_page(
        shown or abort(404), actions, locale=text_locale, now=now, pictures=pictures
    )
    return _framed("campaigns/show.html", values)


@bp.post("/actions/<int:action_id>/preview/<text_locale>/")
@needs("campaigns.view")
def action(campaign_id: int, action_id: int, text_locale: str) -> ResponseReturnValue:
    now = utc_now()
    _campaign, found = find_both_overviews(campaign_id, action_id, now=now)
    _speak(text_locale)
    typed = typed_action(
        action_id, request.form, locale=text_locale, known=found.locales, now=now
    ) or abort(404)
    values = action_page(typed, sign_form(typed), pictures=_pictures(campaign_id))
    return _framed(f"actions/{typed.kind.name}.html", values)


def _speak(text_locale: str) -> None:
    """The rest of the page is in the language that is being written."""
    if text_locale not in known_locales():
        abort(404)
    g.locale = text_locale
    refresh()


def _pictures(campaign_id: int) -> str:
    return f"/staff/campaigns/{campaign_id}/picture/"


def _framed(template: str, values: Values) -> Response:
    page = render_template("staff/previews/live.html", page=template, alternates={}, **values)
    return allow_being_framed(make_response(page))
