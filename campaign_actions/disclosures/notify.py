"""Emails to the people who have files in which something has to be deleted: at most one a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import and_, or_, select, update

from campaign_actions.core.db.session import db, release_connection, write_transaction
from campaign_actions.core.mail.render import Mail, MailMaker
from campaign_actions.core.urls import public_url_for
from campaign_actions.disclosures.files import IS_OPEN, needs_deletion
from campaign_actions.disclosures.models import ExportDeletion, ExportRecord
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.notifications import enqueue_staff_mail
from campaign_actions.staff.queries import find_member_by_id, may, members_who_may, rights_of

MAIL_TEMPLATE = "staff-export-deletions"
PERMISSION = "signatures.export"
MIN_INTERVAL = timedelta(days=1)  # between emails about one file, if there is something new
REMIND_AFTER = timedelta(days=7)  # if there is not
MAX_FILES = 1000  # in one run


def notify_holders(now: datetime, *, keep_months: int) -> int:
    """Queue an email for each person who holds a file in which something is to be deleted. Returns how many.

    For files of commands, and of people who may no longer export, everyone who may export their campaign.
    """
    due = _due_files(now, keep_months)
    release_connection()
    if not due:
        return 0
    with write_transaction() as connection:
        members = {member.id: member for file in due for member in holders_of(file)}
        for member in members.values():
            enqueue_staff_mail(connection, MAIL_TEMPLATE, member, now)
        told = update(ExportRecord).where(ExportRecord.id.in_([file.id for file in due]))
        connection.execute(told.values(told_at=now))
    return len(members)


def holders_of(record: ExportRecord) -> Sequence[StaffMember]:
    """The people responsible for a file: its exporter, or else all who may export its campaign."""
    member = find_member_by_id(record.staff_id) if record.staff_id else None
    if member and member.active and may(rights_of(member), PERMISSION, record.campaign_id):
        return [member]
    return members_who_may(PERMISSION, record.campaign_id)


def files_to_see_to(
    member: StaffMember, now: datetime, *, keep_months: int
) -> Sequence[ExportRecord]:
    """The files in which a member has to delete something, oldest first."""
    wanted = select(ExportRecord).where(needs_deletion(now, keep_months)).order_by(ExportRecord.id)
    found = db.session.scalars(wanted.limit(MAX_FILES)).all()
    return [file for file in found if any(one.id == member.id for one in holders_of(file))]


def deletion_mails(*, keep_months: int) -> dict[str, MailMaker]:
    """The emails that notify_holders() queues."""
    return {MAIL_TEMPLATE: partial(_mail, keep_months=keep_months)}


def _due_files(now: datetime, keep_months: int) -> Sequence[ExportRecord]:
    newer = select(ExportDeletion.export_id).where(
        ExportDeletion.export_id == ExportRecord.id,
        ExportDeletion.asked_at > ExportRecord.told_at,
        IS_OPEN,
    )
    told_at = ExportRecord.told_at
    is_due = or_(
        told_at.is_(None),
        told_at <= now - REMIND_AFTER,
        and_(told_at <= now - MIN_INTERVAL, newer.exists()),
    )
    due = select(ExportRecord).where(needs_deletion(now, keep_months), is_due)
    return db.session.scalars(due.order_by(ExportRecord.id).limit(MAX_FILES)).all()


def _mail(
    about: int | None, _email_key: str, _locale: str, now: datetime, *, keep_months: int
) -> Mail | None:
    """None if everything has been ticked off since."""
    member = find_member_by_id(about) if about else None
    if member is None or not member.active:
        return None
    files = files_to_see_to(member, now, keep_months=keep_months)
    if not files:
        return None
    values = {
        "count": len(files),
        "names": tuple(f.file_name for f in files[:20]),
        "privacy_url": "",
    }
    values["more"] = max(0, len(files) - 20)
    link = public_url_for("staff_exports.index")
    return Mail(MAIL_TEMPLATE, values, {"exports_url": link}, to=member.email)
