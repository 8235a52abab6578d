"""Approval of privacy page translations by a second person."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from campaign_actions.catalogs.files.interface_messages import messages_in_area
from campaign_actions.catalogs.workflow.progress import Share
from campaign_actions.catalogs.workflow.translation_approvals import (
    APPROVAL,
    PRIVACY,
    approve_privacy,
    authors_since_approval,
    unapproved_translations,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.forms.input_text import normalize_line_ends
from campaign_actions.core.i18n.locale_registry import locale_registry
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.staff.queries import member_names
from campaign_actions.web.staff.access.authorization import (
    allows_at,
    campaigns_of,
    current_staff,
    needs,
)
from campaign_actions.web.staff.access.translation_access import check_language, readiness_here
from campaign_actions.web.staff.waiting.all_waiting import say_next_item

bp = Blueprint(
    "staff_translations_approvals", __name__, url_prefix="/staff/translations/<language>/approvals"
)


@bp.get("/")
@needs("translations.view")
def index(language: str) -> ResponseReturnValue:
    check_language(language)
    pending, messages = unapproved_translations(language), messages_in_area(PRIVACY)
    staff_id = current_staff().id
    authors = authors_since_approval(language, [row.key for row in pending])
    may_review = campaigns_of("review") is None and allows_at("review", language=language)
    return render_template(
        "staff/translations/approvals.html",
        locale=language,
        waiting=[(row, messages[row.key]) for row in pending],
        names=member_names(row.staff_id for row in pending),
        own=[row.key for row in pending if staff_id in authors[row.key]],
        may_review=may_review,
        share=_share_of_privacy(language),
        is_needed=APPROVAL in current_app.config["LOCALE_NEEDS"],
    )


def _share_of_privacy(language: str) -> Share | None:
    """How much of the privacy page is translated. None for the language of its source."""
    return readiness_here(language).areas.get("privacy") if language != SOURCE else None


@bp.post("/")
@needs("review", everywhere=True)
def approve(language: str) -> ResponseReturnValue:
    """Publish the ticked translations or all on the page, each as the reviewer read it."""
    check_language(language)
    form = request.form
    keys = form.getlist("shown") if "all" in form else form.getlist("key")
    seen = {
        key: [normalize_line_ends(text) for text in form.getlist(f"seen-{key}")] for key in keys
    }
    number = approve_privacy(language, seen, by=current_staff(), now=utc_now())
    locale_registry().refresh_now()
    flash(ngettext("%(num)d string approved", "%(num)d strings approved", number))
    here = url_for(".index", language=language)
    say_next_item(here)
    return redirect(here, 303)
