"""The list of signatures and the page of one. Each view is recorded in the audit log."""

from datetime import datetime

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from campaign_actions.actions.comments.inbox import STATES, find_comment
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.keyset_pagination import decode_key
from campaign_actions.actions.signatures.retention import months_after
from campaign_actions.actions.signatures.search import mask_email, search
from campaign_actions.actions.signatures.staff_forms import (
    CHANNEL_LABELS,
    COMMENT_STATE_LABELS,
    STATUS_LABELS,
    SearchForm,
)
from campaign_actions.audit.log import record
from campaign_actions.core.db.session import utc_now
from campaign_actions.outbox.queries import mails_about
from campaign_actions.web.staff.access.authorization import allows, current_staff, needs
from campaign_actions.web.staff.lookups import action_or_404, signature_or_404

bp = Blueprint(
    "staff_signatures",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/signatures",
)
bp.add_app_template_filter(mask_email, "masked")


@bp.get("/")
@needs("signatures.view")
def index(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """A page of the list, filtered by the search form."""
    action = action_or_404(campaign_id, action_id)
    form = SearchForm(request.args)
    if not form.validate():
        return render_template(
            LIST_TEMPLATE, action=action, form=form, found=None, states=STATUS_LABELS
        ), 400
    before, after = (decode_key(request.args.get(name, "")) for name in ("before", "after"))
    found = search(action_id, form.criteria(), before=before, after=after)
    record(
        "signatures-viewed",
        actor=current_staff().email,
        now=utc_now(),
        subject=action.name,
        rows=len(found.rows),
        **form.audit_details(),
    )
    return render_template(
        LIST_TEMPLATE, action=action, form=form, found=found, states=STATUS_LABELS
    )


@bp.get("/<public_id>/")
@needs("signatures.view")
def show(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    """Everything stored about one signature."""
    action, signature = signature_or_404(campaign_id, action_id, public_id)
    may_moderate = allows("comments.moderate", campaign_id)
    mails = mails_about(signature.email_key, action_id) if signature.email_key else ()
    record(
        "signatures-viewed",
        actor=current_staff().email,
        now=utc_now(),
        subject=signature.public_id,
        rows=1,
        action=action.name,
    )
    return render_template(
        "staff/signatures/show.html",
        action=action,
        signature=signature,
        mails=mails,
        comment=find_comment(action_id, public_id) if may_moderate else None,
        comment_state=STATES,
        comment_states=COMMENT_STATE_LABELS,
        states=STATUS_LABELS,
        channels=CHANNEL_LABELS,
        suppressed_until=_suppressed_until(signature),
    )


def _suppressed_until(signature: Signature) -> datetime | None:
    marked_at, months = signature.invalidated_at, current_app.config["SUPPRESS_MONTHS"]
    return months_after(marked_at, months) if marked_at else None


LIST_TEMPLATE = "staff/signatures/index.html"
