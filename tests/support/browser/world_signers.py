"""The signers of the test world: in each state, with comments, and the updates sent to them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from campaign_actions.actions.comments.moderation import decide_comments
from campaign_actions.actions.models import Action, ConsentText, Signature
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.clusters.decide import dismiss
from campaign_actions.actions.signatures.clusters.queries import open_clusters
from campaign_actions.actions.signatures.clusters.record import record_groups
from campaign_actions.actions.signatures.clusters.rules import Group
from campaign_actions.actions.signatures.clusters.scan import floor_to_minute
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.actions.signatures.email_links import UNSUBSCRIBE, WITHDRAW, confirm_token
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.models import StaffMember
from tests.support.batches import mark, undo
from tests.support.browser.sites import Place
from tests.support.factories import make_confirmed, make_signature, make_update, next_link

SIGNED = 60  # confirmed signatures: more than one page of the list
COMMENTED = 30  # of these, with a comment; most are shown: more than one page
WHO: dict[str, Any] = {"action": "racism/hate-crimes", "actor": "grace@world.example"}
PERSON = {"given_name": "Мария", "family_name": "Константинопольская-Преображенская"}


def make_signers(
    action: PublicAction, other: PublicAction, member: StaffMember, place: Place, *, now: datetime
) -> tuple[dict[str, Any], dict[str, Mapping[str, Any]]]:
    """Address parameters, and the same for signatures in other states."""
    db.session.execute(update(Action).values(shows_comments=True))
    db.session.commit()
    signed = [_sign(action, number, now) for number in range(SIGNED)]
    _decide([one for one in signed if one.comment], action, member, now)
    others = _in_other_states(action, now)
    place.do("outbox", "deliver")
    _make_mail_late(now)
    some, done, waiting = signed[0], signed[1], others["pending"]
    done.next_action_id = other.id
    db.session.commit()
    values = {
        "public_id": some.public_id,
        "batch_id": _invalidate_some(action, now),
        "cluster_id": _find_cluster(action, now),
        "confirm": confirm_token(waiting),
        "withdraw": WITHDRAW.make(some.public_id),
        "next": _next_link(some, other),
        "unsubscribe": UNSUBSCRIBE.make(some.public_id),
    }
    states: dict[str, Mapping[str, Any]] = {
        "confirmed": {"confirm": confirm_token(some)},
        "taken-back": {"withdraw": WITHDRAW.make(others["withdrawn"].public_id)},
        "next-done": {"next": _next_link(done, other)},
        "next-by-email": {"next": _next_link(others["withdrawn"], other)},
    }
    return values, states | {name: {"public_id": one.public_id} for name, one in others.items()}


def agree_to_newest_texts() -> None:
    """So that one press is enough: the world's later actions have published new consent texts."""
    newest = (
        select(func.max(ConsentText.version))
        .where(ConsentText.kind == Signature.kind, ConsentText.locale == Signature.locale)
        .correlate(Signature)
        .scalar_subquery()
    )
    agreed = update(Signature).where(Signature.consent_version.is_not(None))
    db.session.execute(agreed.values(consent_version=newest))
    db.session.commit()


def _next_link(signature: Signature, action: PublicAction) -> str:
    return next_link(signature, action).split("/")[3]


def make_updates(
    action: PublicAction, other: PublicAction, *, now: datetime
) -> tuple[dict[str, Any], dict[str, Mapping[str, Any]]]:
    """The id of a draft, and those of updates of another action that were started."""
    texts = {"en": ("The law has passed", "It **passed**."), "ru": ("Закон принят", "Он *принят*.")}
    begun = {"texts": texts, "started_at": now - timedelta(hours=1), "recipients": 60}
    draft = make_update(action, texts=texts)
    later = now + timedelta(days=2)
    others = {
        "planned-update": make_update(other, texts=texts, status="scheduled", send_at=later),
        "sending": make_update(other, status="sending", **begun),
        "stopped": make_update(other, status="stopped", ended_at=now, **begun),
        "sent": make_update(other, status="sent", ended_at=now, **begun),
    }
    states = {s: {"update_id": u.id, "action_id": other.id} for s, u in others.items()}
    return {"update_id": draft.id}, states


def _sign(action: PublicAction, number: int, now: datetime) -> Signature:
    comment = f"Потому что это касается каждого, {number}." if number < COMMENTED else None
    at = now - timedelta(minutes=1 + number)
    return make_confirmed(
        action,
        now=at,
        comment=comment,
        show_comment=bool(comment),
        show_name=True,
        wants_updates=number % 2 == 0,
        **PERSON,
    )


def _decide(
    commented: list[Signature], action: PublicAction, member: StaffMember, now: datetime
) -> None:
    names = [signing_id(signature) for signature in commented]
    many, few = names[: COMMENTED * 5 // 6], names[COMMENTED * 5 // 6 + 2 :]
    who = WHO | {"read_as": "waiting", "staff_id": member.id, "now": now}
    decide_comments(action.id, many, is_shown=True, **who)
    decide_comments(action.id, few[:2], is_shown=False, **who)


def _in_other_states(action: PublicAction, now: datetime) -> dict[str, Signature]:
    ago = now - timedelta(hours=3)
    signatures = {
        "pending": make_signature(action, now=ago, **PERSON),
        "withdrawn": make_confirmed(action, now=ago, **PERSON),
        "invalid": make_confirmed(action, now=ago, **PERSON),
        "suppressed": make_confirmed(action, now=ago, email="suppressed@world.example"),
        "erased": make_confirmed(action, now=ago, email="erased@world.example"),
    }
    withdraw(signatures["withdrawn"], now=now)
    invalidate(signatures["invalid"], reason="script", now=now, **WHO)
    invalidate(signatures["suppressed"], reason="script", now=now, **WHO)
    withdraw(signatures["suppressed"], now=now)
    erase("erased@world.example", now=now)
    return signatures


def _invalidate_some(action: PublicAction, now: datetime) -> int:
    """Mark a signature as invalid, the third time for good; returns the id of that batch."""
    make_confirmed(action, now=now - timedelta(days=2), source="bot")
    for _undone in range(2):
        undo(mark(action.id, SignatureFilter(source="bot"), now=now, **WHO), now=now)
    return mark(action.id, SignatureFilter(source="bot"), now=now, **WHO)


def _find_cluster(action: PublicAction, now: datetime) -> int:
    """An open cluster and a dismissed one; returns the id of the open one."""
    since, until = floor_to_minute(now - timedelta(hours=1)), floor_to_minute(now)
    groups = [
        Group("domain", SignatureFilter(domain=domain), since, until, SIGNED)
        for domain in ("world.example", "dismissed.example")
    ]
    record_groups(action.id, groups, now=now)
    dismissed, first, *_demo = open_clusters(action.id)
    dismiss(dismissed, staff_id=1, now=now, **WHO)
    return first.id


def _make_mail_late(now: datetime) -> None:
    ago = now - timedelta(minutes=30)
    mail = {"status": "queued", "queued_at": ago, "due_at": ago, "locale": "en"}
    db.session.add(OutboxMail(template="confirm", email_key="x", **mail))
    db.session.commit()
