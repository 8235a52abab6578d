"""Pages for approvals: the list, one request, and the setting when two people are needed."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.approvals.decide import approve as approve_request
from campaign_actions.approvals.decide import decline as decline_request
from campaign_actions.approvals.describe import operation_facts, texts_to_read, texts_to_review
from campaign_actions.approvals.forms import DecideForm, ModeForm
from campaign_actions.approvals.labels import GUARDED_TASKS, STATES, WARNINGS, request_title
from campaign_actions.approvals.lifetime import is_open as is_request_open
from campaign_actions.approvals.lifetime import open_until
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.operations import operation_of, seen_state
from campaign_actions.approvals.queries import (
    approvers_of,
    closed_requests,
    find_request,
    may_approve,
    may_decline,
    may_see,
    names_with_addresses,
    own_requests,
    requests_to_approve,
)
from campaign_actions.approvals.request import cancel as cancel_request
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.locale import current_locale, locales_current_first
from campaign_actions.disclosures.guarded_export import GuardedExport
from campaign_actions.staff.dual_control import (
    MIN_MEMBERS_FOR_AUTO,
    SetDualControl,
    are_updates_guarded,
    count_joined_members,
    current_mode,
    is_active_now,
)
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member_by_id, members_who_may
from campaign_actions.updates.guarded_send import SendUpdate, find_sent
from campaign_actions.updates.queries import texts_of
from campaign_actions.web.http.form_data import submitted_form
from campaign_actions.web.staff.access.authorization import (
    current_rights,
    current_staff,
    needs,
    reauthenticate_first,
    request_access,
)
from campaign_actions.web.staff.approvals.ask import apply_or_request
from campaign_actions.web.staff.exports.send import file_name_today, progress_attributes
from campaign_actions.web.staff.responses import flash_and_redirect
from campaign_actions.web.staff.waiting.all_waiting import say_next_item

bp = Blueprint("staff_approvals_requests", __name__, url_prefix="/staff")


@bp.get("/approvals/")
@needs(None)
def index() -> ResponseReturnValue:
    """Requests the member may approve, their own requests, and closed ones."""
    member, rights, now = current_staff(), current_rights(), utc_now()
    to_approve, own = requests_to_approve(member, rights, now), own_requests(member, now)
    closed = [one for one in closed_requests(rights, member) if one not in own]
    everyone = (*to_approve, *own, *closed)
    return render_template(
        "staff/approvals/index.html",
        to_approve=to_approve,
        own=own,
        closed=closed,
        names=names_with_addresses(
            who for one in everyone for who in (one.requested_by, one.decided_by)
        ),
        title_of=request_title,
        until_of=partial(open_until, now=now),
        states=STATES,
    )


@bp.get("/approvals/<int:request_id>/")
@request_access("request")
@needs(None)
def show(request_id: int) -> ResponseReturnValue:
    """One request: the effect, the requester and the reason. For the requester and those who may approve.

    The requester has just written it, and need not prove who they are to read it.
    """
    found = _request_or_404(request_id)
    is_own = found.requested_by == current_staff().id
    return (None if is_own else reauthenticate_first()) or _page(found, DecideForm())


@bp.post("/approvals/<int:request_id>/approve/")
@request_access("request")
@needs(None, fresh=True)
def approve(request_id: int) -> ResponseReturnValue:
    return _decide(
        request_id, approve_request, _("Request approved. We will email the person who asked.")
    )


@bp.post("/approvals/<int:request_id>/decline/")
@request_access("request")
@needs(None, fresh=True)
def decline(request_id: int) -> ResponseReturnValue:
    return _decide(
        request_id, decline_request, _("Request declined. We will email the person who asked.")
    )


@bp.post("/approvals/<int:request_id>/cancel/")
@request_access("own request")
@needs(None)
def cancel(request_id: int) -> ResponseReturnValue:
    """Cancel one's own request."""
    found = _request_or_404(request_id)
    if found.requested_by != current_staff().id:
        abort(404)
    cancel_request(request_id, by=current_staff(), now=utc_now())
    return flash_and_redirect(_("Request cancelled"), url_for(".index"))


