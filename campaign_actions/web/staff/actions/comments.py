"""The page on which staff moderate comments."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from campaign_actions.actions.comments.moderation import decide_comments
from campaign_actions.actions.comments.public import comments_in_state
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.actions.signatures.staff_forms import COMMENT_STATE_LABELS
from campaign_actions.audit.log import record
from campaign_actions.core.db.session import utc_now
from campaign_actions.staff.queries import member_names
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.lookups import action_or_404

bp = Blueprint(
    "staff_actions_comments",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/comments",
)
bp.add_app_template_filter(signing_id)


@bp.get("/")
@needs("comments.moderate")
def index(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """The comments in one state, a page at a time."""
    action = action_or_404(campaign_id, action_id)
    state = request.args.get("state", "waiting")
    if state not in COMMENT_STATE_LABELS:
        abort(404)
    found = comments_in_state(action_id, state, page=request.args.get("page", ""))
    record(
        "signatures-viewed",
        actor=current_staff().email,
        now=utc_now(),
        subject=action.name,
        rows=len(found.rows),
        comments=state,
    )
    return render_template(
        "staff/actions/comments.html",
        action=action,
        state=state,
        states=COMMENT_STATE_LABELS,
        found=found,
        page=request.args.get("page", ""),
        names=member_names(getattr(row, "staff_id", None) for row in found.rows),
    )


@bp.post("/")
@needs("comments.moderate")
def moderate(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """Show or hide one comment, or show all on the page: the pressed button decides."""
    action = action_or_404(campaign_id, action_id)
    if "show" in request.form or "hide" in request.form:
        is_shown = "show" in request.form
        chosen = request.form.getlist("show" if is_shown else "hide")
    else:
        is_shown, chosen = True, request.form.getlist("on-page")
    member = current_staff()
    done = decide_comments(
        action_id,
        chosen,
        is_shown=is_shown,
        action=action.name,
        staff_id=member.id,
        actor=member.email,
        now=utc_now(),
    )
    flash(_decision_message(done, is_shown))
    state = request.args.get("state", "waiting")
    page = request.args.get("page") or None
    return redirect(url_for(".index", **action.ids, state=state, page=page), 303)


def _decision_message(done: int, is_shown: bool) -> str:
    words: str
    if is_shown:
        words = ngettext("%(num)d comment shown", "%(num)d comments shown", done)
    else:
        words = ngettext("%(num)d comment hidden", "%(num)d comments hidden", done)
    return words
