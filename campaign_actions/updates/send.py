"""Starting, stopping and resuming an update."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, delete, insert, select, update

from campaign_actions.actions.models import Action
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.errors import Conflict, DomainError
from campaign_actions.core.switches.state import EMAIL, RETRY_AFTER_SECONDS, email_clock, is_off
from campaign_actions.outbox.waking import wake_postponed
from campaign_actions.updates.audience import actions_of, audience_of, count_people
from campaign_actions.updates.draft import lock_due, lock_unstarted
from campaign_actions.updates.emails import RESUME_WITHIN
from campaign_actions.updates.models import NOT_STARTED, Update, UpdateAction
from campaign_actions.updates.preflight import is_ready, run_preflight


class NotReady(Conflict):
    title = _l("This update is not ready")
    message = _l("Nothing was sent. The checks show what to fix.")


class EmailIsOff(DomainError):
    status = 503
    retry_after = RETRY_AFTER_SECONDS
    title = _l("Emails are switched off")
    message = _l("Nothing was sent. Your text is saved. Send the update when emails are on again.")


class AnotherUpdateRunning(Conflict):
    title = _l("Another update is being sent to some of the same people")
    message = _l("Wait until the other update has been sent, so that nobody receives two at once.")


class CannotResume(Conflict):
    title = _l("This update cannot be resumed")
    message = _l("It is not stopped, or it was stopped too long ago. Go back and reload the page.")


def start(update_id: int, *, seen: str | None, name: str, actor: str, now: datetime) -> int:
    """Start sending to all who have asked for updates; returns how many they are.

    `seen` is the fingerprint of what was checked; None: of a scheduled one whose time has come.
    Raises NotReady, NotADraft, TextsChanged, AnotherUpdateRunning, EmailIsOff.
    """
    refuse_while_off()
    found = db.session.get_one(Update, update_id, populate_existing=True)
    if found.status in NOT_STARTED and not is_ready(run_preflight(found)):
        raise NotReady
    actions, recipients = actions_of(found), count_people(audience_of(found))
    with write_transaction() as connection:
        lock_actions(connection, actions)
        if seen is None:
            lock_due(connection, update_id, now)
        else:
            lock_unstarted(connection, update_id, NOT_STARTED, seen=seen)
        refuse_second_update(connection, actions, except_id=update_id)
        connection.execute(delete(UpdateAction).where(UpdateAction.update_id == update_id))
        chosen = [{"update_id": update_id, "action_id": action_id} for action_id in actions]
        connection.execute(insert(UpdateAction), chosen)
        started = {"status": "sending", "started_at": now, "recipients": recipients}
        connection.execute(update(Update).where(Update.id == update_id).values(started))
        add_entry(
            connection,
            "update-sent",
            actor=actor,
            now=now,
            subject=name,
            rows=recipients,
            update=update_id,
        )
    return recipients


def stop(update_id: int, *, name: str, actor: str, now: datetime) -> bool:
    """Stop sending, except for emails being handed over now. False if it was not being sent."""
    running = update(Update).where(Update.id == update_id, Update.status == "sending")
    with write_transaction() as connection:
        stopped = running.values(status="stopped", ended_at=now).returning(Update.queued)
        queued = connection.execute(stopped).scalar_one_or_none()
        if queued is not None:
            add_entry(
                connection,
                "update-stopped",
                actor=actor,
                now=now,
                subject=name,
                rows=queued,
                update=update_id,
            )
    return queued is not None


def resume(update_id: int, *, name: str, actor: str, now: datetime) -> None:
    """Go on with a stopped update, at once. Raises CannotResume, AnotherUpdateRunning, EmailIsOff."""
    refuse_while_off()
    actions = actions_of(db.session.get_one(Update, update_id))
    with write_transaction() as connection:
        lock_actions(connection, actions)
        refuse_second_update(connection, actions, except_id=update_id)
        stopped = update(Update).where(Update.id == update_id, Update.status == "stopped")
        recent = stopped.where(Update.ended_at > email_clock().ago(RESUME_WITHIN, now))
        if not connection.execute(recent.values(status="sending", ended_at=None)).rowcount:
            raise CannotResume
        wake_postponed(connection, update_id, now)
        add_entry(
            connection, "update-continued", actor=actor, now=now, subject=name, update=update_id
        )


def refuse_while_off() -> None:
    """Raises EmailIsOff."""
    if is_off(EMAIL):
        raise EmailIsOff


def lock_actions(connection: Connection, action_ids: Collection[int]) -> None:
    """Lock actions against other updates, but not against signing; in order, so that none deadlocks."""
    these = select(Action.id).where(Action.id.in_(action_ids)).order_by(Action.id)
    connection.execute(these.with_for_update(key_share=True)).all()


def refuse_second_update(
    connection: Connection, action_ids: Collection[int], *, except_id: int
) -> None:
    """Raises AnotherUpdateRunning."""
    theirs = select(UpdateAction.update_id).where(UpdateAction.action_id.in_(action_ids))
    running = select(Update.id).where(Update.status == "sending", Update.id.in_(theirs))
    if connection.execute(running.where(Update.id != except_id).limit(1)).first():
        raise AnotherUpdateRunning
