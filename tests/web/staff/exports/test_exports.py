"""Pages about exported files: who exported which, what has changed since, and what has to be deleted."""

import csv
import io
import json
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.models import OWN_QUESTIONS, Action
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core.db.session import db, utc_now, write_transaction
from campaign_actions.disclosures.deletions.follow import follow_changes
from campaign_actions.disclosures.files import deletions_in
from campaign_actions.disclosures.labels import headings_in
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.staff.dual_control import MIN_MEMBERS_FOR_AUTO
from campaign_actions.web.staff.exports import exports as pages
from campaign_actions.web.staff.exports import lookups
from tests.support.changes import publish_addressee
from tests.support.exports import chunks_of, export_file, make_export
from tests.support.factories import (
    LONG_AGO,
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_staff,
)
from tests.support.questions import INVOLVED, PHONE, PLACE, ask
from tests.support.signature_pages import entries
from tests.support.staff_client import log_in, token_of

ABOVE = "/staff/exports/"


@pytest.fixture
def grace(client):
    member = make_staff("exporter", email="grace@example.org", name="Grace")
    log_in(client, member)
    return member


def page_of(record, *parts: str) -> str:
    return f"{ABOVE}{record.id}/{''.join(f'{part}/' for part in parts)}"


def make_file(member, *actions, number: int = 2, **values):
    """A file of so many people of each action; its record and their signatures."""
    actions = actions or (make_action(),)
    signatures = [make_confirmed(action) for action in actions for _number in range(number)]
    staff_id = member.id if member else None
    return export_file(make_export(*actions, staff_id=staff_id, **values))[1], signatures


def leave(*signatures) -> None:
    for signature in signatures:
        withdraw(signature, now=NOON)
    number_changes()
    follow_changes(NOON, keep_months=12)


def submit(client, page: str, **fields):
    token = token_of(client.get("/staff/").text)
    return client.post(page, data={"csrf_token": token, **fields}, buffered=True)


def records() -> list[ExportRecord]:
    db.session.commit()  # ends the snapshot that the test reads in
    return list(db.session.scalars(select(ExportRecord).order_by(ExportRecord.id)))


def open_codes(record) -> set[str]:
    db.session.commit()
    return {code for code, _reason, _at in deletions_in(record, limit=100)}


def sections(page: str) -> tuple[str, str]:
    """The part with what is to be deleted, and the list of all files."""
    urgent, _heading, every = page.partition(">All files</h2>")
    return urgent.partition('id="urgent"')[2], every


def files_named(part: str) -> list[int]:
    return [int(number) for number in re.findall(rf'href="{ABOVE}(\d+)/"', part)]


def test_without_files_the_page_says_so(client, grace):
    page = client.get(ABOVE).text

    assert "Nothing has been exported yet" in page
    assert files_named(page) == []


def test_the_newest_campaigns_can_be_exported_from_the_page(client, grace, monkeypatch):
    monkeypatch.setattr(lookups, "MAX_OFFERED", 2)
    _first, second, third = (
        make_campaign(slug=slug, published_at=LONG_AGO + timedelta(days=days))
        for days, slug in enumerate(("first", "second", "third"))
    )
    make_campaign(slug="draft", published_at=None)

    page = client.get(ABOVE).text

    offered = re.findall(r'href="/staff/campaigns/(\d+)/export/"', page)
    assert offered == [str(third.id), str(second.id)]
    assert 'aria-label="Export: Title of third (en)"' in page
    assert 'href="/staff/campaigns/">All campaigns</a>' in page


def test_campaigns_that_a_member_may_not_export_are_not_offered(client):
    campaigns = [make_campaign(slug=slug) for slug in ("own", "other")]
    member = make_staff("exporter", campaigns=[campaigns[0].id])
    log_in(client, member)

    page = client.get(ABOVE).text

    assert re.findall(r'href="/staff/campaigns/(\d+)/export/"', page) == [str(campaigns[0].id)]


def test_all_files_of_the_campaign_are_listed_newest_first_with_their_holders(client, grace):
    action = make_action()
    own, _signatures = make_file(grace, action, recipient="City council")
    of_command, _signatures = make_file(None, action)

    urgent, every = sections(client.get(ABOVE).text)

    assert (urgent, files_named(every)) == ("", [of_command.id, own.id])
    assert "Grace (grace@example.org)" in every
    assert "Command line" in every
    assert "City council" in every
    assert own.file_name in every


