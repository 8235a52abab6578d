"""Erasing an invalidation batch: no more than was approved, and nothing else."""

import pytest
from sqlalchemy import func, select, update

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.recount import recount
from campaign_actions.actions.models import InvalidationBatch, Signature
from campaign_actions.actions.signatures.invalidation import erase_batch
from campaign_actions.actions.signatures.invalidation.batches import find_batch
from campaign_actions.actions.signatures.invalidation.erase_batch import BatchIsEmpty, EraseBatch
from campaign_actions.actions.signatures.invalidation.invalidate import (
    change_all,
    validate,
)
from campaign_actions.actions.signatures.invalidation.jobs import BatchIsRunning
from campaign_actions.approvals import carry_out
from campaign_actions.approvals.carry_out import erase_approved
from campaign_actions.approvals.decide import TargetChanged, approve
from campaign_actions.approvals.emails import approval_mails
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.notifications import DECIDED_MAIL
from campaign_actions.approvals.request import request_approval
from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.mail.render import render_mail
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.manage_members import disable_member
from tests.support.approvers import (
    LATER,
    entries,
    make_batch,
    make_people,
    state_of,
)
from tests.support.factories import make_action, make_confirmed, make_staff
from tests.support.staff_client import log_in, token_of


@pytest.fixture
def people(app):
    return make_people()


def deletion(action, batch_id) -> EraseBatch:
    batch = find_batch(action.id, batch_id)
    return EraseBatch.of(batch, campaign_id=action.campaign_id, action="racism/hate-crimes")


def ask(operation, people) -> int:
    return request_approval(operation, by=people.ada, reason="Automated submission", now=LATER)


def statuses() -> dict[str, int]:
    db.session.rollback()
    rows = select(Signature.status, func.count()).group_by(Signature.status)
    return dict(db.session.execute(rows).all())


def test_the_worker_erases_an_approved_batch_and_nothing_else(people, monkeypatch):
    action = make_action()
    kept = make_confirmed(action, source="leaflet")
    batch_id = make_batch(action, signatures=5)
    monkeypatch.setattr(erase_batch, "BATCH_SIZE", 2)
    monkeypatch.setattr(carry_out, "BATCH_SIZE", 2)
    request_id = ask(deletion(action, batch_id), people)

    erase_approved(LATER)
    before = statuses()
    approve(request_id, by=people.bea, note="", now=LATER)
    erase_approved(LATER)

    assert before == {"confirmed": 1, "invalid": 5}
    assert statuses() == {"confirmed": 1, "erased": 5}
    assert state_of(request_id) == "done"
    assert db.session.get_one(ApprovalRequest, request_id).rows_done == 5
    said = entries("batch-erased")
    assert {actor for _event, actor, *_rest in said} == {"ada@example.org"}
    assert {details["approved_by"] for *_rest, details in said} == {"bea@example.org"}
    db.session.refresh(kept)
    assert kept.email is not None


def test_an_interrupted_deletion_continues(people, monkeypatch):
    action = make_action()
    batch_id = make_batch(action, signatures=3)
    monkeypatch.setattr(erase_batch, "BATCH_SIZE", 1)
    monkeypatch.setattr(carry_out, "BATCH_SIZE", 1)
    monkeypatch.setattr(carry_out, "MAX_BATCHES", 2)  # as if interrupted after two transactions
    request_id = ask(deletion(action, batch_id), people)
    approve(request_id, by=people.bea, note="", now=LATER)

    erase_approved(LATER)
    half = (statuses(), state_of(request_id))
    erase_approved(LATER)
    erase_approved(LATER)

    assert half == ({"erased": 2, "invalid": 1}, "approved")
    assert (statuses(), state_of(request_id)) == ({"erased": 3}, "done")


def test_signatures_changed_since_are_kept_and_emails_of_the_others_are_deleted(people):
    action = make_action()
    batch_id = make_batch(action, signatures=2)
    spared = db.session.scalars(select(Signature).order_by(Signature.id)).first()
    validate(spared, action="racism/hate-crimes", actor="x", now=LATER)
    fold()
    request_id = ask(deletion(action, batch_id), people)

    approve(request_id, by=people.bea, note="", now=LATER)
    erase_approved(LATER)

    assert statuses() == {"confirmed": 1, "erased": 1}
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(OutboxMail.template == "sign")) == 1
    assert recount().mismatches == []


def test_a_batch_that_has_grown_since_the_request_is_not_deleted(people):
    """Otherwise a thousand could be added after the deletion of one was requested."""
    action = make_action()
    batch_id = make_batch(action, signatures=1)
    request_id = ask(deletion(action, batch_id), people)
    make_confirmed(action, source="bot")
    grow(action, batch_id)

    with pytest.raises(TargetChanged):
        approve(request_id, by=people.bea, note="", now=LATER)

    assert statuses() == {"invalid": 2}


