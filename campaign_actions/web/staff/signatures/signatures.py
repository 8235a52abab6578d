"""The list of signatures and the page of one, for staff: each look is in the audit log."""

from datetime import datetime

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from campaign_actions.actions.models import Signature
from campaign_actions.actions.overview import ActionOverview, find_action_overview
from campaign_actions.actions.queries import find_signature
from campaign_actions.actions.signatures.keyset import read_key
from campaign_actions.actions.signatures.retention import months_after
from campaign_actions.actions.signatures.search import mask, search
from campaign_actions.actions.signatures.staff_forms import CHANNEL_NAMES, STATE_NAMES, SearchForm
from campaign_actions.audit.log import record
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.outbox.queries import mails_about
from campaign_actions.web.staff.access.authorization import current_staff, needs

bp = Blueprint(
    "staff_signatures",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/signatures",
)
bp.add_app_template_filter(mask, "masked")


@bp.get("/")
@needs("signatures.view")
def index(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """A page of the list, of all or of those that are searched for."""
    action = _action_or_404(campaign_id, action_id)
    form = SearchForm(request.args)
    if not form.validate():
        return render_template(LIST, action=action, form=form, found=None, states=STATE_NAMES), 400
    before, after = (read_key(request.args.get(name, "")) for name in ("before", "after"))
    found = search(action_id, form.wanted(), before=before, after=after)
    record(
        "signatures-viewed",
        actor=current_staff().email,
        now=utc_now(),
        subject=action.name,
        rows=len(found.rows),
        **form.in_words(),
    )
    return render_template(LIST, action=action, form=form, found=found, states=STATE_NAMES)


@bp.get("/<public_id>/")
@needs("signatures.view")
def show(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    """All that is stored of one signature, and what became of it."""
    action = _action_or_404(campaign_id, action_id)
    signature = _signature_or_404(action, public_id)
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
        "staff/signatures/one.html",
        action=action,
        signature=signature,
        mails=mails,
        states=STATE_NAMES,
        channels=CHANNEL_NAMES,
        suppressed_until=_suppressed_until(signature),
    )


def _action_or_404(campaign_id: int, action_id: int) -> ActionOverview:
    found = find_action_overview(
        campaign_id, action_id, locales=locales_current_first(), now=utc_now()
    )
    return found or abort(404)


def _suppressed_until(signature: Signature) -> datetime | None:
    marked_at, months = signature.invalidated_at, current_app.config["SUPPRESS_MONTHS"]
    return months_after(marked_at, months) if marked_at else None


def _signature_or_404(action: ActionOverview, public_id: str) -> Signature:
    signature = find_signature(public_id)
    return signature if signature and signature.action_id == action.id else abort(404)


LIST = "staff/signatures/list.html"
