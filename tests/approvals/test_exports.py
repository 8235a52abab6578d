"""Exports that two people decide: for whoever asked, as it was asked for, within a day."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.models import Action
from campaign_actions.actions.queries import find_action_named
from campaign_actions.actions.signatures.export import columns_of, export_signatures, is_everything
from campaign_actions.actions.signatures.export_operation import Export
from campaign_actions.approvals.decide import PersonGone, TargetChanged, approve
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.queries import approvers_of
from campaign_actions.approvals.request import request_approval
from campaign_actions.approvals.use import ApprovalOver, approved_export
from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.errors import NotFound
from campaign_actions.staff.administration import disable
from tests.support.approvers import LATER, entries, make_people, state_of
from tests.support.factories import make_action, make_campaign, make_confirmed, make_staff
from tests.support.staff_client import log_in, token_of

ASKED = {
    "format": "csv",
    "raw": True,
    "bom": False,
    "purpose": "handover",
    "note": "To the council",
}


@pytest.fixture
def people(app):
    return make_people()


def export_of(action, member) -> Export:
    where = {"campaign": action.campaign_id, "action_id": action.id}
    return Export(**where, staff_id=member.id, **ASKED)


def approved(action, people, *, now=LATER) -> int:
    operation = export_of(action, people.ada)
    request_id = request_approval(operation, by=people.ada, reason="For the vote", now=now)
    approve(request_id, by=people.bea, note="", now=now)
    return request_id


def page_of(action, request_id) -> str:
    below = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/export/"
    return f"{below}{request_id}/"


def press(client, page, **fields):
    token = token_of(client.get("/staff/").text)
    return client.post(page, data={"csrf_token": token, **fields}, buffered=True)


def test_the_requester_downloads_what_was_approved_and_each_time_is_an_entry(people, client):
    action = make_action()
    make_confirmed(action, given_name="=SUM(1)")
    request_id = approved(action, people, now=utc_now())
    log_in(client, people.ada)

    answers = [press(client, page_of(action, request_id), format="xlsx") for _ in range(2)]

    expected = b"".join(
        export_signatures(find_action_named("racism", "hate-crimes"), "csv", raw=True)
    )
    assert [answer.data for answer in answers] == [expected] * 2
    begun = [details for *_said, details in entries("exported") if "format" in details]
    facts = {"approved_by": "bea@example.org", "request": request_id}
    assert begun == [ASKED | facts] * 2


@pytest.mark.parametrize("who", ["bea", "cyd"])
def test_nobody_else_downloads_it(people, client, who):
    action = make_action()
    request_id = approved(action, people, now=utc_now())
    log_in(client, getattr(people, who))

    answer = press(client, page_of(action, request_id))

    assert answer.status_code == {"bea": 404, "cyd": 403}[who]
    assert entries("exported") == []


def test_it_is_for_its_own_action_alone(people, client):
    action = make_action()
    other = make_action(campaign=db.session.get_one(Action, action.id).campaign, slug="other")
    request_id = approved(action, people, now=utc_now())
    log_in(client, people.ada)

    answer = press(client, page_of(other, request_id))

    assert answer.status_code == 404
    assert entries("exported") == []


def test_nothing_is_downloaded_after_a_day_or_before_somebody_approved(people):
    action = make_action()
    request_id = approved(action, people)
    pending = request_approval(
        export_of(make_action(campaign=make_campaign(slug="b")), people.ada),
        by=people.ada,
        reason="x",
        now=LATER,
    )

    approved_export(request_id, by=people.ada, now=LATER + timedelta(hours=23, minutes=59))
    with pytest.raises(ApprovalOver):
        approved_export(request_id, by=people.ada, now=LATER + timedelta(hours=24))
    with pytest.raises(NotFound):
        approved_export(pending, by=people.ada, now=LATER)


def test_a_download_asks_for_a_fresh_log_in(people, client):
    action = make_action()
    request_id = approved(action, people, now=utc_now())
    log_in(client, people.ada)
    token = token_of(client.get("/staff/").text)
    with client.session_transaction(path="/staff/") as session:
        session["fs_paa"] -= 31 * 60

    answer = client.post(page_of(action, request_id), data={"csrf_token": token})

    assert (answer.status_code, entries("exported")) in [(302, []), (403, [])]


def test_an_approval_ends_with_who_gave_it(people):
    action = make_action()
    request_id = approved(action, people)
    disable(people.bea, actor=COMMAND, now=LATER)

    with pytest.raises(PersonGone):
        approved_export(request_id, by=people.ada, now=LATER)


def test_other_columns_than_were_approved_are_not_given(people):
    action = make_action()
    request_id = approved(action, people)
    seen = '{"action":"racism/hate-crimes","columns":["country_code"]}'
    db.session.execute(update(ApprovalRequest).values(seen=seen))
    db.session.commit()

    with pytest.raises(TargetChanged):
        approved_export(request_id, by=people.ada, now=LATER)


def test_who_may_export_one_campaign_approves_none_of_another(people):
    action, other = make_action(), make_campaign(slug="other")
    limited = make_staff("exporter", campaigns=(other.id,))
    operation = export_of(action, people.ada)
    request_id = request_approval(operation, by=people.ada, reason="x", now=LATER)

    with pytest.raises(NotFound):
        approve(request_id, by=limited, note="", now=LATER)

    assert [one.email for one in approvers_of(operation, people.ada.id)] == ["bea@example.org"]
    assert state_of(request_id) == "pending"


def test_a_command_approves_where_only_one_person_may_export(people):
    action = make_action()
    operation = export_of(action, people.ada)
    request_id = request_approval(operation, by=people.ada, reason="x", now=LATER)

    approve(request_id, by=None, note="", now=LATER)

    _operation, approval = approved_export(request_id, by=people.ada, now=LATER)
    assert approval.approved_by == COMMAND


def test_what_reaches_nobody_is_not_everything(people):
    make_action()
    action = db.session.scalars(select(Action)).one()
    columns = columns_of(action)

    assert is_everything(columns)
    assert not is_everything(c for c in columns if c.name in {"given_name", "country_code"})
