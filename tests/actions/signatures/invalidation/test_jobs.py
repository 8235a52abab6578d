"""Signatures that match a filter are marked invalid in the background, in steps, and that can be undone."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.counts.recount import recount
from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation import jobs, run_jobs
from campaign_actions.actions.signatures.invalidation.batches import (
    batches,
    count_ended_batches,
    find_batch,
    unfinished_batches,
)
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate, validate
from campaign_actions.actions.signatures.invalidation.run_jobs import continue_batches, take_step
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from campaign_actions.updates.unsubscribe import unsubscribe
from tests.support.batches import WHO, batch_row, mark, undo, work
from tests.support.factories import (
    NOON,
    make_action,
    make_confirmed,
    make_signature,
    make_staff,
)

HOUR = timedelta(hours=1)
LATER = NOON + 2 * HOUR
BOTS = SignatureFilter(source="bot")


def status_of(signature) -> str:
    db.session.refresh(signature)
    status = signature.status
    db.session.commit()
    return status


def start(action, wanted=BOTS, *, now=LATER) -> int:
    return jobs.start(action.id, wanted, reason="script", now=now, **WHO)


def entries() -> list[tuple[str, int | None]]:
    db.session.rollback()
    found = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.event, entry.rows) for entry in found]


def assert_counts_are_exact() -> None:
    fold()
    assert recount().mismatches == []


def make_bots(action, number: int) -> list[Signature]:
    return [make_confirmed(action, source="bot") for _number in range(number)]


def make_mixed(action):
    """Two signatures that match the filter, and one for each reason not to match."""
    wanted = SignatureFilter(
        since=NOON.isoformat(),
        until=LATER.isoformat(),
        country="DE",
        source="bot",
        channel="page",
        without="named-source",
        language="en",
        domain="bulk.example",
        name="Ivanova",
    )
    facts = {"country_code": "DE", "source": "bot", "now": NOON, "family_name": "Иванова"}
    held = [make_confirmed(action, **facts, email=f"{number}@Bulk.example") for number in range(2)]
    others = [
        make_confirmed(action, **facts | change, email=f"other-{number}@{domain}")
        for number, (change, domain) in enumerate(
            [
                ({"now": LATER}, "bulk.example"),
                ({"now": NOON - timedelta(seconds=1)}, "bulk.example"),
                ({"country_code": "FR"}, "bulk.example"),
                ({"source": None}, "bulk.example"),
                ({"locale": "ru"}, "bulk.example"),
                ({}, "notbulk.example"),
                ({"family_name": "Петрова"}, "bulk.example"),
                ({"channel": "api"}, "bulk.example"),
            ]
        )
    ]
    make_signature(action, **facts, email="pending@bulk.example")
    return wanted, held, others


def test_all_signatures_that_match_a_filter_are_marked_invalid(app):
    action = make_action(locales=("en", "ru"))
    wanted, held, others = make_mixed(action)

    batch_id = mark(action.id, wanted, now=LATER + HOUR)

    assert [status_of(signature) for signature in held] == ["invalid", "invalid"]
    assert {status_of(signature) for signature in others} == {"confirmed"}
    assert count_signatures(action.id) == len(others)
    assert {signature.invalidation_batch_id for signature in held} == {batch_id}
    assert entries() == [("invalidation-started", None), ("invalidated", 2)]
    assert_counts_are_exact()


def test_selected_signatures_are_marked_invalid(app):
    action = make_action()
    chosen, other = make_bots(action, 2)
    pending = make_signature(action)

    mark(action.id, SignatureFilter(ids=(chosen.public_id, pending.public_id)), now=LATER)

    assert [status_of(one) for one in (chosen, other, pending)] == [
        "invalid",
        "confirmed",
        "pending",
    ]


def test_a_batch_without_a_match_ends_and_says_so(app):
    action = make_action()

    batch = find_batch(action.id, mark(action.id, BOTS, now=LATER))

    assert (batch.state, batch.matching, batch.rows, batch.has_rows) == ("done", 0, 0, False)


def test_the_count_is_exact_after_each_step_and_a_batch_knows_how_far_it_is(app, monkeypatch):
    monkeypatch.setattr(run_jobs, "BATCH_SIZE", 2)
    monkeypatch.setattr(run_jobs, "WINDOW", 3)
    action = make_action()
    make_bots(action, 5)
    for _number in range(4):
        make_confirmed(action)
    batch_id = start(action)

    seen = []
    while take_step(batch_id, LATER):
        batch = find_batch(action.id, batch_id)
        seen.append((batch.matching, batch.rows, count_signatures(action.id)))

    assert seen[0] == (5, 0, 9)
    assert all(rows + counted == 9 for _matching, rows, counted in seen)
    assert (find_batch(action.id, batch_id).state, count_signatures(action.id)) == ("done", 4)
    assert_counts_are_exact()


def test_signatures_that_arrive_after_the_start_are_not_marked(app):
    action = make_action()
    batch_id = start(action)
    late = make_confirmed(action, source="bot", now=LATER + timedelta(seconds=1))

    work(batch_id, LATER + HOUR)

    assert status_of(late) == "confirmed"


def test_a_cancelled_batch_keeps_what_is_done_and_can_be_undone(app, monkeypatch):
    monkeypatch.setattr(run_jobs, "BATCH_SIZE", 2)
    action = make_action()
    make_bots(action, 5)
    batch_id = start(action)
    for _step in range(2):  # it counts, then it marks
        take_step(batch_id, LATER)

    marked = jobs.cancel(batch_id, now=LATER, **WHO)
    continue_batches(LATER)

    batch = find_batch(action.id, batch_id)
    assert (marked, batch.state, batch.rows, batch.taken) == (2, "cancelled", 2, 0)
    assert count_signatures(action.id) == 3
    assert undo(batch_id, now=LATER) == 2
    assert count_signatures(action.id) == 5
    with pytest.raises(jobs.AlreadyEnded):
        jobs.cancel(batch_id, now=LATER, **WHO)


def test_undoing_a_batch_skips_signatures_changed_since(app):
    action = make_action()
    by_hand, first, second, third = make_bots(action, 4)
    invalidate(by_hand, reason="test", now=LATER, **WHO)
    batch_id = mark(action.id, BOTS, now=LATER)
    validate(first, now=LATER + HOUR, **WHO)
    invalidate(first, reason="twice", now=LATER + 2 * HOUR, **WHO)
    withdraw(third, now=LATER + HOUR)

    done = undo(batch_id, now=LATER + 3 * HOUR)

    states = [status_of(signature) for signature in (by_hand, first, second, third)]
    assert (done, states) == (1, ["invalid", "invalid", "confirmed", "suppressed"])
    batch = find_batch(action.id, batch_id)
    assert (batch.state, batch.rows, batch.rows_undone, batch.changed_since) == ("undone", 3, 1, 2)
    assert {one.invalidation_batch_id for one in (first, second, by_hand)} == {None}
    assert_counts_are_exact()


def test_nothing_is_undone_twice_and_a_running_batch_is_not_undone(app):
    action = make_action()
    make_bots(action, 1)
    batch_id = start(action)

    with pytest.raises(jobs.BatchIsRunning):
        jobs.start_undo(batch_id, now=LATER, **WHO)
    work(batch_id, LATER)
    jobs.start_undo(batch_id, now=LATER, **WHO)
    for _moment in ("while it is being undone", "after that"):
        with pytest.raises(jobs.AlreadyUndone):
            jobs.start_undo(batch_id, now=LATER, **WHO)
        work(batch_id, LATER)

    assert entries()[-2:] == [("undo-started", None), ("validated", 1)]


def test_two_people_who_invalidate_at_once_mark_each_signature_once(app, monkeypatch):
    monkeypatch.setattr(run_jobs, "BATCH_SIZE", 2)
    action = make_action()
    make_bots(action, 6)
    first, second = start(action), start(action)

    for _step in range(3):
        take_step(first, LATER)
        take_step(second, LATER)
    continue_batches(LATER)

    found = [find_batch(action.id, one) for one in (first, second)]
    assert [(one.state, one.matching) for one in found] == [("done", 6), ("done", 6)]
    assert sum(one.rows for one in found) == 6
    assert sum(one.taken for one in found) == 6
    assert count_signatures(action.id) == 0
    assert undo(first, now=LATER) == found[0].rows
    assert count_signatures(action.id) == found[0].rows
    assert_counts_are_exact()


def test_several_workers_mark_each_signature_once(app, monkeypatch):
    monkeypatch.setattr(run_jobs, "BATCH_SIZE", 5)
    action = make_action()
    make_bots(action, 40)
    batch_id = start(action)

    def run() -> None:
        with app.app_context():
            for _round in range(20):
                continue_batches(LATER)

    workers = [Thread(target=run) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    batch = find_batch(action.id, batch_id)
    db.session.rollback()
    batch = find_batch(action.id, batch_id)
    assert (batch.state, batch.matching, batch.rows) == ("done", 40, 40)
    assert count_signatures(action.id) == 0
    assert entries().count(("invalidated", 40)) == 1
    assert_counts_are_exact()


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_a_signature_that_is_locked_is_marked_later(app, monkeypatch):
    monkeypatch.setattr(run_jobs, "BATCH_SIZE", 2)
    action = make_action()
    bots = make_bots(action, 5)
    batch_id = start(action)
    locked = select(Signature.id).where(Signature.id == bots[2].id).with_for_update()

    with db.engine.connect().execution_options(isolation_level="READ COMMITTED") as signer:
        signer.execute(locked)
        for _step in range(9):
            take_step(batch_id, LATER)
        before = [status_of(one) for one in bots]
    work(batch_id, LATER)

    assert before == ["invalid", "invalid", "confirmed", "invalid", "invalid"]
    assert {status_of(one) for one in bots} == {"invalid"}
    assert batch_row(batch_id).rows_marked == 5


def test_whom_a_filter_named_is_forgotten_when_the_batch_has_ended(app):
    action = make_action()
    make_confirmed(action, given_name="Ada", email="ada@example.org")

    batch_id = start(action, SignatureFilter(name="Ada", email="ada@example.org", country="RU"))
    before = batch_row(batch_id).filter
    work(batch_id, LATER)

    assert before["name"] == "Ada"
    assert batch_row(batch_id).filter == {"country": "RU", "status": "confirmed", "named": True}
    assert find_batch(action.id, batch_id).was_named
    details = db.session.scalars(select(AuditEntry.details)).all()
    assert "ada" not in str(details).lower()


def test_unsubscribing_from_updates_does_not_remove_a_signature_from_its_batch(app):
    action = make_action()
    held = make_bots(action, 2)
    batch_id = mark(action.id, BOTS, now=LATER)
    signature = db.session.get_one(Signature, (action.id, held[0].id))
    signature.wants_updates = True
    db.session.commit()
    unsubscribe(signature, now=LATER + HOUR)

    assert undo(batch_id, now=LATER + 2 * HOUR) == 2


def test_a_batch_records_who_marked_it_and_who_undid_it(app):
    action = make_action()
    make_bots(action, 2)
    ada, bea = (make_staff("campaigner", name=name) for name in ("Ada", "Bea"))
    undone = LATER + HOUR

    batch_id = mark(action.id, BOTS, now=LATER, staff_id=ada.id)
    (before,) = batches(action.id, offset=0, limit=9)
    undo(batch_id, now=undone, staff_id=bea.id)

    after = find_batch(action.id, batch_id)
    assert (before.at, before.author, before.reason, before.rows) == (LATER, "Ada", "script", 2)
    assert (before.filter.source, before.has_rows, before.undone_at) == ("bot", True, None)
    assert (after.undone_at, after.undone_by, after.rows_undone) == (undone, "Bea", 2)
    assert (after.rows, after.has_rows, after.state) == (2, False, "undone")


@pytest.mark.parametrize("other", [True, False])
def test_batches_of_another_action_are_not_found(app, other):
    action = make_action()
    batch_id = start(action)

    running = len(unfinished_batches(action.id + other)), count_ended_batches(action.id + other)
    work(batch_id, NOON)

    assert running == (not other, 0)
    assert count_ended_batches(action.id + other) == (not other)
    assert len(batches(action.id + other, offset=0, limit=9)) == (not other)
    assert bool(find_batch(action.id + other, batch_id)) == (not other)


def test_erasing_a_person_while_a_batch_runs_loses_nothing(app, monkeypatch):
    monkeypatch.setattr(run_jobs, "BATCH_SIZE", 1)
    action = make_action()
    make_confirmed(action, source="bot", email="ada@example.org")
    make_bots(action, 2)
    batch_id = start(action)
    for _step in range(2):
        take_step(batch_id, LATER)

    erase("ada@example.org", now=LATER)
    work(batch_id, LATER)

    assert undo(batch_id, now=LATER) == 2
    assert count_signatures(action.id) == 2
    assert_counts_are_exact()


def test_a_signature_cannot_refer_to_a_batch_of_another_action(app):
    action = make_action()
    other = make_action(campaign=db.session.get(Action, action.id).campaign, slug="other")
    (first,) = make_bots(action, 1)
    batch_id = mark(action.id, BOTS, now=LATER)
    stranger = make_confirmed(other)
    invalidate(stranger, reason="script", now=LATER, **WHO)

    for signature, values in (
        (stranger, {"invalidation_batch_id": batch_id}),
        (first, {"status": "confirmed", "invalidated_at": None}),
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(update(Signature).filter_by(id=signature.id).values(values))
        db.session.rollback()
