"""Comments for staff: which of them the page of an action shows."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from campaign_actions.actions.comments.moderation import decide
from campaign_actions.actions.comments.public import comments
from campaign_actions.actions.overview import ActionOverview, find_action_overview
from campaign_actions.actions.signatures.confirm import name_of_signing
from campaign_actions.actions.signatures.staff_forms import COMMENT_STATES
from campaign_actions.audit.log import record
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.staff.queries import names_of
from campaign_actions.web.staff.access.authorization import current_staff, needs

bp = Blueprint(
    "staff_comments",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/comments",
)
bp.add_app_template_filter(name_of_signing)


@bp.get("/")
@needs("comments.moderate")
def index(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """Those that wait for a decision, and those that have one."""
    action = _action_or_404(campaign_id, action_id)
    state = request.args.get("state", "waiting")
    if state not in COMMENT_STATES:
        abort(404)
    found = comments(action_id, state, page=request.args.get("page", ""))
    record(
        "signatures-viewed",
        actor=current_staff().email,
        now=utc_now(),
        subject=action.name,
        rows=len(found.rows),
        comments=state,
    )
    return render_template(
        "staff/comments/list.html",
        action=action,
        state=state,
        states=COMMENT_STATES,
        found=found,
        page=request.args.get("page", ""),
        names=names_of(getattr(row, "staff_id", None) for row in found.rows),
    )


@bp.post("/")
@needs("comments.moderate")
def press(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """One comment, or all of a page: each button says which, and what becomes of them."""
    action = _action_or_404(campaign_id, action_id)
    if "show" in request.form or "hide" in request.form:
        is_shown = "show" in request.form
        chosen = request.form.getlist("show" if is_shown else "hide")
    else:
        is_shown, chosen = True, request.form.getlist("on-page")
    member = current_staff()
    done = decide(
        action_id,
        chosen,
        is_shown=is_shown,
        action=action.name,
        staff_id=member.id,
        actor=member.email,
        now=utc_now(),
    )
    flash(_words_for(done, is_shown))
    state = request.args.get("state", "waiting")
    page = request.args.get("page") or None
    return redirect(url_for(".index", **action.ids, state=state, page=page), 303)


def _words_for(done: int, is_shown: bool) -> str:
    words: str
    if is_shown:
        words = ngettext(
            "%(num)d comment is shown on the page.", "%(num)d comments are shown on the page.", done
        )
    else:
        words = ngettext("%(num)d comment is hidden.", "%(num)d comments are hidden.", done)
    return words


def _action_or_404(campaign_id: int, action_id: int) -> ActionOverview:
    found = find_action_overview(
        campaign_id, action_id, locales=locales_current_first(), now=utc_now()
    )
    return found or abort(404)
