"""The limit on wrong codes of an authenticator app: so many a day for an account, whoever types them.

It is kept in the database, so no device, source, process or restart gets tries of its own. A code has
six digits, three are right at any moment: 20 guesses a day need about 30 years for an even chance.
"""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, delete, func, insert, select, update

from campaign_actions.audit.recording import add_entry
from campaign_actions.core.database import db, is_any, writing
from campaign_actions.core.errors import Conflict
from campaign_actions.staff.inviting import queue
from campaign_actions.staff.models import StaffMember, WrongCode

MAX_WRONG_CODES = 20  # within a DAY; then codes of the app are blocked for a DAY
DAY = timedelta(hours=24)
MAIL = "staff-codes-blocked"


class NotYourOwnCodes(Conflict):
    title = _l("You cannot lift the limit on your own codes")
    message = _l("Another administrator can do it.")


class CodesBlocked(Exception):
    """There were too many wrong codes: no code of the app is compared until then."""

    def __init__(self, until: datetime) -> None:
        self.until = until


def blocked_until(until: datetime | None, now: datetime) -> datetime | None:
    """A member's `codes_blocked_until`, if it still counts; one too far away was set by a wrong clock."""
    return until if until and now < until <= now + 2 * DAY else None


def count_wrong_code(connection: Connection, member: StaffMember, now: datetime) -> None:
    """In the caller's transaction, which has locked the member's row: one more wrong code.

    The last one that is allowed blocks the codes, and tells the member by mail.
    """
    theirs = WrongCode.staff_id == member.id
    over = ~WrongCode.typed_at.between(now - DAY, now + DAY)
    connection.execute(delete(WrongCode).where(theirs, over))
    connection.execute(insert(WrongCode).values(staff_id=member.id, typed_at=now))
    count = connection.scalar(select(func.count()).select_from(WrongCode).where(theirs)) or 0
    if count < MAX_WRONG_CODES:
        return
    start_again(connection, member.id, blocked_until=now + DAY)
    queue(connection, MAIL, member.id, member.email, member.locale, now)
    add_entry(connection, "codes-blocked", actor=member.email, now=now)


def allow_codes(member: StaffMember, *, actor: str, now: datetime) -> None:
    """Let the codes of somebody's app be tried again at once. Raises NotYourOwnCodes."""
    if member.email == actor:
        raise NotYourOwnCodes
    with writing() as connection:
        start_again(connection, member.id)
        facts: dict[str, Any] = {"subject": member.email, "change": "codes allowed"}
        add_entry(connection, "staff-changed", actor=actor, now=now, **facts)
    db.session.expire(member)


def start_again(
    connection: Connection, staff_id: int, *, blocked_until: datetime | None = None
) -> None:
    """In the caller's transaction: count wrong codes from 0, and block codes until then or not at all.

    Also for a new secret of an app: guesses at the former one say nothing about it.
    """
    connection.execute(delete(WrongCode).where(WrongCode.staff_id == staff_id))
    theirs = update(StaffMember).where(StaffMember.id == staff_id)
    connection.execute(theirs.values(codes_blocked_until=blocked_until))


def forget_wrong_codes(now: datetime) -> None:
    """Delete those that no longer count."""
    over = WrongCode.typed_at < now - DAY
    if not is_any(select(WrongCode.id).where(over)):
        return
    with writing() as connection:
        connection.execute(delete(WrongCode).where(over))
