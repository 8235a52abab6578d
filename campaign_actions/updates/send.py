"""Sending an update, once to each recipient, even if a worker is killed or staff stop and resume it.

The worker goes through the signers in the order of their ids. Queueing a batch of emails and moving
the cursor is one transaction, by one worker at a time. Few emails are queued at once, so that
stopping takes effect at once and few addresses are in the outbox.
"""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, Select, case, func, literal, select, update

from campaign_actions.actions.models import Action, Signature
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, has_rows, write_transaction
from campaign_actions.core.errors import Conflict, DomainError
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.switches.state import EMAIL, RETRY_AFTER_SECONDS, is_off
from campaign_actions.outbox.enqueue import queue_many
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.updates.draft import lock_draft
from campaign_actions.updates.emails import RESUME_WITHIN
from campaign_actions.updates.locale_fallback import fallback_locale
from campaign_actions.updates.models import Update, UpdateText
from campaign_actions.updates.preflight import is_ready, run_preflight
from campaign_actions.updates.queries import (
    UpdateRow,
    audience_of,
    count_mails,
    count_recipients,
    recipient_conditions,
)

BATCH_SIZE = 500  # emails per transaction, so that signers never wait long for the lock
MAX_UNTRIED = 1000  # queued emails of an update without an attempt: a second's work of a worker
# Neither tried before nor held back by the mailbox's daily limit.
UNTRIED = OutboxMail.attempts == 0, OutboxMail.is_held.is_(False)


class NotReady(Conflict):
    title = _l("This update is not ready")
    message = _l("Nothing was sent. The checks show what to fix.")


class EmailIsOff(DomainError):
    status = 503
    retry_after = RETRY_AFTER_SECONDS
    title = _l("Emails are switched off")
    message = _l("Nothing was sent. Your text is saved. Send the update when emails are on again.")


class AnotherUpdateRunning(Conflict):
    title = _l("Another update for this action is being sent")
    message = _l("Wait until the other update has been sent, so that nobody receives two at once.")


class CannotResume(Conflict):
    title = _l("This update cannot be resumed")
    message = _l("It is not stopped, or it was stopped too long ago. Go back and reload the page.")


def start(update_id: int, *, seen: str, name: str, actor: str, now: datetime) -> int:
    """Start sending a draft to all who have asked for updates; returns how many they are.

    `seen` is the fingerprint of the texts that were checked. Raises NotReady, NotADraft,
    TextsChanged, AnotherUpdateRunning, EmailIsOff.
    """
    _refuse_while_off()
    draft = db.session.get_one(Update, update_id, populate_existing=True)
    action_id = draft.action_id
    if draft.status == "draft" and not is_ready(run_preflight(draft)):
        raise NotReady
    recipients = sum(count_recipients(action_id, audience_of(draft)).values())
    with write_transaction() as connection:
        _lock_action(connection, action_id)
        lock_draft(connection, update_id, seen=seen)
        _refuse_second_update(connection, action_id, except_id=update_id)
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
    """Go on with a stopped update. Raises CannotResume, AnotherUpdateRunning, EmailIsOff."""
    _refuse_while_off()
    action_id = db.session.get_one(Update, update_id).action_id
    with write_transaction() as connection:
        _lock_action(connection, action_id)
        _refuse_second_update(connection, action_id, except_id=update_id)
        stopped = update(Update).where(Update.id == update_id, Update.status == "stopped")
        recent = stopped.where(Update.ended_at > now - RESUME_WITHIN)
        if not connection.execute(recent.values(status="sending", ended_at=None)).rowcount:
            raise CannotResume
        add_entry(
            connection, "update-continued", actor=actor, now=now, subject=name, update=update_id
        )