def test_no_more_than_was_approved_is_deleted_from_a_batch_that_grows_afterwards(people):
    action = make_action()
    batch_id = make_batch(action, signatures=1)
    request_id = ask(deletion(action, batch_id), people)
    approve(request_id, by=people.bea, note="", now=LATER)
    make_confirmed(action, source="bot")
    grow(action, batch_id)

    erase_approved(LATER)
    erase_approved(LATER)

    assert statuses() == {"erased": 1, "invalid": 1}
    assert state_of(request_id) == "done"


def grow(action, batch_id) -> None:
    """No page or task does this: a batch that has ended does not grow."""
    rows = select(Signature.__table__).filter_by(action_id=action.id, status="confirmed")
    with write_transaction() as connection:
        change_all(connection, connection.execute(rows).all(), "invalid", LATER, batch_id=batch_id)


def test_a_deletion_stops_when_its_approver_is_removed(people):
    action = make_action()
    request_id = ask(deletion(action, make_batch(action, signatures=2)), people)
    approve(request_id, by=people.bea, note="", now=LATER)
    disable_member(people.bea, actor=COMMAND, now=LATER)

    erase_approved(LATER)

    assert statuses() == {"invalid": 2}
    assert state_of(request_id) == "declined"
    assert entries("approval-declined")[0][1] == COMMAND


def test_a_deletion_that_stops_halfway_says_how_many_were_deleted(client, people, monkeypatch):
    action = make_action()
    monkeypatch.setattr(erase_batch, "BATCH_SIZE", 1)
    monkeypatch.setattr(carry_out, "BATCH_SIZE", 1)
    monkeypatch.setattr(carry_out, "MAX_BATCHES", 1)
    batch_id = make_batch(action, signatures=3)
    request_id = ask(deletion(action, batch_id), people)
    approve(request_id, by=people.bea, note="", now=LATER)
    erase_approved(LATER)
    disable_member(people.bea, actor=COMMAND, now=LATER)

    erase_approved(LATER)
    erase_approved(LATER)

    assert (statuses(), state_of(request_id)) == ({"erased": 1, "invalid": 2}, "declined")
    mail = approval_mails()[DECIDED_MAIL](request_id, email_key(people.ada.email), "en", LATER)
    text = render_mail(mail.template, locale="en", values=mail.values, links=mail.links).text
    assert "The deletion was stopped because" in text
    assert "1 participation was deleted." in text
    assert "Nothing was changed" not in text
    log_in(client, people.ada)
    page = client.get(f"/staff/approvals/{request_id}/").text
    assert all(
        words in page for words in ("1 participation was deleted.", "was stopped", "Declined")
    )


def test_the_deletion_of_an_empty_batch_cannot_be_requested(people):
    action = make_action()
    batch_id = make_batch(action, signatures=1)
    operation = deletion(action, batch_id)
    approve(ask(operation, people), by=people.bea, note="", now=LATER)
    erase_approved(LATER)

    with pytest.raises(BatchIsEmpty):
        ask(operation, people)


def test_without_dual_control_the_page_shows_the_number_and_deletes_the_batch(client):
    log_in(client, make_staff("administrator"))
    action = make_action()
    batch_id = make_batch(action, signatures=3)
    below = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/signatures/"
    page = f"{below}batches/{batch_id}/delete/"

    seen = client.get(page).text
    answer = client.post(page, data={"csrf_token": token_of(seen)})

    assert "3 participations will be deleted" in seen
    assert (answer.status_code, answer.location) == (303, f"{below}bulk-invalidate/")
    assert statuses() == {"erased": 3}
    assert "There is nothing left to delete" in client.get(page).text


@pytest.mark.parametrize("state", ["running", "undoing"])
def test_a_batch_that_is_not_finished_is_not_deleted(people, state):
    """Otherwise its signatures would be deleted while others are added or made valid again."""
    action = make_action()
    batch_id = make_batch(action, signatures=2)
    request_id = ask(deletion(action, batch_id), people)
    moments = {"ended_at": None} if state == "running" else {"undone_at": LATER}
    db.session.execute(update(InvalidationBatch).values(state=state, **moments))
    db.session.commit()

    with pytest.raises(BatchIsRunning):
        ask(deletion(action, batch_id), people)
    with pytest.raises(BatchIsRunning):
        approve(request_id, by=people.bea, note="", now=LATER)

    assert statuses() == {"invalid": 2}
