"""How long requests can be decided: by the clock that stops while email is off.

Those who may approve are told by email. Without the clock, a request would expire before they know of it.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement

from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.core.switches.state import email_clock

REQUEST_LIFETIME = timedelta(hours=72)


def new_expires_at(now: datetime) -> datetime:
    """The time on the clock at which a request of now expires."""
    return email_clock().at(now) + REQUEST_LIFETIME


def is_open(request: ApprovalRequest, now: datetime) -> bool:
    return request.state == "pending" and request.expires_at > email_clock().at(now)


def open_until(request: ApprovalRequest, now: datetime) -> datetime:
    """The real time until which it can be decided, if email stays on."""
    return email_clock().expected(request.expires_at, now)


def are_open(now: datetime) -> ColumnElement[bool]:
    """`is_open()` as SQL."""
    return _IS_PENDING & (ApprovalRequest.expires_at > email_clock().at(now))


def are_overdue(now: datetime) -> ColumnElement[bool]:
    """Whether requests that nobody has decided have expired."""
    return _IS_PENDING & (ApprovalRequest.expires_at <= email_clock().at(now))


_IS_PENDING = ApprovalRequest.state == "pending"
