"""Emails to the people who have files in which something has to be deleted: at most one a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select, update

from campaign_actions.core.db.session import (
    db,
    has_rows,
    release_connection,
    write_transaction,
)
from campaign_actions.core.mail.render import Mail, MailMaker
from campaign_actions.core.urls import public_url_for
from campaign_actions.disclosures.files import IS_OPEN, needs_deletion
from campaign_actions.disclosures.models import ExportDeletion, ExportRecord
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.notifications import enqueue_staff_mail
from campaign_actions.staff.queries import find_member_by_id, may, members_who_may, rights_of

MAIL_TEMPLATE = "staff-export-deletions"
PERMISSION = "signatures.export"
MIN_INTERVAL = timedelta(days=1)  # between emails to one person, if there is something new
REMIND_AFTER = timedelta(days=7)  # if there is not


def notify_holders(now: datetime, *, keep_months: int) -> int:
    """Queue an email for each person who has a file in which something is to be deleted. Returns how many.

    For files of commands, and of people who may no longer export, everyone who may export their campaign.
    """
    sent = 0
    by_member = _files_by_member(now, keep_months)
    release_connection()
    for member, files in by_member.values():
        last = max((file.told_at for file in files if file.told_at), default=None)
        if last and last > now - MIN_INTERVAL:
            continue
        ids = [file.id for file in files]
        due = any(file.told_at is None or file.told_at <= now - REMIND_AFTER for file in files)
        if due or _has_news(ids) or _has_due_answers(files, now):
            with write_transaction() as connection:
                enqueue_staff_mail(connection, MAIL_TEMPLATE, member, now)
                told = update(ExportRecord).where(ExportRecord.id.in_(ids))
                connection.execute(told.values(told_at=now))
            sent += 1
    return sent


def holders_of(record: ExportRecord) -> Sequence[StaffMember]:
    """The people responsible for a file: its exporter, or else all who may export its campaign."""
    member = find_member_by_id(record.staff_id) if record.staff_id else None
    if member and member.active and may(rights_of(member), PERMISSION, record.campaign_id):
        return [member]
    return members_who_may(PERMISSION, record.campaign_id)


def files_needing_deletion(
    member: StaffMember, now: datetime, *, keep_months: int
) -> Sequence[ExportRecord]:
    """The files in which a member has to delete something, oldest first."""
    _member, files = _files_by_member(now, keep_months).get(member.id, (member, []))
    return files


def deletion_mails(*, keep_months: int) -> dict[str, MailMaker]:
    """The emails that notify_holders() queues."""
    return {MAIL_TEMPLATE: partial(_mail, keep_months=keep_months)}


def _files_by_member(
    now: datetime, keep_months: int
) -> dict[int, tuple[StaffMember, list[ExportRecord]]]:
    """By the id of each member, the files in which they have to delete something, oldest first."""
    wanted = select(ExportRecord).where(needs_deletion(now, keep_months)).order_by(ExportRecord.id)
    found: dict[int, tuple[StaffMember, list[ExportRecord]]] = {}
    holders: dict[tuple[int | None, int], Sequence[StaffMember]] = {}  # looked up once
    fresh = {"populate_existing": True}
    for file in db.session.scalars(wanted, execution_options=fresh).all():
        key = (file.staff_id, file.campaign_id)
        if key not in holders:
            holders[key] = holders_of(file)
        for member in holders[key]:
            found.setdefault(member.id, (member, []))[1].append(file)
    return found


def _has_news(ids: Sequence[int]) -> bool:
    """Whether something was asked for in one of these files since the last email about it."""
    newer = (
        select(ExportDeletion.export_id)
        .join(ExportRecord, ExportRecord.id == ExportDeletion.export_id)
        .where(
            ExportDeletion.export_id.in_(ids),
            ExportDeletion.asked_at > ExportRecord.told_at,
            IS_OPEN,
        )
    )
    return has_rows(newer)


def _has_due_answers(files: Sequence[ExportRecord], now: datetime) -> bool:
    """Whether the time of answers in one of these files has ended since the last email about it."""
    return any(
        file.answers_due_at and file.told_at and file.told_at < file.answers_due_at <= now
        for file in files
    )


def _mail(
    about: int | None, _email_key: str, _locale: str, now: datetime, *, keep_months: int
) -> Mail | None:
    """None if everything has been ticked off since."""
    member = find_member_by_id(about) if about else None
    if member is None or not member.active:
        return None
    files = files_needing_deletion(member, now, keep_months=keep_months)
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
