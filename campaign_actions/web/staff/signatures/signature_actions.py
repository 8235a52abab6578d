"""Operations of staff on one signature: resend its email, withdraw, invalidate or erase it."""

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.models import Signature
from campaign_actions.actions.personal_data import reveal as revealing
from campaign_actions.actions.signatures import resend as resending
from campaign_actions.actions.signatures import withdraw as withdrawing
from campaign_actions.actions.signatures.invalidation import invalidate as invalidating
from campaign_actions.actions.signatures.staff_forms import (
    EraseForm,
    ReasonForm,
    WithdrawalRequestForm,
)
from campaign_actions.audit.log import record
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import DomainError
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.staff.access.authorization import (
    current_staff,
    needs,
    proved_at,
    reauthenticate_now,
)
from campaign_actions.web.staff.approvals.ask import apply_or_request
from campaign_actions.web.staff.lookups import signature_or_404

bp = Blueprint(
    "staff_signatures_signature_actions",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/signatures",
)


@bp.post("/<public_id>/resend/")
@needs("signatures.change")
def resend(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    action, signature = signature_or_404(campaign_id, action_id, public_id)
    try:
        resending.resend(signature, action=action.name, actor=_actor(), now=utc_now())
        flash(_("The confirmation email is on its way."), "email")
    except DomainError as error:
        flash(str(error.message), "warning")
    return _to_signature(action, signature)


@bp.route("/<public_id>/withdraw/", methods=["GET", "POST"])
@needs("signatures.change")
def withdraw(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    action, signature = signature_or_404(campaign_id, action_id, public_id)
    form = WithdrawalRequestForm(submitted_form())
    if request.method == "POST" and form.validate():
        heard = form.heard.data
        return _counted(action, signature, lambda: _withdraw(action, signature, heard))
    return _render("withdraw", action, signature, form)


def _withdraw(action: ActionOverview, signature: Signature, heard: str) -> ResponseReturnValue:
    details = {"action": action.name, "heard": heard, "actor": _actor()}
    if withdrawing.withdraw_on_request(signature, now=utc_now(), **details):
        flash(_("Participation withdrawn. It is not counted."))
    return _to_signature(action, signature)


@bp.route("/<public_id>/invalidate/", methods=["GET", "POST"])
@needs("signatures.change")
def invalidate(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    action, signature = signature_or_404(campaign_id, action_id, public_id)
    form = ReasonForm(submitted_form())
    if request.method == "POST" and form.validate():
        details = {"action": action.name, "reason": form.reason.data, "actor": _actor()}
        staff_id = current_staff().id
        if invalidating.invalidate(signature, now=utc_now(), staff_id=staff_id, **details):
            flash(
                _(
                    "Participation marked invalid. It is not counted until someone makes it valid again."
                )
            )
        return _to_signature(action, signature)
    return _render("invalidate", action, signature, form)


@bp.post("/<public_id>/validate/")
@needs("signatures.change")
def validate(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    action, signature = signature_or_404(campaign_id, action_id, public_id)
    if invalidating.validate(signature, action=action.name, actor=_actor(), now=utc_now()):
        if signature.confirmed_at:
            flash(_("Participation made valid. It is counted again."))
        else:
            flash(_("Participation made valid. It is pending again, and can be confirmed."))
    return _to_signature(action, signature)


@bp.post("/<public_id>/reveal/")
@needs("signatures.view")
def reveal(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    """Show the whole email address on the page of a participant, for a day."""
    action, signature = signature_or_404(campaign_id, action_id, public_id)
    return _counted(action, signature, lambda: _to_signature(action, signature))


@bp.route("/<public_id>/erase/", methods=["GET", "POST"])
@needs("signatures.erase", fresh=True)
def erase(campaign_id: int, action_id: int, public_id: str) -> ResponseReturnValue:
    """Erase a person everywhere. Their address must be typed to confirm it."""
    action, signature = signature_or_404(campaign_id, action_id, public_id)
    form = EraseForm(submitted_form())
    if signature.email is None:
        return _to_signature(action, signature)
    if request.method == "POST" and form.validate() and form.matches(signature.email):
        email = signature.email
        return _counted(action, signature, lambda: _erase(action, email))
    return _render("erase", action, signature, form)


def _erase(action: ActionOverview, email: str) -> ResponseReturnValue:
    erased = withdrawing.erase(email, actor=_actor(), now=utc_now())
    withdrawing.truncate_wal()
    flash(
        ngettext(
            "Data deleted: %(num)d participation and all pending emails",
            "Data deleted: %(num)d participations and all pending emails",
            erased,
        )
    )
    return redirect(url_for("staff_signatures.index", **action.ids), 303)


def _counted(
    action: ActionOverview, signature: Signature, done: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    """The response of `done`, or what the member needs first; see `personal_data/reveal`."""
    member = current_staff()
    obstacle = revealing.reveal(
        signature.public_id,
        action=action.name,
        member=member,
        proved_at=proved_at(),
        limit=current_app.config["REVEAL_LIMIT"],
        now=utc_now(),
    )
    if obstacle == "login":
        return reauthenticate_now()
    if obstacle == "approval":
        more = revealing.RevealMore(action.campaign_id, member.id, member.email)
        return apply_or_request(more, lambda _approval: _counted(action, signature, done))
    return done()


def _render(
    name: str, action: ActionOverview, signature: Signature, form: StaffForm
) -> ResponseReturnValue:
    """The page shows personal data, so viewing it is recorded in the audit log."""
    record(
        "signatures-viewed",
        actor=_actor(),
        now=utc_now(),
        subject=signature.public_id,
        rows=1,
        action=action.name,
    )
    page = render_template(
        f"staff/signatures/{name}.html", action=action, signature=signature, form=form
    )
    return page, 400 if request.method == "POST" else 200


def _actor() -> str:
    return current_staff().email


def _to_signature(action: ActionOverview, signature: Signature) -> ResponseReturnValue:
    address = url_for("staff_signatures.show", **action.ids, public_id=signature.public_id)
    return redirect(address, 303)
