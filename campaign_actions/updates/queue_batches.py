"""Queueing the emails of an update, once to each recipient, even if a worker is killed on the way.

The worker goes through the actions, and through the signers of each in the order of their ids. Queueing a
batch of emails and moving the cursor is one transaction, by one worker at a time. Few emails are queued at
once, so that stopping takes effect at once and few addresses are in the outbox.
"""

from datetime import datetime

from sqlalchemy import Connection, Select, case, func, literal, select, update

from campaign_actions.actions.models import Signature
from campaign_actions.core.db.session import db, has_rows, write_transaction
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.switches.state import EMAIL, email_clock, is_off
from campaign_actions.outbox.enqueue import claim_people, is_claimed, queue_many, release_people
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.updates.audience import Audience, audience_of, fallback_locale, recipients_in
from campaign_actions.updates.emails import RESUME_WITHIN
from campaign_actions.updates.models import Update, UpdateText
from campaign_actions.updates.queries import count_mails

BATCH_SIZE = 500  # emails per transaction, so that signers never wait long for the lock
MAX_UNTRIED = 1000  # queued emails of an update without an attempt: a second's work of a worker
# Neither tried before nor held back by the mailbox's daily limit.
UNTRIED = OutboxMail.attempts == 0, OutboxMail.is_held.is_(False)


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
    running = select(Update.id).where(Update.id == update_id, Update.status == "sending")
    with write_transaction() as connection:
        if connection.scalar(running.with_for_update(skip_locked=True)) is None:
            return 0
        found = db.session.get_one(Update, update_id, populate_existing=True)
        audience = audience_of(found)
        for action_id in _actions_left(found, audience):
            last = connection.scalar(_last_id_of_batch(found, audience, action_id))
            if last is not None:
                return _queue(connection, (found, audience), action_id, last, now)
    return 0


def forget_recipients(now: datetime) -> None:
    """A scheduled task: delete the notes of who got an update once nobody else can get it."""
    ended = Update.status == "sent"
    is_late = Update.ended_at <= email_clock().ago(RESUME_WITHIN, now)
    over = ended | ((Update.status == "stopped") & is_late)
    with write_transaction() as connection:
        release_people(connection, select(Update.id).where(over))


def _queue(
    connection: Connection, what: tuple[Update, Audience], action_id: int, last: int, now: datetime
) -> int:
    """Queue the emails to the signers of an action up to the id `last`."""
    found, audience = what
    batch = _next_signers(found, audience, action_id).where(Signature.id <= last).order_by(None)
    people = batch
    if len(audience.actions) > 1:
        persons = batch.with_only_columns(Signature.email_key, Signature.id)
        claim_people(connection, persons, about=action_id, update_id=found.id)
        people = people.where(Signature.id.in_(is_claimed(found.id, action_id)))
    queued = queue_many(
        connection,
        "update",
        _with_language(people, _written_locales(connection, found.id)),
        about=action_id,
        update_id=found.id,
        now=now,
    )
    this = update(Update).where(Update.id == found.id)
    moved = {"cursor_action": action_id, "cursor": last, "queued": Update.queued + queued}
    connection.execute(this.values(moved))
    return queued


def _queue_next_batches(update_id: int, now: datetime) -> int:
    queued = 0
    for _batch in range(MAX_UNTRIED // BATCH_SIZE):
        found = db.session.get_one(Update, update_id, populate_existing=True)
        untried = count_mails(update_id, "queued", *UNTRIED, limit=MAX_UNTRIED)
        if not _has_next(found):
            if not untried:
                _finish(found, now)
            break
        if untried > MAX_UNTRIED - BATCH_SIZE:
            break
        queued += queue_batch(update_id, now)
    db.session.commit()
    return queued


def _has_next(found: Update) -> bool:
    audience = audience_of(found)
    left = _actions_left(found, audience)
    return any(has_rows(_next_signers(found, audience, action_id)) for action_id in left)


def _finish(found: Update, now: datetime) -> None:
    """Every email has been tried at least once, or is held back by its mailbox's daily limit."""
    with write_transaction() as connection:
        at_end = update(Update).where(Update.id == found.id, Update.status == "sending")
        connection.execute(at_end.values(status="sent", ended_at=now))


def _actions_left(found: Update, audience: Audience) -> list[int]:
    return [action_id for action_id in audience.actions if action_id >= found.cursor_action]


def _next_signers(found: Update, audience: Audience, action_id: int) -> Select[int]:
    """Signers of an action after the cursor who had confirmed before the update was started."""
    after = found.cursor if action_id == found.cursor_action else 0
    reached = Signature.id > after, Signature.confirmed_at <= found.started_at
    wanted = recipients_in(audience, action_id)
    return select(Signature.id).where(*wanted, *reached).order_by(Signature.id)


def _last_id_of_batch(found: Update, audience: Audience, action_id: int) -> Select[int]:
    batch = _next_signers(found, audience, action_id).limit(BATCH_SIZE).subquery()
    return select(func.max(batch.c.id))


def _with_language(people: Select[int], written: list[str]) -> Select[str, str, str]:
    """The query that `queue_many()` takes, each with their own language if the site has it.

    It is that of the words around the text, which is in another one if the update has none in theirs.
    """
    fallback = fallback_locale("", written, locales())
    own = case(
        {tag: tag for tag in (*locales(), *written)},
        value=Signature.locale,
        else_=literal(fallback),
    )
    return people.with_only_columns(Signature.email, Signature.email_key, own.label("locale"))


def _written_locales(connection: Connection, update_id: int) -> list[str]:
    texts = select(UpdateText.locale).where(UpdateText.update_id == update_id)
    return list(connection.scalars(texts.order_by(UpdateText.locale)))
