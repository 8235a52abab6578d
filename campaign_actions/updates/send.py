"""Sending an update: once to each who asked for it, whatever is killed, stopped or done twice.

The worker goes along the signers by their ids. The mails of some of them and how far it has got are
one transaction, by one worker at a time. Few wait in the outbox at once, so that stopping is a word
to these few, and the rest does not lie about with addresses in it.
"""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, case, func, literal, select, update

from campaign_actions.actions.models import Action, Signature
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, has_rows, write_transaction
from campaign_actions.core.errors import Conflict
from campaign_actions.core.i18n.locale import locales
from campaign_actions.outbox.enqueue import queue_many
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.updates.draft import lock_draft
from campaign_actions.updates.emails import RESUME_WITHIN
from campaign_actions.updates.locale_fallback import fallback_locale
from campaign_actions.updates.models import Update, UpdateText
from campaign_actions.updates.preflight import is_ready, run_preflight
from campaign_actions.updates.queries import count_mails, count_recipients, wants_updates_of

BATCH_SIZE = 500  # mails a transaction queues, so that signers never wait long for the lock
MAX_UNTRIED = 1000  # mails of an update that wait for their first try: a second's work of a worker
# Not those that were tried, or wait for the next day of their mailbox.
UNTRIED = OutboxMail.attempts == 0, OutboxMail.is_held.is_(False)


class NotReady(Conflict):
    title = _l("This update is not ready")
    message = _l("Nothing was sent. The list of checks says what is missing.")


class AnotherUpdateRunning(Conflict):
    title = _l("Another update of this action is being sent")
    message = _l("Wait until it has gone out, so that nobody gets two at once.")


class CannotResume(Conflict):
    title = _l("This update cannot go on")
    message = _l("It was not stopped, or it was stopped too long ago.")


def start(update_id: int, *, seen: str, name: str, actor: str, now: datetime) -> int:
    """Begin to send a draft to all who asked for updates until now; how many they are.

    `seen` is the fingerprint of the texts that were checked. Raises NotReady, NoDraft, TextsChanged,
    AnotherRuns.
    """
    draft = db.session.get_one(Update, update_id, populate_existing=True)
    action_id = draft.action_id
    if draft.status == "draft" and not is_ready(run_preflight(draft)):
        raise NotReady
    recipients = sum(count_recipients(action_id).values())
    with write_transaction() as connection:
        _hold_action(connection, action_id)
        lock_draft(connection, update_id, seen=seen)
        _refuse_another(connection, action_id, but=update_id)
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
    """From now on no mail of it leaves, but those that are being handed over; True if this call did it."""
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
    """Go on with one that was stopped, from where it was. Raises TooLate, AnotherRuns."""
    action_id = db.session.get_one(Update, update_id).action_id
    with write_transaction() as connection:
        _hold_action(connection, action_id)
        _refuse_another(connection, action_id, but=update_id)
        stopped = update(Update).where(Update.id == update_id, Update.status == "stopped")
        recent = stopped.where(Update.ended_at > now - RESUME_WITHIN)
        if not connection.execute(recent.values(status="sending", ended_at=None)).rowcount:
            raise CannotResume
        add_entry(
            connection, "update-continued", actor=actor, now=now, subject=name, update=update_id
        )


def queue_next_batches(now: datetime) -> int:
    """The worker's part: queue the next mails of all updates that are being sent; how many it was."""
    ids = list(
        db.session.scalars(select(Update.id).filter_by(status="sending").order_by(Update.id))
    )
    db.session.commit()
    return sum(_send_on(update_id, now) for update_id in ids)


def queue_batch(update_id: int, now: datetime) -> int:
    """Queue the mails to the next signers and move the cursor, in one transaction; how many it was.

    Another worker that is at it is not waited for.
    """
    running = select(Update.__table__).where(Update.id == update_id, Update.status == "sending")
    with write_transaction() as connection:
        found = connection.execute(running.with_for_update(skip_locked=True)).one_or_none()
        last = connection.scalar(_last_of(found)) if found else None
        if found is None or last is None:
            return 0
        people = _people(found, _written(connection, update_id)).where(Signature.id <= last)
        queued = queue_many(
            connection, "update", people, about=found.action_id, update_id=update_id, now=now
        )
        moved = update(Update).where(Update.id == update_id, Update.cursor == found.cursor)
        connection.execute(moved.values(cursor=last, queued=Update.queued + queued))
    return queued


def _send_on(update_id: int, now: datetime) -> int:
    queued = 0
    for _turn in range(MAX_UNTRIED // BATCH_SIZE):
        found = db.session.get_one(Update, update_id, populate_existing=True)
        untried = count_mails(update_id, "queued", *UNTRIED, most=MAX_UNTRIED)
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
    """Each of its mails was tried at least once, or waits for the next day of its mailbox."""
    with write_transaction() as connection:
        at_end = update(Update).where(Update.id == found.id, Update.status == "sending")
        connection.execute(at_end.values(status="sent", ended_at=now))


def _next_signers(found: Any) -> Any:
    """Those behind the cursor who had confirmed when it was started; who came later is not written to."""
    before_start = Signature.confirmed_at <= found.started_at
    wanted = *wants_updates_of(found.action_id), Signature.id > found.cursor, before_start
    return select(Signature.id).where(*wanted).order_by(Signature.id)


def _last_of(found: Any) -> Any:
    some = _next_signers(found).limit(BATCH_SIZE).subquery()
    return select(func.max(some.c.id))


def _people(found: Any, written: list[str]) -> Any:
    """The query that `queue_many()` takes: each in the language of the text they will read."""
    fallback = fallback_locale("", written, locales())
    own = case({tag: tag for tag in written}, value=Signature.locale, else_=literal(fallback))
    columns = Signature.email, Signature.email_key, own.label("locale")
    return _next_signers(found).order_by(None).with_only_columns(*columns)


def _written(connection: Connection, update_id: int) -> list[str]:
    texts = select(UpdateText.locale).where(UpdateText.update_id == update_id)
    return list(connection.scalars(texts.order_by(UpdateText.locale)))


def _hold_action(connection: Connection, action_id: int) -> None:
    """One at a time starts an update of an action; who signs it does not wait."""
    connection.execute(
        select(Action.id).where(Action.id == action_id).with_for_update(key_share=True)
    )


def _refuse_another(connection: Connection, action_id: int, *, but: int) -> None:
    running = select(Update.id).where(Update.action_id == action_id, Update.status == "sending")
    running = running.where(Update.id != but)
    if connection.execute(running.limit(1)).first():
        raise AnotherUpdateRunning