def test_files_with_something_to_delete_come_first_for_those_who_have_them(client, grace):
    action = make_action()
    own, (first, _other) = make_file(grace, action)
    of_other, _signatures = make_file(make_staff("exporter"), action)
    leave(first)

    urgent, every = sections(client.get(ABOVE).text)

    assert files_named(urgent) == [own.id]
    assert "1 entry to delete" in urgent
    assert files_named(every) == [of_other.id, own.id]
    assert every.count("1 entry to delete") == 2


def test_the_list_has_pages(client, grace, monkeypatch):
    monkeypatch.setattr(pages, "PAGE_SIZE", 2)
    action = make_action()
    made = [make_file(grace, action)[0].id for _number in range(3)]

    found = [files_named(sections(client.get(f"{ABOVE}?page={n}").text)[1]) for n in (1, 2)]

    assert found == [[made[2], made[1]], [made[0]]]


def test_files_of_other_campaigns_are_neither_listed_nor_found(client):
    here, elsewhere = make_action(), make_action(campaign=make_campaign(slug="other"))
    own, _signatures = make_file(None, here)
    hidden, (signature, _other) = make_file(None, elsewhere)
    leave(signature)
    log_in(client, make_staff("exporter", campaigns=(here.campaign_id,)))

    listed = files_named(client.get(ABOVE).text)
    got = [client.get(page_of(hidden, *parts)) for parts in ((), ("changes",))]
    got.append(client.get(f"{ABOVE}{hidden.id}/manifest.json"))
    posted = [
        submit(client, page_of(hidden, part), all="y", seen=utc_now().isoformat())
        for part in ("changes", "deletions", "tick-off", "destroy")
    ]

    assert listed == [own.id]
    assert [answer.status_code for answer in (*got, *posted)] == [404] * 7
    assert open_codes(hidden) == {signature.public_id}
    assert [record.destroyed_at for record in records()] == [None, None]


@pytest.mark.parametrize("number", [999, 10**30])
def test_a_file_that_does_not_exist_is_not_found(client, grace, number):
    assert client.get(f"{ABOVE}{number}/").status_code == 404


def test_the_page_of_a_file_has_the_facts_about_it(client, grace):
    campaign = make_campaign()
    actions = [make_action(campaign=campaign, slug=slug) for slug in ("one", "two")]
    filters = {"country": "RU", "language": "en", "source": "leaflet", "status": "pending"}
    period = {"since": "2026-11-01T00:00:00+00:00", "until": "2026-12-01T00:00:00+00:00"}
    record, _signatures = make_file(grace, *actions, recipient="Office", **filters, **period)

    page = unescape(client.get(page_of(record)).text)

    facts = ("Grace (grace@example.org)", "Office", "racism/one", "racism/two", record.sha256)
    chosen = ("Russia", "English", "leaflet", "Pending", "1 November 2026", "1 December 2026")
    for words in (*facts, *chosen, "Work of our own team", "CSV, for any software"):
        assert words in page, words
    assert ", ".join(record.columns) in page


def test_an_interrupted_file_is_said_to_be_one(client, grace):
    make_confirmed(action := make_action())
    chunks = chunks_of(make_export(action, staff_id=grace.id))
    next(chunks)
    chunks.close()

    page = client.get(page_of(records()[0])).text

    assert "This export was interrupted." in page
    assert "manifest.json" not in page
    assert "/changes/" not in page


def test_the_manifest_of_a_complete_file_is_downloaded(client, grace):
    record, _signatures = make_file(grace)

    answer = client.get(f"{ABOVE}{record.id}/manifest.json")

    assert answer.mimetype == "application/json"
    disposition = f'attachment; filename="{record.file_name}.manifest.json"'
    assert answer.headers["Content-Disposition"] == disposition
    assert json.loads(answer.text)["sha256"] == record.sha256


def test_a_file_that_is_not_complete_has_no_manifest(client, grace):
    chunks = chunks_of(make_export(make_action(), staff_id=grace.id))
    next(chunks)

    answer = client.get(f"{ABOVE}{records()[0].id}/manifest.json")
    chunks.close()

    assert answer.status_code == 404


