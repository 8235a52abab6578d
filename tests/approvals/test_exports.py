"""Approved exports: for the requester only, exactly as approved, within a day."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.models import Action
from campaign_actions.actions.naming import find_action_by_name
from campaign_actions.actions.personal_data.purposes import PURPOSES, TEAM, NotForThisKind
from campaign_actions.approvals.carry_out import DownloadExpired, ExportChanged, approved_export
from campaign_actions.approvals.decide import PersonNoLongerAllowed, approve
from campaign_actions.approvals.describe import operation_facts
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.queries import approvers_of
from campaign_actions.approvals.request import request_approval
from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import db, utc_now, write_transaction
from campaign_actions.core.errors import NotFound
from campaign_actions.disclosures.guarded_export import GuardedExport
from campaign_actions.disclosures.labels import headings_in
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.staff.dual_control import apply_alone
from campaign_actions.staff.manage_members import disable_member
from tests.support.approvers import LATER, entries, make_people, state_of
from tests.support.exports import export_signatures, make_export
from tests.support.factories import (
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_staff,
)
from tests.support.page_text import visible_text
from tests.support.questions import INVOLVED, PLACE, ask
from tests.support.staff_client import log_in, token_of

ASKED = {"format": "csv", "raw": True, "purpose": "team", "recipient": "The council"}


@pytest.fixture
def people(app):
    return make_people()


def export_of(action, member, **values) -> GuardedExport:
    return GuardedExport(make_export(action, staff_id=member.id, **(ASKED | values)))


def approved_request(action, people, *, now=LATER) -> int:
    operation = export_of(action, people.ada)
    request_id = request_approval(operation, by=people.ada, reason="For the vote", now=now)
    approve(request_id, by=people.bea, note="", now=now)
    return request_id


def request_page(action, request_id) -> str:
    return f"/staff/campaigns/{action.campaign_id}/export/{request_id}/"


def recorded() -> list[ExportRecord]:
    db.session.commit()  # ends the snapshot that the test reads in
    return list(db.session.scalars(select(ExportRecord).order_by(ExportRecord.id)))


def submit(client, page, **fields):
    token = token_of(client.get("/staff/").text)
    return client.post(page, data={"csrf_token": token, **fields}, buffered=True)


def test_the_requester_downloads_an_approved_export_and_each_download_is_recorded(people, client):
    action = make_action()
    make_confirmed(action, given_name="=SUM(1)")
    request_id = approved_request(action, people, now=utc_now())
    log_in(client, people.ada)

    answers = [submit(client, request_page(action, request_id), format="xlsx") for _ in range(2)]
    records = recorded()
    begun = [details for *_said, details in entries("exported")]

    expected = b"".join(
        export_signatures(find_action_by_name("racism", "hate-crimes"), TEAM, "csv", raw=True)
    )
    assert [answer.data for answer in answers] == [expected] * 2
    facts = ASKED | {"approved_by": "bea@example.org", "request": request_id}
    assert begun == [facts | {"export": record.id} for record in records]
    assert len(records) == 2


def test_a_request_says_how_many_match_and_every_filter_in_words(people, client):
    action = make_action()
    for source, country in (("telegram", "FR"), ("telegram", "DE"), ("vk", "FR")):
        make_confirmed(action, source=source, country_code=country)
    make_signature(action, source="telegram", country_code="FR")
    operation = export_of(action, people.ada, source="telegram", country="FR")
    number = request_approval(operation, by=people.ada, reason="For the vote", now=utc_now())
    log_in(client, people.bea)

    page = visible_text(client.get(f"/staff/approvals/{number}/").text)

    for fact in (
        *("Participants who match 1 now", "Channel Telegram", "Country France"),
        "Status Confirmed",
    ):
        assert fact in page, fact


@pytest.mark.parametrize("words", [{"format": "csv"}, {"format": "xlsx", "words_in": "ru"}])
def test_a_request_names_columns_in_words_and_those_of_answers_by_their_questions(people, words):
    ask(action := make_action(), PLACE, INVOLVED)
    operation = export_of(action, people.ada, **words)

    facts = dict(operation_facts(operation, operation.seen(db.session.connection()), ["en"]))

    first, second, *_others, last = facts["Columns"].split(", ")
    assert (first, second, last) == ("Entry code", "Campaign", "How are you involved?")


def test_the_page_of_all_files_leads_the_requester_to_an_approved_one(people, client):
    request_id = approved_request(make_action(), people, now=utc_now())
    there = f'<a href="/staff/approvals/{request_id}/">Approved. You can download it until '

    pages = []
    for member in (people.ada, people.bea):
        log_in(client, member)
        pages.append(client.get("/staff/exports/").text)

    assert [there in page for page in pages] == [True, False]
    assert "racism/hate-crimes" in visible_text(pages[0])


def waits(client) -> bool:
    return "Approved file to download" in visible_text(client.get("/staff/").text)


def test_an_approved_file_waits_for_the_requester_until_it_is_downloaded(people, client):
    action = make_action()
    request_id = approved_request(action, people, now=utc_now())
    log_in(client, people.ada)

    before = waits(client)
    submit(client, request_page(action, request_id))

    assert (before, waits(client)) == (True, False)


def test_an_interrupted_download_of_an_approved_file_still_waits(people, client):
    action = make_action()
    request_id = approved_request(action, people, now=utc_now())
    log_in(client, people.ada)
    submit(client, request_page(action, request_id))
    db.session.commit()  # ends the snapshot that the test reads in
    gone = {"rows": None, "sha256": None, "cursor": None, "manifest": None}
    db.session.execute(update(ExportRecord).values(state="interrupted", **gone))
    db.session.commit()

    assert waits(client)


def test_a_file_of_other_choices_leaves_the_approved_one_waiting(people, client):
    action = make_action()
    request_id = approved_request(action, people, now=utc_now())
    log_in(client, people.ada)
    submit(client, request_page(action, request_id))
    db.session.commit()  # ends the snapshot that the test reads in
    db.session.execute(update(ExportRecord).values(recipient="Someone else"))
    db.session.commit()

    assert waits(client)


@pytest.mark.parametrize("who", ["bea", "cyd"])
def test_nobody_but_the_requester_downloads_an_export(people, client, who):
    action = make_action()
    request_id = approved_request(action, people, now=utc_now())
    log_in(client, getattr(people, who))

    answer = submit(client, request_page(action, request_id))

    assert answer.status_code == {"bea": 404, "cyd": 403}[who]
    assert entries("exported") == []


def test_an_approval_covers_only_its_own_action(people, client):
    action = make_action()
    other = make_action(campaign=db.session.get_one(Action, action.id).campaign, slug="other")
    make_confirmed(other)
    request_id = approved_request(action, people, now=utc_now())
    log_in(client, people.ada)

    answer = submit(client, request_page(other, request_id), actions=str(other.id))

    assert answer.text.count("\n") == 1, "only the header: nobody has signed the approved action"
    assert [subject for _event, _actor, subject, _ in entries("exported")] == ["racism/hate-crimes"]


def test_an_approval_covers_only_its_own_campaign(people, client):
    request_id = approved_request(make_action(), people, now=utc_now())
    other = make_action(campaign=make_campaign(slug="other"))
    log_in(client, people.ada)

    answer = submit(client, request_page(other, request_id))

    assert answer.status_code == 404
    assert recorded() == []


def test_an_export_can_be_downloaded_only_within_a_day_of_approval(people):
    action = make_action()
    request_id = approved_request(action, people)
    pending = request_approval(
        export_of(make_action(campaign=make_campaign(slug="b")), people.ada),
        by=people.ada,
        reason="x",
        now=LATER,
    )

    approved_export(
        request_id,
        campaign_id=action.campaign_id,
        by=people.ada,
        now=LATER + timedelta(hours=23, minutes=59),
    )
    with pytest.raises(DownloadExpired):
        approved_export(
            request_id,
            campaign_id=action.campaign_id,
            by=people.ada,
            now=LATER + timedelta(hours=24),
        )
    with pytest.raises(NotFound):
        approved_export(pending, campaign_id=action.campaign_id, by=people.ada, now=LATER)


def test_a_download_needs_reauthentication(people, client):
    action = make_action()
    request_id = approved_request(action, people, now=utc_now())
    log_in(client, people.ada)
    token = token_of(client.get("/staff/").text)
    with client.session_transaction(path="/staff/") as session:
        session["fs_paa"] -= 31 * 60

    answer = client.post(request_page(action, request_id), data={"csrf_token": token})

    assert (answer.status_code, entries("exported")) in [(302, []), (403, [])]


def test_an_approval_ends_when_its_approver_loses_the_right(people):
    action = make_action()
    request_id = approved_request(action, people)
    disable_member(people.bea, actor=COMMAND, now=LATER)

    with pytest.raises(PersonNoLongerAllowed):
        approved_export(request_id, campaign_id=action.campaign_id, by=people.ada, now=LATER)


def test_an_export_with_other_columns_than_approved_is_refused(people):
    action = make_action()
    request_id = approved_request(action, people)
    seen = '{"action":"racism/hate-crimes","columns":["country_code"]}'
    db.session.execute(update(ApprovalRequest).values(seen=seen))
    db.session.commit()

    with pytest.raises(ExportChanged):
        approved_export(request_id, campaign_id=action.campaign_id, by=people.ada, now=LATER)


def test_a_right_in_one_campaign_approves_no_export_of_another(people):
    action, other = make_action(), make_campaign(slug="other")
    limited = make_staff("exporter", campaigns=(other.id,))
    operation = export_of(action, people.ada)
    request_id = request_approval(operation, by=people.ada, reason="x", now=LATER)

    with pytest.raises(NotFound):
        approve(request_id, by=limited, note="", now=LATER)

    assert [one.email for one in approvers_of(operation, people.ada.id)] == ["bea@example.org"]
    assert state_of(request_id) == "pending"


def test_a_command_approves_when_only_one_person_may_export(people):
    action = make_action()
    operation = export_of(action, people.ada)
    request_id = request_approval(operation, by=people.ada, reason="x", now=LATER)

    approve(request_id, by=None, note="", now=LATER)

    _operation, approval = approved_export(
        request_id, campaign_id=action.campaign_id, by=people.ada, now=LATER
    )
    assert approval.approved_by == COMMAND


@pytest.mark.parametrize("name", PURPOSES)
def test_an_export_needs_a_second_person_if_its_purpose_has_email_addresses(people, name):
    operation = export_of(make_action(), people.ada, purpose=name)

    with write_transaction() as connection:
        is_guarded = operation.is_guarded(connection)
        columns = operation.seen(connection)["columns"]

    assert is_guarded == ("email" in columns)
    assert is_guarded == (name != "handover")


def test_a_handover_of_a_pledge_can_neither_be_made_nor_requested(people):
    pledge = make_action(kind="pledge")
    operation = export_of(pledge, people.ada, purpose="handover")

    with pytest.raises(NotForThisKind):
        apply_alone(operation, actor="ada@example.org", now=LATER)
    with pytest.raises(NotForThisKind):
        request_approval(operation, by=people.ada, reason="x", now=LATER)


def test_an_approval_names_the_purpose_and_its_columns(people, client):
    request_id = request_approval(
        export_of(make_action(), people.ada), by=people.ada, reason="x", now=utc_now()
    )
    log_in(client, people.bea)

    page = client.get(f"/staff/approvals/{request_id}/").text

    assert str(TEAM.label) in page
    assert ", ".join(headings_in("en", TEAM.columns_of("petition"))) in page
