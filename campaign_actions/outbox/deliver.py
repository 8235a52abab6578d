"""Delivering due emails: lease, render, hand over, record the outcome.

Any number of workers may do so at once. An email is sent twice only if a worker is killed between
the server's answer and the commit, which concerns the one email that each of its senders has in
hand, or if PostgreSQL or its machine crashes and loses the last second. Both copies then have the
same Message-ID.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.mail.mime import MailRefused
from campaign_actions.core.mail.render import MailDelayed, MailMakers, MailServerUnavailable
from campaign_actions.core.mail.transports import Transport
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.outbox.lease import (
    HAND_OVER,
    LEASE,
    Batch,
    LeasedEmail,
    is_anything_due,
    lease,
    renew,
)
from campaign_actions.outbox.models import LANES, URGENT_LANES, Lane
from campaign_actions.outbox.outcomes import Kind, Outcome, record_outcomes
from campaign_actions.outbox.render import RenderedEmails, file_name, render_emails, write_message

log = structlog.get_logger()


@dataclass(frozen=True)
class Delivered:
    """The number of emails sent, and of rows to be retried, failed permanently or no longer needed."""

    sent: int = 0
    delayed: int = 0
    dead: int = 0
    dropped: int = 0
    is_server_away: bool = False

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(
            self.sent + other.sent,
            self.delayed + other.delayed,
            self.dead + other.dead,
            self.dropped + other.dropped,
            other.is_server_away,
        )


@dataclass
class Sender:
    """One connection of a worker: its transport, the email makers, the daily limit of a mailbox."""

    transport: Transport
    mails: MailMakers
    daily_limit: int
    delivered: Delivered = Delivered()
    unrecorded: list[Outcome] = field(default_factory=list)  # while the database is unavailable


def deliver_due(
    sender: Sender,
    clock: Callable[[], datetime],
    is_stopping: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Deliver until nothing is due, the mail server is unavailable, email is off or `is_stopping()`.

    Raises the error of an unavailable database; the next call records the outcomes left over.
    """
    done = Delivered()
    if not sender.unrecorded and not _is_anything_due(clock()):
        return done
    while True:
        _record(sender)
        if done.is_server_away or is_off(EMAIL) or is_stopping():
            return done
        with write_transaction() as connection:
            batches = lease(connection, clock(), daily_limit=sender.daily_limit)
        if not batches:
            return done
        done += _deliver_all(sender, batches, clock, is_stopping)


def _deliver_all(
    sender: Sender,
    batches: list[Batch],
    clock: Callable[[], datetime],
    is_stopping: Callable[[], bool],
) -> Delivered:
    """Deliver the batches one after another and give back those that were not tried."""
    done = Delivered()
    try:
        while batches and not (done.is_server_away or is_off(EMAIL) or is_stopping()):
            if not batches[0].is_urgent and _is_anything_due(clock(), URGENT_LANES):
                break
            if not HAND_OVER <= batches[0].leased_until - clock() <= LEASE:
                with write_transaction() as connection:
                    batches = renew(connection, batches, clock())
                continue
            sender.unrecorded = _deliver(sender, batches[0], clock)
            batches = batches[1:]
            done += _count(sender.unrecorded)
            _record(sender)
    finally:
        sender.unrecorded += [
            Outcome("untried", row, batch.leased_until, clock())
            for batch in batches
            for row in batch.rows
        ]
    return done


def _record(sender: Sender) -> None:
    if sender.unrecorded:
        record_outcomes(sender.unrecorded)
        sender.unrecorded = []


def _is_anything_due(now: datetime, lanes: Sequence[Lane] = LANES) -> bool:
    try:
        return is_anything_due(db.session.connection(), now, lanes)
    finally:
        db.session.rollback()


def _deliver(sender: Sender, batch: Batch, clock: Callable[[], datetime]) -> list[Outcome]:
    written_at = clock()  # recorded as the time of sending: codes in the text are derived from it

    def outcome(kind: Kind, row: LeasedEmail, reason: str = "") -> Outcome:
        at = written_at if kind in {"sent", "part"} else clock()
        return Outcome(kind, row, batch.leased_until, at, reason)

    rendered = render_emails(batch.rows, sender.mails, written_at)
    db.session.commit()  # the mail server may be slow: hold no database connection for so long
    outcomes = [outcome("dropped", row) for row in rendered.dropped]
    outcomes += [outcome("postponed", row) for row in rendered.postponed]
    outcomes += [outcome("delayed", row, reason) for row, reason in rendered.failed]
    if rendered.parts:
        kind, reason = _hand_over(sender.transport, rendered, written_at)
        is_sent = kind == "sent"
        for number, part in enumerate(rendered.parts):
            first, *others = part.rows
            outcomes.append(outcome("part" if is_sent and number else kind, first, reason))
            outcomes += [outcome("merged" if is_sent else kind, row, reason) for row in others]
    return outcomes


def _hand_over(transport: Transport, rendered: RenderedEmails, now: datetime) -> tuple[Kind, str]:
    """The outcome and its reason."""
    try:
        message = write_message(rendered.parts, now)
        transport.send(message, name=file_name(rendered.parts))
    except MailServerUnavailable as error:
        return "unavailable", str(error)
    except MailDelayed as error:
        return "delayed", str(error)
    except MailRefused as error:
        return "refused", str(error)
    except Exception as error:  # it must not keep other emails from being delivered
        log.error("mail_not_handed_over", mail=rendered.rows[0].id, exc_info=error)
        return (
            "delayed",
            f"the email could not be handed to the mail server ({type(error).__name__})",
        )
    return "sent", ""


def _count(outcomes: list[Outcome]) -> Delivered:
    kinds = Counter("dead" if outcome.is_dead else outcome.kind for outcome in outcomes)
    return Delivered(
        sent=kinds["sent"],
        delayed=kinds["delayed"] + kinds["unavailable"],
        dead=kinds["dead"],
        dropped=kinds["dropped"],
        is_server_away=any(outcome.kind == "unavailable" for outcome in outcomes),
    )