def test_the_page_counts_what_has_changed_and_exports_it(client, grace):
    action = make_action()
    record, (gone, _kept) = make_file(grace, action, recipient="Office")
    withdraw(gone, now=NOON)
    new = make_confirmed(action)

    page = client.get(page_of(record, "changes")).text
    answer = submit(client, page_of(record, "changes"))

    counts = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page)
    assert [count for count in counts if count[1] != "0"] == [("New", "1"), ("Withdrawn", "1")]
    assert "Export 2 changes" in page
    rows = {r["signature_id"]: r["change"] for r in csv.DictReader(io.StringIO(answer.text))}
    assert rows == {new.public_id: "new", gone.public_id: "withdrawn"}
    increment = records()[-1]
    assert (increment.base_id, increment.staff_id, increment.state) == (
        record.id,
        grace.id,
        "complete",
    )
    assert increment.file_name in answer.headers["Content-Disposition"]
    assert entries("exported")[-1].details["since_export"] == record.id


def test_without_changes_the_page_says_that_the_file_is_up_to_date(client, grace):
    record, _signatures = make_file(grace)

    page = client.get(page_of(record, "changes")).text

    assert "Nothing has changed. Your file is up to date." in page


def test_changes_for_another_addressee_must_be_confirmed(client, grace):
    action = make_action()
    set_covered("petition", "en", {"code": 1}, now=NOON)
    handed = {"purpose": "handover", "recipient": "Office"}
    record, _signatures = make_file(grace, action, **handed)
    make_confirmed(action)
    publish_addressee(action, "Petition to the police", now=NOON + timedelta(hours=1))

    page = client.get(page_of(record, "changes")).text
    refused = submit(client, page_of(record, "changes"))
    given = submit(client, page_of(record, "changes"), same_addressee="yes")

    assert "1 person in this file signed when the petition named another addressee" in page
    assert refused.status_code == 409
    assert "The file was not exported." in refused.text
    assert len(list(csv.DictReader(io.StringIO(given.text)))) == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_changes_are_only_for_the_person_who_exported_the_file(client, grace, method):
    record, _signatures = make_file(make_staff("exporter"))
    page = page_of(record, "changes")

    answer = client.get(page) if method == "get" else submit(client, page)

    assert answer.status_code == 409
    assert "Only the person who exported a file can ask what has changed since." in answer.text
    assert len(records()) == 1
    assert page not in client.get(page_of(record)).text, "no link to it"


def test_codes_that_are_missing_are_explained(client, grace):
    record, (gone, _kept) = make_file(grace, purpose="handover", recipient="Council")
    withdraw(gone, now=NOON)

    answers = [
        client.get(page_of(record, "changes")),
        submit(client, page_of(record, "changes")),
    ]

    for answer in answers:
        assert answer.status_code == 409
        assert "Export the whole file again." in answer.text
    assert len(records()) == 1


def test_an_increment_with_email_addresses_needs_a_second_person(client, grace):
    record, _signatures = make_file(grace)
    for _number in range(MIN_MEMBERS_FOR_AUTO):
        make_staff("exporter")

    answer = submit(client, page_of(record, "changes"))

    assert "Someone else has to approve this" in answer.text
    assert len(records()) == 1


def test_the_codes_to_delete_are_shown_and_downloaded(client, grace):
    record, (gone, kept) = make_file(grace)
    leave(gone)

    page = client.get(page_of(record)).text
    answer = submit(client, page_of(record, "deletions"))

    assert f'name="signature_id" value="{gone.public_id}"' in page
    assert kept.public_id not in page
    assert gone.email not in page
    assert answer.text == f"signature_id,change\n{gone.public_id},withdrawn\n"
    name = f'filename="delete-from-export-{record.id}.csv"'
    assert name in answer.headers["Content-Disposition"]


def test_the_selected_entries_are_ticked_off(client, grace):
    record, (first, second) = make_file(grace)
    leave(first, second)

    answer = submit(
        client,
        page_of(record, "tick-off"),
        signature_id=first.public_id,
        seen=utc_now().isoformat(),
    )

    assert (answer.status_code, answer.location) == (303, page_of(record))
    assert "1 entry ticked off" in client.get(answer.location).text
    assert open_codes(record) == {second.public_id}
    (entry,) = entries("export-deletions-done")
    assert (entry.actor, entry.rows) == ("grace@example.org", 1)


def test_all_entries_that_were_seen_are_ticked_off_and_no_later_ones(client, grace):
    record, (first, second) = make_file(grace)
    leave(first)
    seen = NOON + timedelta(seconds=1)
    withdraw(second, now=NOON)
    number_changes()
    follow_changes(seen + timedelta(seconds=1), keep_months=12)

    submit(client, page_of(record, "tick-off"), all="y", seen=seen.isoformat())

    assert open_codes(record) == {second.public_id}


