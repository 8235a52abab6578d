"""Updates that are sent at a time: finding them, cancelling the time, starting those whose time has come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import func, select, update

from campaign_actions.actions.models import Action
from campaign_actions.audit.log import COMMAND, add_entry
from campaign_actions.core.db.session import db, has_rows, write_transaction
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.staff.queries import find_member_by_id, may, rights_of
from campaign_actions.updates.draft import NotADraft, lock_unstarted
from campaign_actions.updates.models import Update, UpdateText
from campaign_actions.updates.preflight import is_ready, run_preflight
from campaign_actions.updates.queries import PAGE_SIZE, find_name
from campaign_actions.updates.send import AnotherUpdateRunning, EmailIsOff, NotReady, start

PERMISSION = "updates.send"
CHECKS, RIGHTS, RESTORED = "checks", "rights", "restored"
RETURNED: dict[str, LazyString] = {
    CHECKS: _l("The checks found something to fix, for example that nobody is left to receive it."),
    RIGHTS: _l("The person who set the time can no longer send updates."),
    RESTORED: _l(
        "A backup was restored, and the time had been changed or cancelled, or the update sent, since it was"
        " made."
    ),
}


@dataclass(frozen=True)
class ScheduledUpdate:
    """`subject`: in one of its languages."""

    id: int
    action_id: int
    campaign_id: int
    send_at: datetime
    subject: str


def scheduled_updates(
    campaign_ids: Collection[int] | None, *, since: datetime, until: datetime
) -> list[ScheduledUpdate]:
    """Those to be sent in a period, the earliest first; of all campaigns if `campaign_ids` is None."""
    subject = select(func.min(UpdateText.subject)).where(UpdateText.update_id == Update.id)
    columns = Update.id, Update.action_id, Action.campaign_id, Update.send_at
    found = (
        select(*columns, subject.scalar_subquery())
        .join(Action, Action.id == Update.action_id)
        .where(Update.status == "scheduled", Update.send_at.between(since, until))
    )
    if campaign_ids is not None:
        found = found.where(Action.campaign_id.in_(campaign_ids))
    rows = db.session.execute(found.order_by(Update.send_at).limit(PAGE_SIZE))
    return [ScheduledUpdate(*row) for row in rows]


def unschedule(update_id: int, *, name: str, actor: str, now: datetime) -> None:
    """Make a scheduled update a draft again. Raises NotADraft once it is being sent."""
    with write_transaction() as connection:
        lock_unstarted(connection, update_id, ("scheduled",))
        draft = update(Update).where(Update.id == update_id)
        connection.execute(draft.values(status="draft", send_at=None))
        add_entry(
            connection, "update-unscheduled", actor=actor, now=now, subject=name, update=update_id
        )


def start_due(now: datetime) -> None:
    """Start the updates whose time has come. For the worker.

    While email is off, or another update goes to some of the same people, they wait.
    """
    due = select(Update.id).where(Update.status == "scheduled", Update.send_at <= now)
    if is_off(EMAIL) or not has_rows(due):
        return
    for update_id in db.session.scalars(due.order_by(Update.send_at, Update.id)).all():
        start_scheduled(update_id, now)


def start_scheduled(update_id: int, now: datetime) -> int | None:
    """Start one; the number of recipients. None: it waits, someone was faster, or it is a draft again."""
    db.session.expire_all()
    found = db.session.get_one(Update, update_id, populate_existing=True)
    name = find_name(found)
    member = find_member_by_id(found.scheduled_by) if found.scheduled_by else None
    if found.scheduled_by and (member is None or not _may_send(found, found.scheduled_by)):
        _return(update_id, RIGHTS, name=name, now=now)
        return None
    actor = member.email if member else COMMAND
    try:
        return start(update_id, seen=None, name=name, actor=actor, now=now)
    except NotReady:
        if _is_only_waiting(found):
            return None
        _return(update_id, CHECKS, name=name, now=now)
    except (AnotherUpdateRunning, EmailIsOff, NotADraft):
        pass
    return None


def _may_send(found: Update, staff_id: int) -> bool:
    member = find_member_by_id(staff_id)
    campaign_id = db.session.get_one(Action, found.action_id).campaign_id
    is_here = member is not None and member.can_log_in
    return bool(is_here and member and may(rights_of(member), PERMISSION, campaign_id))


def _is_only_waiting(found: Update) -> bool:
    """Whether nothing but another update that is being sent stops this one."""
    return is_ready(run_preflight(found, with_others=False))


def _return(update_id: int, why: str, *, name: str, now: datetime) -> None:
    """Make it a draft that says why it was not sent, unless someone has cancelled the time."""
    scheduled = update(Update).where(Update.id == update_id, Update.status == "scheduled")
    values = {"status": "draft", "returned_at": now, "returned_why": why}
    with write_transaction() as connection:
        if connection.execute(scheduled.values(values)).rowcount:
            add_entry(
                connection,
                "update-returned",
                actor=COMMAND,
                now=now,
                subject=name,
                update=update_id,
            )
