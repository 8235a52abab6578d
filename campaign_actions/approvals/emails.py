"""Emails about requests. Their content is decided on delivery and quotes nothing that people typed."""

from datetime import datetime

from campaign_actions.approvals.labels import request_title
from campaign_actions.approvals.lifetime import is_open, open_until
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.notifications import DECIDED_MAIL, REQUESTED_MAIL
from campaign_actions.approvals.operations import operation_of
from campaign_actions.approvals.queries import approvers_of, find_request
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.mail.render import Mail, MailMaker
from campaign_actions.core.organization import organization_email
from campaign_actions.core.security.email_address import email_key as key_of
from campaign_actions.core.templating.environment import locale_context
from campaign_actions.core.urls import public_url_for
from campaign_actions.staff.queries import find_member_by_id


def approval_mails() -> dict[str, MailMaker]:
    """By the names they are queued under."""
    return {REQUESTED_MAIL: _requested, DECIDED_MAIL: _decided}


def _requested(about: int | None, email_key: str, locale: str, now: datetime) -> Mail | None:
    """None if the request is closed, or the recipient may no longer approve it."""
    request = find_request(about) if about else None
    if request is None or not is_open(request, now):
        return None
    approvers = approvers_of(operation_of(request), request.requested_by)
    if not any(key_of(member.email) == email_key for member in approvers):
        return None
    requester = find_member_by_id(request.requested_by)
    return _mail(REQUESTED_MAIL, request, locale, now, who=requester.email if requester else "")


def _decided(about: int | None, _email_key: str, locale: str, now: datetime) -> Mail | None:
    """None if the requester is disabled."""
    request = find_request(about) if about else None
    member = find_member_by_id(request.requested_by) if request else None
    if request is None or member is None or not member.active:
        return None
    return _mail(DECIDED_MAIL, request, locale, now, state=request.state, deleted=request.rows_done)


def _mail(
    template: str, request: ApprovalRequest, locale: str, now: datetime, **own: str | int
) -> Mail:
    with locale_context(locale):
        until = datetime_here(open_until(request, now))
        words = {"title": request_title(request), "expires": until}
    values = {**own, **words, "privacy_url": "", "contact": organization_email(locale)}
    link = public_url_for("staff_approvals_requests.show", request_id=request.id)
    return Mail(template, values, {"approval_url": link})