def queue_next_batches(now: datetime) -> int:
    """A scheduled task: queue the next emails of all updates being sent; returns how many.

    None while email is off: the addresses stay where they are, and the cursor too.
    """
    if is_off(EMAIL):
        return 0
    ids = list(
        db.session.scalars(select(Update.id).filter_by(status="sending").order_by(Update.id))
    )
    db.session.commit()
    return sum(_queue_next_batches(update_id, now) for update_id in ids)


def queue_batch(update_id: int, now: datetime) -> int:
    """Queue emails to the next signers and move the cursor, in one transaction; returns how many.

    Does nothing while another worker does the same.
    """
    running = select(Update.__table__).where(Update.id == update_id, Update.status == "sending")
    with write_transaction() as connection:
        found = connection.execute(running.with_for_update(skip_locked=True)).one_or_none()
        last = connection.scalar(_last_id_of_batch(found)) if found else None
        if found is None or last is None:
            return 0
        recipients = _recipients(found, _written_locales(connection, update_id)).where(
            Signature.id <= last
        )
        queued = queue_many(
            connection, "update", recipients, about=found.action_id, update_id=update_id, now=now
        )
        moved = update(Update).where(Update.id == update_id, Update.cursor == found.cursor)
        connection.execute(moved.values(cursor=last, queued=Update.queued + queued))
    return queued


def _queue_next_batches(update_id: int, now: datetime) -> int:
    queued = 0
    for _batch in range(MAX_UNTRIED // BATCH_SIZE):
        found = db.session.get_one(Update, update_id, populate_existing=True)
        untried = count_mails(update_id, "queued", *UNTRIED, limit=MAX_UNTRIED)
        if not has_rows(_next_signers(found)):
            if not untried:
                _finish(found, now)
            break
        if untried > MAX_UNTRIED - BATCH_SIZE:
            break
        queued += queue_batch(update_id, now)
    db.session.commit()
    return queued


def _finish(found: Update, now: datetime) -> None:
    """Every email has been tried at least once, or is held back by its mailbox's daily limit."""
    with write_transaction() as connection:
        at_end = update(Update).where(Update.id == found.id, Update.status == "sending")
        connection.execute(at_end.values(status="sent", ended_at=now))


def _next_signers(found: Update | UpdateRow) -> Select[int]:
    """Signers after the cursor who had confirmed before the update was started."""
    before_start = Signature.confirmed_at <= found.started_at
    wanted = *recipient_conditions(found.action_id), Signature.id > found.cursor, before_start
    audience = audience_of(found).conditions()
    return select(Signature.id).where(*wanted, *audience).order_by(Signature.id)


def _last_id_of_batch(found: UpdateRow) -> Select[int]:
    batch = _next_signers(found).limit(BATCH_SIZE).subquery()
    return select(func.max(batch.c.id))


def _recipients(found: UpdateRow, written: list[str]) -> Select[str, str, str]:
    """The query that `queue_many()` takes, each with the language of the text they will read."""
    fallback = fallback_locale("", written, locales())
    own = case({tag: tag for tag in written}, value=Signature.locale, else_=literal(fallback))
    columns = Signature.email, Signature.email_key, own.label("locale")
    return _next_signers(found).order_by(None).with_only_columns(*columns)


def _written_locales(connection: Connection, update_id: int) -> list[str]:
    texts = select(UpdateText.locale).where(UpdateText.update_id == update_id)
    return list(connection.scalars(texts.order_by(UpdateText.locale)))


def _refuse_while_off() -> None:
    if is_off(EMAIL):
        raise EmailIsOff


def _lock_action(connection: Connection, action_id: int) -> None:
    """Lock an action against other updates, but not against signing."""
    connection.execute(
        select(Action.id).where(Action.id == action_id).with_for_update(key_share=True)
    )


def _refuse_second_update(connection: Connection, action_id: int, *, except_id: int) -> None:
    running = select(Update.id).where(Update.action_id == action_id, Update.status == "sending")
    running = running.where(Update.id != except_id)
    if connection.execute(running.limit(1)).first():
        raise AnotherUpdateRunning
