"""What the emails about requests say, decided when they are delivered. No word in them is anybody's own."""

from datetime import datetime
from typing import Any

from campaign_actions.approvals.describe import title_of
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.notify import ASKED, DECIDED
from campaign_actions.approvals.queries import approvers_of, find_request
from campaign_actions.approvals.registry import operation_of
from campaign_actions.core.i18n.locale import organization_email
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.mail.render import Mail, MailMaker, locale_context
from campaign_actions.core.security.email_address import email_key as key_of
from campaign_actions.core.urls import public_url_for
from campaign_actions.staff.queries import find_member_by_id


def approval_mails() -> dict[str, MailMaker]:
    """By the names they are queued under."""
    return {ASKED: _asked, DECIDED: _decided}


def _asked(about: int | None, email_key: str, locale: str, now: datetime) -> Mail | None:
    """Nothing once it is decided, or for who may not approve it any more."""
    request = find_request(about) if about else None
    if request is None or request.state != "pending" or request.expires_at <= now:
        return None
    able = approvers_of(operation_of(request), request.requested_by)
    if not any(key_of(member.email) == email_key for member in able):
        return None
    requester = find_member_by_id(request.requested_by)
    values = {"who": requester.email if requester else ""}
    return _mail(ASKED, request, locale, values)


def _decided(about: int | None, _email_key: str, locale: str, _now: datetime) -> Mail | None:
    """Nothing for who is not let in any more."""
    request = find_request(about) if about else None
    member = find_member_by_id(request.requested_by) if request else None
    if request is None or member is None or not member.active:
        return None
    return _mail(DECIDED, request, locale, {"state": request.state, "deleted": request.rows_done})


def _mail(template: str, request: ApprovalRequest, locale: str, values: dict[str, Any]) -> Mail:
    with locale_context(locale):
        values |= {"title": title_of(request), "expires": datetime_here(request.expires_at)}
    values |= {"privacy_url": "", "contact": organization_email()}
    link = public_url_for("staff_dual_control.show", request_id=request.id)
    return Mail(template, values, {"approval_url": link})