def test_the_page_says_when_it_was_loaded(client, grace):
    record, (first, second) = make_file(grace)
    leave(first, second)
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(page_of(record)).text)[1]

    submit(client, page_of(record, "tick-off"), all="y", seen=unescape(seen))

    assert open_codes(record) == set()


@pytest.mark.parametrize(
    "seen", ["", "yesterday", "2026-11-20T12:00:00", "2026-11-20T12:00:00+99:00"]
)
def test_nothing_is_ticked_off_without_the_time_of_the_page(client, grace, seen):
    record, (first, _other) = make_file(grace)
    leave(first)

    answer = submit(client, page_of(record, "tick-off"), all="y", seen=seen)

    assert answer.status_code == 400
    assert open_codes(record) == {first.public_id}


def test_a_time_in_the_future_is_that_of_the_request(client, grace):
    record, (first, _other) = make_file(grace)
    leave(first)

    answer = submit(client, page_of(record, "tick-off"), all="y", seen="9999-12-31T00:00:00+00:00")

    assert answer.status_code == 303
    assert open_codes(record) == set()


@pytest.mark.parametrize("what", ["tick-off", "destroy"])
def test_only_the_person_who_has_the_file_says_what_became_of_it(client, grace, what):
    record, (first, _other) = make_file(make_staff("exporter"))
    leave(first)

    answer = submit(client, page_of(record, what), all="y", seen="2026-11-21T00:00:00+00:00")
    page = client.get(page_of(record)).text

    assert answer.status_code == 403
    assert open_codes(record) == {first.public_id}
    assert "Tick off" not in page
    assert "Mark file as deleted" not in page


def test_a_running_export_cannot_be_marked_as_deleted(client, grace):
    make_confirmed(action := make_action())
    chunks = chunks_of(make_export(action, staff_id=grace.id))
    next(chunks)

    (record,) = records()
    submit(client, page_of(record, "destroy"))

    assert records()[0].destroyed_at is None
    chunks.close()


def test_nothing_is_ticked_off_if_nothing_was_selected(client, grace):
    record, (first, _other) = make_file(grace)
    leave(first)

    submit(client, page_of(record, "tick-off"), seen=utc_now().isoformat())

    assert open_codes(record) == {first.public_id}
    assert entries("export-deletions-done") == []


def test_a_file_that_was_deleted_is_marked_and_asked_about_no_more(client, grace):
    record, (first, _other) = make_file(grace)
    leave(first)

    answers = [submit(client, page_of(record, "destroy")) for _round in range(2)]
    page = client.get(page_of(record)).text

    assert [(a.status_code, a.location) for a in answers] == [(303, page_of(record))] * 2
    assert "This file was deleted" in page
    assert "Grace (grace@example.org) said so" in page
    assert sections(client.get(ABOVE).text)[0] == ""
    assert len(entries("export-destroyed")) == 1


def test_a_file_whose_time_is_over_has_to_be_deleted_as_a_whole(client, grace):
    action = make_action(closes_at=NOON + timedelta(days=1))
    record, (first, _other) = make_file(grace, action)
    leave(first)
    with write_transaction() as connection:
        long_ago = {"closes_at": LONG_AGO, "retain_from": LONG_AGO}
        connection.execute(update(Action).values(long_ago))

    urgent, _every = sections(client.get(ABOVE).text)
    page = client.get(page_of(record)).text

    assert files_named(urgent) == [record.id]
    assert "Delete this file" in urgent
    assert "Delete the whole file and every copy of it." in page
    assert first.public_id not in page


def test_the_day_until_which_a_file_may_be_kept_is_that_of_the_action_that_ends_first(
    client, grace
):
    campaign = make_campaign()
    first, last, endless = [
        make_action(campaign=campaign, slug=slug, closes_at=closes_at)
        for slug, closes_at in (
            ("first", NOON + timedelta(days=1)),
            ("last", NOON + timedelta(days=9)),
            ("endless", None),
        )
    ]
    both, _signatures = make_file(grace, first, last, number=1)
    without, _signatures = make_file(grace, endless, number=1)
    _end_at_their_closing()

    cells = re.findall(r'data-l="Keep until">([^<]+)<', client.get(ABOVE).text)
    pages = [client.get(page_of(record)).text for record in (both, without)]

    assert cells == ["–", "21 November 2027"]
    assert '<dt>Keep until</dt><dd dir="auto">21 November 2027</dd>' in pages[0]
    assert "Keep until" not in pages[1]


