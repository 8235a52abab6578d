"""Emails that failed for good, by the domain of their address and the reason; retrying or dismissing them.

Those to participants are read without their address: only its domain, and a key by which the participation is
found.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, and_, or_, select

from campaign_actions.actions.models import Signature
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.mail.mime import INVALID_ADDRESS
from campaign_actions.outbox.dismiss import dismiss_failed
from campaign_actions.outbox.models import Lane
from campaign_actions.outbox.outcomes import KEEP_DEAD
from campaign_actions.outbox.queries import failed_mails
from campaign_actions.outbox.retry import retry_failed

MAX_LISTED = 1000  # the newest
CODE = re.compile(r": (\d{3})(?: ([245]\.\d{1,3}\.\d{1,3}))?$")  # at the end of a reason
Cause = Literal["address", "letters", "mailbox", "full", "refused", "late", "other"]
CAUSES: Mapping[Cause, LazyString] = {
    "address": _l("The address is not valid."),
    "letters": _l("Our mail server accepts only English letters before the @."),
    "mailbox": _l("The mailbox does not exist."),
    "full": _l("The mailbox is full."),
    "refused": _l("The mail server refused the email."),
    "late": _l("The mail server did not accept the email for three days."),
    "other": _l("The email could not be created or sent."),
}
HOPELESS: tuple[Cause, ...] = ("address",)  # trying again changes nothing


@dataclass(frozen=True)
class FailedEmail:
    """`action_id`: None for an email to staff. `email_key`: of the address.

    `member_email`: the address of an email to staff; "" for every other.
    """

    id: int
    domain: str
    cause: Cause
    code: str  # of the mail server, like 550 5.1.1; "" if there is none
    lane: Lane
    action_id: int | None
    email_key: str
    attempts: int
    queued_at: datetime
    failed_at: datetime
    member_email: str = ""

    @property
    def can_be_retried(self) -> bool:
        return self.cause not in HOPELESS


@dataclass(frozen=True)
class FailedGroup:
    """Emails to addresses of one domain that failed for one reason, newest first.

    `domain`: "" if it is not shown. `retriable`: how many of them the reader may send again.
    `is_mine`: whether the reader may settle any of them, by sending it again or dismissing it.
    """

    domain: str
    cause: Cause
    code: str
    emails: Sequence[FailedEmail]
    retriable: int
    is_mine: bool

    @property
    def reason(self) -> LazyString:
        return CAUSES[self.cause]

    @property
    def last_at(self) -> datetime:
        return self.emails[0].failed_at


Decide = Callable[[FailedEmail], bool]


def failed_emails() -> list[FailedEmail]:
    """The newest, at most MAX_LISTED."""
    return [_failed(row) for row in failed_mails(limit=MAX_LISTED)]


def group_emails(
    emails: Iterable[FailedEmail], *, may_see: Decide, may_settle: Decide
) -> list[FailedGroup]:
    """The groups with the newest failures first. Domains that someone may not see are one group."""
    groups: defaultdict[tuple[str, Cause, str], list[FailedEmail]] = defaultdict(list)
    for email in emails:
        groups[group_key(email, may_see)].append(email)
    found = []
    for key, its in groups.items():
        mine = [one for one in its if may_settle(one)]
        found.append(FailedGroup(*key, its, sum(one.can_be_retried for one in mine), bool(mine)))
    return found


def group_key(email: FailedEmail, may_see: Decide) -> tuple[str, Cause, str]:
    """The values that the emails of a group share."""
    return email.domain if may_see(email) else "", email.cause, email.code


def retry_emails(emails: Iterable[FailedEmail], *, actor: str, now: datetime) -> int:
    """Have these sent again now, those that are still failed; returns how many."""
    with write_transaction() as connection:
        count = retry_failed(connection, [email.id for email in emails], now=now)
        if count:
            add_entry(connection, "emails-retried", actor=actor, now=now, rows=count)
    return count


def dismiss_emails(emails: Iterable[FailedEmail], *, actor: str, now: datetime) -> int:
    """Take these off the list, those that are still failed; returns how many."""
    with write_transaction() as connection:
        count = dismiss_failed(connection, [email.id for email in emails])
        if count:
            add_entry(connection, "emails-dismissed", actor=actor, now=now, rows=count)
    return count


def participations_of(emails: Iterable[FailedEmail]) -> dict[int, str]:
    """The public ids of the signatures that these emails are about, by the id of the email."""
    by_action: defaultdict[int, list[FailedEmail]] = defaultdict(list)
    for email in emails:
        if email.action_id is not None:
            by_action[email.action_id].append(email)
    if not by_action:
        return {}
    theirs = (
        and_(
            Signature.action_id == action_id,
            Signature.email_key.in_([email.email_key for email in its]),
        )
        for action_id, its in by_action.items()
    )
    columns = Signature.action_id, Signature.email_key, Signature.public_id
    rows = db.session.execute(select(*columns).where(or_(*theirs)))
    found = {(row.action_id, row.email_key): row.public_id for row in rows}
    return {
        email.id: found[action_id, email.email_key]
        for action_id, its in by_action.items()
        for email in its
        if (action_id, email.email_key) in found
    }


def find_cause(reason: str) -> tuple[Cause, str]:
    """The cause that a reason of the outbox names, and the code of the mail server in it."""
    found = CODE.search(reason)
    basic, enhanced = (found[1], found[2] or "") if found else ("", "")
    code = f"{basic} {enhanced}".strip()
    if reason == INVALID_ADDRESS:
        return "address", code
    if "SMTPUTF8" in reason:
        return "letters", code
    if " refused " not in reason:
        return ("late" if reason.startswith("the mail server") else "other"), code
    if enhanced in {"5.2.2", "4.2.2"} or (basic == "552" and not enhanced):
        return "full", code
    if enhanced.startswith("5.1.") or (basic in {"550", "551", "553"} and not enhanced):
        return "mailbox", code
    return "refused", code


def _failed(row: Row[*tuple[Any, ...]]) -> FailedEmail:
    cause, code = find_cause(row.last_error or "")
    return FailedEmail(
        id=row.id,
        domain=(row.recipient or "").rpartition("@")[2].lower(),
        cause=cause,
        code=code,
        lane=row.lane,
        action_id=None if row.lane == "staff" else row.about,
        email_key=row.email_key,
        attempts=row.attempts,
        queued_at=row.queued_at,
        failed_at=row.due_at - KEEP_DEAD,
        member_email=row.recipient if row.lane == "staff" else "",
    )
