"""Delivering due mail: take it, write it, hand it over, write down what became of it.

Any number of workers may do so at once. A mail goes out twice only if a worker is killed between
the server's answer and the commit; both copies then have the same Message-ID.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from campaign_actions.core.database import db, writing
from campaign_actions.core.mail import MailDelayed, MailMaker, MailRefused, ServerAway
from campaign_actions.core.transports import Transport
from campaign_actions.outbox.composing import Composed, compose, name_of, write_message
from campaign_actions.outbox.settling import Kind, Outcome, settle
from campaign_actions.outbox.taking import Bundle, Taken, is_anything_due, take

log = structlog.get_logger()


@dataclass
class Courier:
    """One worker: how its mails leave, what they say, and how many a mailbox gets a day."""

    transport: Transport
    mails: Mapping[str, MailMaker]
    per_day: int
    unwritten: list[Outcome] = field(default_factory=list)  # when the database went away meanwhile


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


def deliver_due(
    courier: Courier,
    clock: Callable[[], datetime],
    is_stopping: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Deliver until nothing is due, the mail server is away or we are to stop.

    Writing down one mail and taking the next is one transaction. When the database goes away the
    error comes through; what could not be written down is, with the next call.
    """
    done = Delivered()
    if not courier.unwritten and not _is_anything_due(clock()):
        return done
    while True:
        wants_more = not done.is_server_away and not is_stopping()
        with writing() as connection:
            settle(connection, courier.unwritten)
            bundle = take(connection, clock(), per_day=courier.per_day) if wants_more else None
        courier.unwritten = []
        if not bundle:
            return done
        courier.unwritten = _deliver(courier, bundle, clock)
        done += _count(courier.unwritten)


def _is_anything_due(now: datetime) -> bool:
    try:
        return is_anything_due(db.session.connection(), now)
    finally:
        db.session.rollback()


def _deliver(courier: Courier, bundle: Bundle, clock: Callable[[], datetime]) -> list[Outcome]:
    def became(kind: Kind, row: Taken, reason: str = "") -> Outcome:
        return Outcome(kind, row, bundle.leased_until, clock(), reason)

    composed = compose(bundle.rows, courier.mails, clock())
    outcomes = [became("dropped", row) for row in composed.silent]
    outcomes += [became("delayed", row, reason) for row, reason in composed.failed]
    if composed.parts:
        kind, reason = _hand_over(courier.transport, composed, clock())
        first, *others = composed.spoken
        outcomes.append(became(kind, first, reason))
        outcomes += [became("joined" if kind == "sent" else kind, row, reason) for row in others]
    return outcomes


def _hand_over(transport: Transport, composed: Composed, now: datetime) -> tuple[Kind, str]:
    """What became of the mail, and why."""
    try:
        message = write_message(composed.parts, now)
        transport.hand_over(message, name=name_of(composed.parts))
    except ServerAway as error:
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