@bp.route("/approvals/two-people/", methods=["GET", "POST"])
@needs("staff.manage", fresh=True)
def two_people() -> ResponseReturnValue:
    """When two people are needed. While they are, changing it needs two people as well."""
    connection = db.session.connection()
    now = {"mode": current_mode(connection), "for_updates": are_updates_guarded(connection)}
    form = ModeForm(submitted_form(), data=now)
    if request.method == "POST" and form.validate():
        wanted = {"mode": form.mode.data, "for_updates": form.for_updates.data}
        if wanted == now:
            return redirect(url_for(".two_people"), 303)
        return apply_or_request(SetDualControl(**wanted), lambda _approval: _saved())
    page = render_template(
        "staff/approvals/two_people.html",
        form=form,
        is_active=is_active_now(),
        joined=count_joined_members(connection),
        least=MIN_MEMBERS_FOR_AUTO,
        able=_members_by_permission(),
        guarded_tasks=GUARDED_TASKS.values(),
    )
    return page, 400 if request.method == "POST" else 200


def _members_by_permission() -> dict[str, list[StaffMember]]:
    """Members with each permission of guarded operations, in any campaign."""
    guarded = ("staff.manage", "signatures.export", "signatures.erase", "updates.send")
    return {permission: members_who_may(permission) for permission in guarded}


def _saved() -> ResponseReturnValue:
    return flash_and_redirect(_("Setting changed"), url_for(".two_people"))


def _decide(request_id: int, verb: Callable[..., None], message: str) -> ResponseReturnValue:
    found, form = _request_or_404(request_id), DecideForm(request.form)
    if not form.validate():
        return _page(found, form), 400
    verb(request_id, by=current_staff(), note=form.note.data or "", now=utc_now())
    answer = flash_and_redirect(message, url_for(".index"))
    say_next_item(here=url_for(".index"))
    return answer


def _request_or_404(request_id: int) -> ApprovalRequest:
    """404 also if the member may not see it, so that nobody learns which requests exist."""
    found = find_request(request_id)
    if found is None or not may_see(found, current_staff(), current_rights()):
        abort(404)
    return found


def _page(found: ApprovalRequest, form: DecideForm) -> str:
    now, operation, member = utc_now(), operation_of(found), current_staff()
    seen, is_open = seen_state(found), is_request_open(found, now)
    requester = find_member_by_id(found.requested_by)
    return render_template(
        "staff/approvals/show.html",
        found=found,
        form=form,
        title=request_title(found),
        facts=list(operation_facts(operation, seen, locales_current_first())),
        texts=texts_to_read(operation),
        outdated=texts_to_review(operation) if is_open else (),
        warning=WARNINGS[found.kind],
        states=STATES,
        is_open=is_open,
        until=open_until(found, now),
        is_own=found.requested_by == member.id,
        may_approve=is_open and may_approve(found, member, current_rights()),
        may_decline=is_open and may_decline(found, member),
        approvers=approvers_of(operation, found.requested_by) if is_open else [],
        names=names_with_addresses([found.requested_by, found.decided_by]),
        given_alone=requester is not None and member.roles_given_by == requester.id,
        operation=operation,
        preview_url=_preview_url(operation) if isinstance(operation, SendUpdate) else "",
        progress=progress_attributes(file_name_today(operation.export))
        if isinstance(operation, GuardedExport)
        else "",
        is_usable=found.usable_until is not None and found.usable_until > now,
    )


def _preview_url(operation: SendUpdate) -> str:
    """The page with the email of an update; empty if it has been deleted."""
    update = find_sent(operation)
    tags = list(texts_of(update.id)) if update else []
    if update is None or not tags:
        return ""
    return url_for(
        "staff_updates_preview.show",
        campaign_id=operation.campaign,
        action_id=update.action_id,
        update_id=update.id,
        tag=current_locale() if current_locale() in tags else tags[0],
    )
