"""The pages of approvals: what is pending, one request, and when two people are needed."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.signatures.export_operation import progress_attributes
from campaign_actions.approvals.decide import approve as approve_request
from campaign_actions.approvals.decide import decline as decline_request
from campaign_actions.approvals.describe import STATES, WARNINGS, facts_of, title_of
from campaign_actions.approvals.forms import DecideForm, ModeForm
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.queries import (
    approvers_of,
    called,
    closed_requests,
    find_request,
    is_approver,
    is_decliner,
    may_see,
    own_requests,
    requests_to_approve,
)
from campaign_actions.approvals.registry import operation_of, seen_by
from campaign_actions.approvals.request import cancel as cancel_request
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.timezones import zone
from campaign_actions.staff.dual_control import (
    LEAST_MEMBERS,
    SetDualControl,
    count_joined,
    is_active_now,
    mode_in,
)
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member_by_id, members_who_may
from campaign_actions.web.staff.access.authorization import (
    current_rights,
    current_staff,
    needs,
    opened_by_request,
)
from campaign_actions.web.staff.approvals.ask import do_or_ask

bp = Blueprint("staff_dual_control", __name__, url_prefix="/staff")


@bp.get("/approvals/")
@needs(None)
def index() -> ResponseReturnValue:
    """What this person may approve, what they asked for, and what was decided."""
    member, rights, now = current_staff(), current_rights(), utc_now()
    to_approve, own = requests_to_approve(member, rights, now), own_requests(member, now)
    closed = [one for one in closed_requests(rights, member) if one not in own]
    everyone = (*to_approve, *own, *closed)
    return render_template(
        "staff/approvals/index.html",
        to_approve=to_approve,
        own=own,
        closed=closed,
        names=called(who for one in everyone for who in (one.requested_by, one.decided_by)),
        title_of=title_of,
        states=STATES,
    )


@bp.get("/approvals/<int:request_id>/")
@opened_by_request("request")
@needs(None, fresh=True)
def show(request_id: int) -> ResponseReturnValue:
    """What exactly will happen, who asks and why; for whoever asked, and all who may approve it."""
    return _page(_found_or_404(request_id), DecideForm())


@bp.post("/approvals/<int:request_id>/approve/")
@opened_by_request("request")
@needs(None, fresh=True)
def approve(request_id: int) -> ResponseReturnValue:
    return _decide(request_id, approve_request, _("Approved. We will email the person who asked."))


@bp.post("/approvals/<int:request_id>/decline/")
@opened_by_request("request")
@needs(None, fresh=True)
def decline(request_id: int) -> ResponseReturnValue:
    return _decide(request_id, decline_request, _("Declined. We will email the person who asked."))


@bp.post("/approvals/<int:request_id>/cancel/")
@opened_by_request("own request")
@needs(None)
def cancel(request_id: int) -> ResponseReturnValue:
    """Take back what one asked for oneself."""
    found = _found_or_404(request_id)
    if found.requested_by != current_staff().id:
        abort(404)
    cancel_request(request_id, by=current_staff(), now=utc_now())
    flash(_("Request cancelled."))
    return redirect(url_for(".index"), 303)


@bp.route("/people/two-people/", methods=["GET", "POST"])
@needs("staff.manage", fresh=True)
def setting() -> ResponseReturnValue:
    """When two people are needed; a change needs them as well while it applies."""
    connection = db.session.connection()
    form = ModeForm(request.form if request.method == "POST" else None, mode=mode_in(connection))
    if request.method == "POST" and form.validate():
        if form.mode.data == mode_in(connection):
            return redirect(url_for(".setting"), 303)
        return do_or_ask(SetDualControl(form.mode.data), lambda _approval: _saved())
    page = render_template(
        "staff/approvals/setting.html",
        form=form,
        is_active=is_active_now(),
        joined=count_joined(connection),
        least=LEAST_MEMBERS,
        able=_able(),
    )
    return page, 400 if request.method == "POST" else 200


def _able() -> dict[str, list[StaffMember]]:
    """Who has each of the permissions that two people need, not limited to campaigns."""
    named = ("staff.manage", "signatures.export", "signatures.erase")
    return {permission: members_who_may(permission) for permission in named}


def _saved() -> ResponseReturnValue:
    flash(_("Setting changed."))
    return redirect(url_for(".setting"), 303)


def _decide(request_id: int, verb: Callable[..., None], words: str) -> ResponseReturnValue:
    found, form = _found_or_404(request_id), DecideForm(request.form)
    if not form.validate():
        return _page(found, form), 400
    verb(request_id, by=current_staff(), note=form.note.data or "", now=utc_now())
    flash(words)
    return redirect(url_for(".index"), 303)


def _found_or_404(request_id: int) -> ApprovalRequest:
    """404 also for what is not theirs: nobody learns which requests there are."""
    found = find_request(request_id)
    if found is None or not may_see(found, current_staff(), current_rights()):
        abort(404)
    return found


def _page(found: ApprovalRequest, form: DecideForm) -> str:
    now, operation, member = utc_now(), operation_of(found), current_staff()
    seen, is_open = seen_by(found), _is_open(found, now)
    requester = find_member_by_id(found.requested_by)
    return render_template(
        "staff/approvals/show.html",
        found=found,
        form=form,
        title=title_of(found),
        facts=list(facts_of(operation, seen, locales_current_first())),
        warning=WARNINGS[found.kind],
        states=STATES,
        is_open=is_open,
        is_own=found.requested_by == member.id,
        may_approve=is_open and is_approver(found, member, current_rights()),
        may_decline=is_open and is_decliner(found, member),
        approvers=approvers_of(operation, found.requested_by) if is_open else [],
        names=called([found.requested_by, found.decided_by]),
        given_alone=requester is not None and member.roles_given_by == requester.id,
        operation=operation,
        progress_attributes=progress_attributes(
            f"{found.subject.replace('/', '-')}-{now.astimezone(zone()).date()}"
        ),
        is_usable=found.usable_until is not None and found.usable_until > now,
    )


def _is_open(found: ApprovalRequest, now: datetime) -> bool:
    return found.state == "pending" and found.expires_at > now
