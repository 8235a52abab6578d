"""Signatures that nobody has confirmed yet are marked invalid and made pending again, exactly."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.counts.recount import recount
from campaign_actions.actions.counts.states.figures import read_all_by_action
from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.emails import signature_mails
from campaign_actions.actions.signatures.filters.filter import MARKABLE, SignatureFilter
from campaign_actions.actions.signatures.invalidation.invalidate import validate
from campaign_actions.actions.signatures.reminders import expire, remind
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from tests.support.batches import WHO, batch_row, mark, undo
from tests.support.factories import NOON, make_action, make_confirmed, make_signature

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LATER = NOON + 2 * HOUR
BOTS = SignatureFilter(source="bot", status=MARKABLE)
TIMES = {"erase_after": 30 * DAY, "link_life": 14 * DAY}


@pytest.fixture
def action(app):
    return make_action()


def make_pending(action, **facts) -> Signature:
    signature = make_signature(action, source="bot", now=NOON, **facts)
    due = update(Signature).where(Signature.id == signature.id)
    db.session.execute(due.values(due_at=NOON + 3 * DAY))
    db.session.commit()
    return signature


def statuses() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Signature.status).order_by(Signature.id)))


def assert_counts_are_exact() -> None:
    fold()
    fold_states(LATER)
    assert recount().mismatches == []
    db.session.rollback()


def test_a_batch_marks_pending_and_confirmed_ones_and_undoing_it_gives_each_its_status_back(action):
    make_pending(action)
    make_confirmed(action, source="bot", now=NOON)
    withdrawn = make_confirmed(action, source="bot", now=NOON)
    withdraw(withdrawn, now=NOON)
    make_pending(action)

    batch = mark(action.id, BOTS, now=LATER)
    marked = statuses()
    count = count_signatures(action.id)
    assert_counts_are_exact()
    undone = undo(batch, now=LATER + HOUR)

    assert marked == ["invalid", "invalid", "withdrawn", "invalid"]
    assert (count, undone, batch_row(batch).rows_marked) == (0, 3, 3)
    assert statuses() == ["pending", "confirmed", "withdrawn", "pending"]
    assert count_signatures(action.id) == 1
    assert_counts_are_exact()


def test_a_filter_for_pending_ones_marks_no_other(action):
    make_pending(action)
    make_confirmed(action, source="bot", now=NOON)

    mark(action.id, SignatureFilter(source="bot", status="pending"), now=LATER)

    assert statuses() == ["invalid", "confirmed"]


def test_one_that_is_marked_cannot_be_confirmed_until_that_is_undone(action):
    signature = make_pending(action)
    batch = mark(action.id, BOTS, now=LATER)

    refused = confirm(signature, now=LATER + HOUR)
    undo(batch, now=LATER + HOUR)
    accepted = confirm(signature, now=LATER + 2 * HOUR)

    assert (refused, accepted, statuses()) == (False, True, ["confirmed"])
    assert_counts_are_exact()


def test_a_single_one_becomes_pending_again(action):
    signature = make_pending(action)
    mark(action.id, BOTS, now=LATER)
    db.session.refresh(signature)

    assert validate(signature, now=LATER + HOUR, **WHO)

    assert statuses() == ["pending"]
    assert_counts_are_exact()


def test_they_are_not_counted_as_pending(action):
    make_pending(action)
    mark(action.id, BOTS, now=LATER)

    fold_states(LATER)
    found = read_all_by_action([action.id])[action.id]

    assert (found.pending, found.invalid) == (0, 1)


def test_they_get_no_reminder_and_are_erased_when_they_would_have_been(action):
    make_pending(action)
    address = make_signature(action, now=NOON).email
    mark(action.id, BOTS, now=LATER)
    db.session.execute(update(Signature).values(due_at=NOON + 3 * DAY))
    db.session.execute(OutboxMail.__table__.delete())
    db.session.commit()

    remind(NOON + 4 * DAY, **TIMES)
    mails = db.session.execute(select(OutboxMail.template, OutboxMail.recipient)).all()
    early = expire(NOON + 29 * DAY)
    expired = expire(NOON + 31 * DAY)

    assert [tuple(mail) for mail in mails] == [("remind", address)]
    assert (early, expired, statuses()) == (0, 2, ["erased", "erased"])
    assert_counts_are_exact()


def test_someone_who_withdraws_one_leaves_nothing_behind(action):
    signature = make_pending(action)
    mark(action.id, BOTS, now=LATER)
    db.session.refresh(signature)

    assert withdraw(signature, now=LATER + HOUR)

    assert statuses() == ["erased"]
    assert db.session.scalars(select(Signature.email_key)).one() is None


def test_the_owner_of_the_address_is_not_told_of_an_earlier_participation(action):
    signature = make_pending(action, email="ada@example.org")
    mark(action.id, BOTS, now=LATER)

    mail = signature_mails(14 * DAY)["sign"](action.id, signature.email_key, "en", LATER + HOUR)

    assert mail.template == "not-accepted"
