"""The limit on wrong codes of an authenticator app: so many a day for an account, whoever types them.

It is kept in the database, so no device, source, process or restart gets tries of its own. A code has
six digits, three are right at any moment: 20 guesses a day need about 30 years for an even chance, and
about 15 where somebody in the workspace has codes allowed again as often as possible (`managing.AllowCodes`).
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import has_rows, write_transaction
from campaign_actions.staff.invitations import enqueue_staff_mail
from campaign_actions.staff.models import StaffMember, WrongCode

MAX_WRONG_CODES = 20  # within a DAY; then codes of the app are blocked for a DAY
MAX_WRONG_CODES_A_DAY = (
    2 * MAX_WRONG_CODES
)  # within a DAY, where codes were allowed again meanwhile
DAY = timedelta(hours=24)
CODES_BLOCKED_MAIL = "staff-codes-blocked"


class CodesBlocked(Exception):
    """There were too many wrong codes: no code of the app is compared until then."""

    def __init__(self, until: datetime) -> None:
        self.until = until


def current_block_end(until: datetime | None, now: datetime) -> datetime | None:
    """A member's `codes_blocked_until`, if it still counts; one too far away was set by a wrong clock."""
    return until if until and now < until <= now + 2 * DAY else None


def record_wrong_code(connection: Connection, member: StaffMember, now: datetime) -> None:
    """In the caller's transaction, which has locked the member's row: one more wrong code.

    The last one that is allowed blocks the codes, and tells the member by mail.
    """
    theirs = WrongCode.staff_id == member.id
    over = ~WrongCode.typed_at.between(now - DAY, now + DAY)
    connection.execute(delete(WrongCode).where(theirs, over))
    connection.execute(insert(WrongCode).values(staff_id=member.id, typed_at=now))
    count = count_wrong_codes(connection, member.id, now)
    if count != MAX_WRONG_CODES and count < MAX_WRONG_CODES_A_DAY:
        return
    _block(connection, member.id, now + DAY)
    enqueue_staff_mail(connection, CODES_BLOCKED_MAIL, member.id, member.email, member.locale, now)
    add_entry(connection, "codes-blocked", actor=member.email, now=now)


def lift_block(connection: Connection, staff_id: int) -> None:
    """In the caller's transaction: codes can be tried again. The wrong ones of the day still count.

    So there are MAX_WRONG_CODES more, and MOST_WRONG_CODES a DAY however often it is done.
    """
    _block(connection, staff_id, None)


def reset_wrong_codes(connection: Connection, staff_id: int) -> None:
    """In the caller's transaction: count wrong codes from 0, and block none.

    For a new secret of an app: guesses at the former one say nothing about it. And for a command.
    """
    connection.execute(delete(WrongCode).where(WrongCode.staff_id == staff_id))
    _block(connection, staff_id, None)


def count_wrong_codes(connection: Connection, staff_id: int, now: datetime) -> int:
    """How many of the last DAY there are; one in the far future was typed by a wrong clock."""
    is_near = WrongCode.typed_at.between(now - DAY, now + DAY)
    theirs = WrongCode.staff_id == staff_id, is_near
    return connection.scalar(select(func.count()).select_from(WrongCode).where(*theirs)) or 0


def delete_old_wrong_codes(now: datetime) -> None:
    """Delete those that no longer count."""
    over = WrongCode.typed_at < now - DAY
    if not has_rows(select(WrongCode.id).where(over)):
        return
    with write_transaction() as connection:
        connection.execute(delete(WrongCode).where(over))


def _block(connection: Connection, staff_id: int, until: datetime | None) -> None:
    theirs = update(StaffMember).where(StaffMember.id == staff_id)
    connection.execute(theirs.values(codes_blocked_until=until))
