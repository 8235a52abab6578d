"""The daily limit on wrong authenticator codes for an account, by anyone who types them.

It is in the database, so a new device, source, process or restart gives nobody extra attempts. A code
has six digits, and three codes are valid at any moment. At 20 guesses a day, an even chance of success
takes about 30 years; about 15 if staff allow codes again as often as possible (`AllowCodes`).
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import delete_rows
from campaign_actions.staff.models import StaffMember, WrongCode
from campaign_actions.staff.notifications import enqueue_staff_mail
from campaign_actions.staff.queries import member_update

MAX_WRONG_CODES = 20  # within a DAY; then codes are blocked for a DAY
MAX_WRONG_CODES_A_DAY = 2 * MAX_WRONG_CODES  # even if codes are allowed again during the DAY
DAY = timedelta(hours=24)
CODES_BLOCKED_MAIL = "staff-codes-blocked"


class CodesBlocked(Exception):
    """After too many wrong codes, no code of the app is checked before `until`."""

    def __init__(self, until: datetime) -> None:
        self.until = until


def current_block_end(until: datetime | None, now: datetime) -> datetime | None:
    """A member's `codes_blocked_until` while it applies. If too far away, it came from a wrong clock."""
    return until if until and now < until <= now + 2 * DAY else None


def record_wrong_code(connection: Connection, member: StaffMember, now: datetime) -> None:
    """Count a wrong code; at the limit block codes and email the member.

    The caller's transaction must have locked the member's row.
    """
    is_old = ~WrongCode.typed_at.between(now - DAY, now + DAY)
    connection.execute(delete(WrongCode).where(WrongCode.staff_id == member.id, is_old))
    connection.execute(insert(WrongCode).values(staff_id=member.id, typed_at=now))
    count = count_wrong_codes(connection, member.id, now)
    if count != MAX_WRONG_CODES and count < MAX_WRONG_CODES_A_DAY:
        return
    _set_block(connection, member.id, now + DAY)
    enqueue_staff_mail(connection, CODES_BLOCKED_MAIL, member, now)
    add_entry(connection, "codes-blocked", actor=member.email, now=now)


def lift_block(connection: Connection, staff_id: int) -> None:
    """Accept codes again, in the caller's transaction. The day's wrong codes still count.

    That allows MAX_WRONG_CODES more, and never above MAX_WRONG_CODES_A_DAY in total.
    """
    _set_block(connection, staff_id, None)


def reset_wrong_codes(connection: Connection, staff_id: int) -> None:
    """Forget wrong codes and lift any block, in the caller's transaction.

    For a new app secret, about which earlier guesses say nothing, and for a command.
    """
    connection.execute(delete(WrongCode).where(WrongCode.staff_id == staff_id))
    _set_block(connection, staff_id, None)


def count_wrong_codes(connection: Connection, staff_id: int, now: datetime) -> int:
    """The number of wrong codes in the last DAY. Those far in the future came from a wrong clock."""
    is_recent = WrongCode.typed_at.between(now - DAY, now + DAY)
    codes = select(func.count()).select_from(WrongCode)
    return connection.scalar(codes.where(WrongCode.staff_id == staff_id, is_recent)) or 0


def delete_old_wrong_codes(now: datetime) -> None:
    """Delete wrong codes that no longer count."""
    delete_rows(WrongCode, WrongCode.typed_at < now - DAY)


def _set_block(connection: Connection, staff_id: int, until: datetime | None) -> None:
    connection.execute(member_update(staff_id).values(codes_blocked_until=until))
