"""Delivering due mail: take it, write it, hand it over, write down what became of it.

Any number of workers may do so at once. A mail goes out twice only if a worker is killed between
the server's answer and the commit, and that is the one mail each of its couriers has in hand; or if
PostgreSQL or the machine of the database crashes, which may take back what was written down in the
last second. All copies have the same Message-ID.
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
from campaign_actions.outbox.lease import (
    HAND_OVER,
    LEASE,
    Batch,
    LeasedEmail,
    is_anything_due,
    lease,
    renew,
)
from campaign_actions.outbox.outcomes import Kind, Outcome, record_outcomes
from campaign_actions.outbox.render import RenderedEmails, name_of, render_emails, write_message

log = structlog.get_logger()


@dataclass(frozen=True)
class Delivered:
    """What a round came to: mails sent; rows that wait, failed for good, had nothing to say."""

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
    """One of a worker's connections: how its mails leave, what they say, how many a mailbox gets a day."""

    transport: Transport
    mails: MailMakers
    per_day: int
    delivered: Delivered = Delivered()
    unwritten: list[Outcome] = field(default_factory=list)  # when the database went away meanwhile


def deliver_due(
    courier: Sender,
    clock: Callable[[], datetime],
    is_stopping: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Deliver until nothing is due, the mail server is away or we are to stop.

    When the database goes away the error comes through; what could not be written down is, with
    the next call.
    """
    done = Delivered()
    if not courier.unwritten and not _is_anything_due(clock()):
        return done
    while True:
        _write_down(courier)
        if done.is_server_away or is_stopping():
            return done
        with write_transaction() as connection:
            bundles = lease(connection, clock(), per_day=courier.per_day)
        if not bundles:
            return done
        done += _deliver_all(courier, bundles, clock, is_stopping)


def _deliver_all(
    courier: Sender,
    bundles: list[Batch],
    clock: Callable[[], datetime],
    is_stopping: Callable[[], bool],
) -> Delivered:
    """Deliver what was taken, one mail after the other; what is not tried is given back."""
    done = Delivered()
    try:
        while bundles and not done.is_server_away and not is_stopping():
            if bundles[0].is_bulk and _is_anything_due(clock(), lanes=[False]):
                break  # somebody waits for that one
            if not HAND_OVER <= bundles[0].leased_until - clock() <= LEASE:
                with write_transaction() as connection:
                    bundles = renew(connection, bundles, clock())
                continue
            courier.unwritten = _deliver(courier, bundles[0], clock)
            bundles = bundles[1:]
            done += _count(courier.unwritten)
            _write_down(courier)
    finally:
        courier.unwritten += [
            Outcome("left", row, bundle.leased_until, clock())
            for bundle in bundles
            for row in bundle.rows
        ]
    return done


def _write_down(courier: Sender) -> None:
    if courier.unwritten:
        record_outcomes(courier.unwritten)
        courier.unwritten = []


def _is_anything_due(now: datetime, lanes: Sequence[bool] = (False, True)) -> bool:
    try:
        return is_anything_due(db.session.connection(), now, lanes)
    finally:
        db.session.rollback()


def _deliver(courier: Sender, bundle: Batch, clock: Callable[[], datetime]) -> list[Outcome]:
    def became(kind: Kind, row: LeasedEmail, reason: str = "") -> Outcome:
        return Outcome(kind, row, bundle.leased_until, clock(), reason)

    composed = render_emails(bundle.rows, courier.mails, clock())
    db.session.commit()  # a mail server may take its time: no connection waits with us
    outcomes = [became("dropped", row) for row in composed.silent]
    outcomes += [became("early", row) for row in composed.early]
    outcomes += [became("delayed", row, reason) for row, reason in composed.failed]
    if composed.parts:
        kind, reason = _hand_over(courier.transport, composed, clock())
        first, *others = composed.spoken
        outcomes.append(became(kind, first, reason))
        outcomes += [became("joined" if kind == "sent" else kind, row, reason) for row in others]
    return outcomes


def _hand_over(transport: Transport, composed: RenderedEmails, now: datetime) -> tuple[Kind, str]:
    """What became of the mail, and why."""
    try:
        message = write_message(composed.parts, now)
        transport.send(message, name=name_of(composed.parts))
    except MailServerUnavailable as error:
        return "away", str(error)
    except MailDelayed as error:
        return "delayed", str(error)
    except MailRefused as error:
        return "refused", str(error)
    except Exception as error:  # whatever it is, the other mails go out
        log.error("mail_not_handed_over", mail=composed.spoken[0].id, exc_info=error)
        return "delayed", f"it could not be handed over ({type(error).__name__})"
    return "sent", ""


def _count(outcomes: list[Outcome]) -> Delivered:
    kinds = Counter("dead" if outcome.is_dead else outcome.kind for outcome in outcomes)
    return Delivered(
        sent=kinds["sent"],
        delayed=kinds["delayed"] + kinds["away"],
        dead=kinds["dead"],
        dropped=kinds["dropped"],
        is_server_away=any(outcome.kind == "away" for outcome in outcomes),
    )