def test_the_last_day_of_a_file_is_one_of_the_organisation(app, client, grace):
    app.config["TIMEZONE"] = "Asia/Tokyo"
    make_file(grace, make_action(closes_at=NOON.replace(hour=20) + timedelta(days=1)))
    _end_at_their_closing()

    assert "22 November 2027" in client.get(ABOVE).text


def _end_at_their_closing() -> None:
    with write_transaction() as connection:
        connection.execute(update(Action).values(retain_from=Action.closes_at))


def test_the_page_of_a_file_in_words_names_the_columns_of_answers_by_their_questions(client, grace):
    ask(action := make_action(), PLACE, INVOLVED)
    record, _signatures = make_file(grace, action, format="xlsx", words_in="ru")

    page = client.get(page_of(record)).text

    assert "How are you involved?" in page
    assert f"answers.{PLACE}" not in page


def test_the_pages_of_a_file_in_words_name_its_columns_as_it_does(client, grace):
    record, (gone, _kept) = make_file(grace, format="xlsx", words_in="ru")
    leave(gone)

    page, changes = client.get(page_of(record)).text, client.get(page_of(record, "changes")).text

    code, change = headings_in("ru", ["signature_id", "change"])
    assert "Russian" in page
    assert f"“{code}”" in without_isolates(page)
    assert all(f"“{name}”" in without_isolates(changes) for name in (code, change))
    assert "signature_id" not in changes


def test_the_changes_of_a_file_for_another_program_are_explained_for_it(client, grace):
    make_confirmed(action := make_action(), wants_updates=True)
    set_covered("petition", "en", {"crm": 1}, now=NOON)
    record, _signatures = make_file(grace, action, purpose="crm", preset="proca")
    make_confirmed(action, wants_updates=True)

    page = without_isolates(client.get(page_of(record, "changes")).text)

    assert "whose code is in delete.csv" in page
    assert "the field “id”" in page


def without_isolates(page: str) -> str:
    return re.sub("[\u2066-\u2069]", "", re.sub("</?bdi[^>]*>", "", page))


@pytest.mark.parametrize("part", ["changes", "deletions"])
def test_downloads_require_a_recent_log_in(client, grace, part):
    record, (first, _other) = make_file(grace)
    leave(first)
    token = token_of(client.get("/staff/").text)
    with client.session_transaction(path="/staff/") as session:
        session["fs_paa"] = 0
        session.pop("fs_gexp", None)

    answer = client.post(page_of(record, part), data={"csrf_token": token})

    assert answer.location.startswith("/staff/reauthenticate?next=")
    assert len(records()) == 1


def test_the_menu_leads_to_the_files(client, grace):
    assert f'href="{ABOVE}"' in client.get("/staff/").text


def test_someone_who_may_not_export_sees_no_files(client):
    record, _signatures = make_file(None)
    log_in(client, make_staff("campaigner"))

    answers = [client.get(page) for page in (ABOVE, page_of(record))]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert f'href="{ABOVE}"' not in client.get("/staff/").text


def test_answers_whose_time_is_over_are_listed_and_marked_as_deleted(client, grace):
    action = make_action()
    ask(action, PHONE, type="phone", keep_days=90, en__label="Your number")
    set_covered("petition", "en", {OWN_QUESTIONS: 1}, now=NOON)
    signed_at = utc_now() - timedelta(days=91)
    make_confirmed(action, answers={PHONE: "12345"}, now=signed_at)
    record = export_file(make_export(action, staff_id=grace.id), now=signed_at)[1]
    page, listed = client.get(page_of(record)).text, client.get(ABOVE).text
    before = client.get(f"/staff/campaigns/{action.campaign_id}/export/").text

    answer = submit(client, page_of(record, "answers"), seen=utc_now().isoformat())
    after = client.get(page_of(record)).text

    assert "The form promised to delete some answers earlier" in before
    assert record.file_name in sections(listed)[0]
    assert f"Your number (answers.{PHONE})" in unescape(page)
    assert "Mark answers as deleted" in page
    assert (answer.status_code, answer.location) == (303, page_of(record))
    assert "Answers marked as deleted" in after
    assert "Answers to delete" not in after


def test_only_the_holder_marks_answers_as_deleted(client, grace):
    record, _signatures = make_file(make_staff("exporter", name="Karim"))

    answer = submit(client, page_of(record, "answers"), seen=utc_now().isoformat())

    assert answer.status_code == 403
    assert "Only the person who made this file can do this: Karim." in answer.text
