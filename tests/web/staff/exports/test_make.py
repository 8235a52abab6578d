"""The export page: from the purpose to the bytes of the command, recorded first, and streamed."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pyrage
import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, select, update

from campaign_actions.actions.naming import find_action_by_name
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.personal_data.purposes import HANDOVER, TEAM
from campaign_actions.audit.models import AuditEntry
from campaign_actions.commands.signatures import signatures
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.disclosures import preview as preview_module
from campaign_actions.disclosures import write
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.exports import FORMATS, streaming
from campaign_actions.staff.authentication import sessions
from campaign_actions.staff.authentication.sessions import SessionEnded
from campaign_actions.staff.dual_control import MIN_MEMBERS_FOR_AUTO
from campaign_actions.staff.models import StaffMember, StaffSession
from campaign_actions.web.http.page_cache import PageCache
from tests.support.changes import publish_addressee
from tests.support.exports import export_signatures
from tests.support.factories import (
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_staff,
)
from tests.support.page_text import visible_text
from tests.support.signature_pages import address, entries
from tests.support.staff_client import log_in, post, token_of

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # same on both

GIVEN = {"format": "csv", "purpose": "team"}
IDENTITY = pyrage.x25519.Identity.generate()
SECRET = "AGE-SECRET-KEY-" + "1" * 60


def page_of(action, *parts: str) -> str:
    return f"/staff/campaigns/{action.campaign_id}/export/{''.join(f'{part}/' for part in parts)}"


@pytest.fixture
def exporter(client):
    member = make_staff("exporter", email="grace@example.org")
    log_in(client, member)
    return member


@pytest.fixture
def send(client, exporter):
    """Submits the form, by default of one action as CSV for the team."""

    def send(action, *parts, **fields):
        token = token_of(client.get(page_of(action)).text)
        given = {"csrf_token": token, "actions": [str(action.id)], **GIVEN, **fields}
        return client.post(page_of(action, *parts), data=given, buffered=True)

    return send


@pytest.fixture
def export(send):
    return send


@pytest.fixture
def show_preview(send):
    return lambda action, **fields: send(action, "preview", **fields)


def csv_rows(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))


def records() -> list[ExportRecord]:
    db.session.commit()  # ends the snapshot that the test reads in
    return list(db.session.scalars(select(ExportRecord).order_by(ExportRecord.id)))


def choices(page: str, name: str) -> list[tuple[str, bool]]:
    """The values of radio buttons or boxes, and which are chosen."""
    found = re.findall(rf'name="{name}" value="([^"]+)"( checked)?', page)
    return [(value, bool(checked)) for value, checked in found]


def rows_in(page: str) -> list[list[str]]:
    """The cells of the preview."""
    table = page.partition('id="preview"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [unescape(re.sub("<[^>]+>", "", cell)) for cell in row.split("</td>")[:-1]]
        for row in table.split("</tr>")[:-1]
    ]


@pytest.mark.parametrize("format_name", ["csv", "jsonl"])
@pytest.mark.parametrize("options", [{}, {"raw": "y"}, {"bom": "y"}])
def test_the_page_gives_the_same_bytes_as_the_command(export, format_name, options):
    action = make_action()
    make_confirmed(action, given_name="=SUM(1)", comment='a,b\n"c"')
    make_confirmed(action, given_name="Мария")

    answer = export(action, format=format_name, **options)

    stored = find_action_by_name("racism", "hate-crimes")
    ticked = dict.fromkeys(options, True)
    assert answer.data == b"".join(export_signatures(stored, TEAM, format_name, **ticked))


@pytest.mark.parametrize("format_name", FORMATS)
def test_an_action_that_nobody_has_signed_can_be_exported(export, format_name):
    answer = export(make_action(), format=format_name)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f'.{format_name}"')
    assert answer.data.count(b"\n") <= 1 or format_name == "xlsx", "a header at most"


def test_formulas_are_escaped_unless_raw_is_ticked(export):
    action = make_action()
    make_confirmed(action, given_name="=SUM(1)")

    names = [
        next(csv.DictReader(io.StringIO(export(action, **fields).text)))["given_name"]
        for fields in ({}, {"raw": "y"})
    ]

    assert names == ["'=SUM(1)", "=SUM(1)"]


def test_a_byte_order_mark_is_added_if_it_is_ticked(export):
    action = make_action()

    begins = [
        export(action, **fields).data.startswith(b"\xef\xbb\xbf") for fields in ({}, {"bom": "y"})
    ]

    assert begins == [False, True]


def test_the_file_has_a_name_and_is_not_cached(export):
    action = make_action()

    answer = export(action, format="xlsx")

    disposition = answer.headers["Content-Disposition"]
    assert re.fullmatch(
        r'attachment; filename="racism-hate-crimes-team-20\d\d-\d\d-\d\d.xlsx"', disposition
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"PK")
    assert records()[0].file_name in disposition


def test_an_export_is_in_the_audit_log_at_its_start_and_end(export):
    action = make_action()
    make_confirmed(action)

    answer = export(action, recipient="For the meeting in March", country="RU")

    ((begun,), (ended,), (record,)) = entries("exported"), entries("export-ended"), records()
    who = ("grace@example.org", "racism/hate-crimes", 1)
    assert [(e.actor, e.subject, e.rows) for e in (begun, ended)] == [who] * 2
    assert begun.details == {
        "export": record.id,
        "format": "csv",
        "purpose": "team",
        "recipient": "For the meeting in March",
        "filter": {"country": "RU"},
    }
    assert ended.details == {"export": record.id, "bytes": len(answer.data), "whole": True}


@pytest.fixture
def long_download(client, exporter, monkeypatch):
    """A file of ten signatures, each of them a chunk; none has been read yet."""
    monkeypatch.setattr(streaming, "CHUNK_ROWS", 1)
    action = make_action()
    for _number in range(10):
        make_confirmed(action)
    answer = post(client, page_of(action), actions=str(action.id), **GIVEN)
    yield answer
    answer.close()


def test_an_aborted_export_is_in_the_audit_log_with_the_bytes_sent(long_download):
    chunks = iter(long_download.response)
    taken = [next(chunks) for _number in range(3)]
    while_running = [len(entries(event)) for event in ("exported", "export-ended")]
    long_download.close()

    (ended,) = entries("export-ended")
    sent = b"".join(taken[:2])  # the third was not known to have arrived
    assert sent.startswith(b"signature_id,")
    assert while_running == [1, 0]
    assert (ended.details["bytes"], ended.details["whole"]) == (len(sent), False)
    assert [one.state for one in records()] == ["interrupted"]


@pytest.mark.parametrize("values", [None, {"active": False}], ids=["revoked", "disabled"])
def test_an_export_stops_when_the_session_ends(long_download, monkeypatch, values):
    monkeypatch.setattr(sessions, "WATCH_INTERVAL_SECONDS", 0)
    chunks = iter(long_download.response)
    taken = [next(chunks) for _number in range(3)]

    with write_transaction() as connection:
        connection.execute(update(StaffMember).values(values) if values else delete(StaffSession))
    with pytest.raises(SessionEnded):
        list(chunks)
    long_download.close()

    assert len(taken) == 3
    assert entries("export-ended")[-1].details["whole"] is False
    assert [one.state for one in records()] == ["interrupted"]


@on_sqlite
@pytest.mark.parametrize("parts", [(), ("preview",)], ids=["download", "preview"])
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"purpose": ""}, "Choose what the file is for."),
        ({"purpose": "fun"}, "Choose an option."),
        ({"format": "exe"}, "Choose an option."),
        ({"actions": []}, "Choose at least one action."),
        ({"actions": ["x"]}, "Choose an option."),
        ({"actions": ["١"]}, "Choose an option."),
        ({"recipient": "x" * 201}, "200 characters or fewer"),
        ({"recipient": "a\0b"}, "hidden character"),
        ({"purpose": "handover"}, "Enter who gets the file."),
        ({"purpose": "crm", "status": "pending"}, "contains confirmed participations only"),
        (
            {"purpose": "handover", "recipient": "x", "status": "invalid"},
            "confirmed participations",
        ),
        ({"status": "erased"}, "Choose an option."),
        ({"format": "salesforce"}, "are only for the purpose"),
        ({"since": "yesterday"}, "is-error"),
        ({"since": "2026-11-20T12:00", "until": "2026-11-20T12:00"}, "must be after the start"),
        ({"language": "xx"}, "Choose an option."),
        ({"country": "XX"}, "is-error"),
        ({"source": "<b>"}, "is-error"),
        ({"public_key": "age1wrong"}, "not a public key that we can use"),
    ],
)
def test_bad_input_is_explained_and_nothing_is_exported(send, parts, fields, message):
    answer = send(make_action(), *parts, **fields)

    assert answer.status_code == 400
    assert message.replace("is-error", 'class="error"') in unescape(answer.text)
    assert (entries("exported"), entries(), records()) == ([], [], [])


@on_sqlite
@pytest.mark.parametrize("parts", [(), ("preview",)], ids=["download", "preview"])
@pytest.mark.parametrize(
    "typed", [SECRET, f"{SECRET}{'x' * 3000}", f"-----BEGIN PRIVATE KEY-----\n{SECRET}\x07"]
)
def test_a_secret_key_is_refused_and_never_shown_again(send, parts, typed):
    answer = send(make_action(), *parts, public_key=typed)

    assert answer.status_code == 400
    assert SECRET not in answer.text
    assert "PRIVATE KEY" not in answer.text
    assert records() == []


@on_sqlite
@pytest.mark.parametrize("parts", [(), ("preview",)], ids=["download", "preview"])
def test_actions_of_another_campaign_are_refused(send, parts):
    action = make_action()
    other = make_action(campaign=make_campaign(slug="other"))
    make_confirmed(other)

    answer = send(action, *parts, actions=[str(action.id), str(other.id)])

    assert answer.status_code == 400
    assert "Choose an option." in answer.text
    assert (entries(), records()) == ([], [])


@on_sqlite
def test_a_handover_has_only_what_the_addressee_gets(export):
    action = make_action()
    make_confirmed(action, email="ada@example.org", comment="Because.")

    answer = export(action, purpose="handover", recipient="City council")

    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert tuple(row) == HANDOVER.columns_of("petition")
    assert "ada@example.org" not in answer.text
    assert entries("exported")[0].details["purpose"] == "handover"
    assert [(one.purpose, one.recipient) for one in records()] == [("handover", "City council")]


@on_sqlite
def test_a_handover_of_pledges_is_neither_offered_nor_given(client, export):
    pledge = make_action(kind="pledge")
    make_confirmed(pledge, answers={"promise": "I speak up."})

    page = client.get(address(pledge, "export")).text
    answer = export(pledge, purpose="handover", recipient="x")

    assert choices(page, "purpose") == [("crm", False), ("team", False)]
    assert str(HANDOVER.label) not in page
    assert answer.status_code == 400
    assert "Choose an option." in answer.text
    assert entries("exported") == []


@on_sqlite
def test_a_handover_needs_no_second_person(client, export):
    for _number in range(MIN_MEMBERS_FOR_AUTO):
        make_staff("exporter")
    action = make_action()

    answers = [
        export(action, purpose=purpose, recipient="x") for purpose in ("handover", "crm", "team")
    ]

    assert [answer.mimetype for answer in answers] == ["text/csv", "text/html", "text/html"]
    assert all("Someone else has to approve this" in answer.text for answer in answers[1:])
    assert [one.purpose for one in records()] == ["handover"]


@pytest.fixture
def readdressed(app):
    """Two people signed for the office, one for the service."""
    action = make_action()
    for hour in (-2, -1, 1):
        make_confirmed(action, now=NOON + timedelta(hours=hour))
    publish_addressee(action, "Petition to the security service", now=NOON)
    return action


HANDED = {"purpose": "handover", "recipient": "Security service"}


def test_a_handover_to_another_addressee_says_how_many_did_not_sign_for_it(
    show_preview, readdressed
):
    page = visible_text(show_preview(readdressed, **HANDED).text)
    team = visible_text(show_preview(readdressed).text)

    assert "2 people in this file signed when the petition named another addressee" in page
    assert "Petition to the office 2 people, until 20 November 2026" in page
    assert "The petition goes to the same authority as before, under another name" in page
    assert "another addressee" not in team, "our team may have everyone"


def test_a_handover_to_another_addressee_must_be_confirmed(export, readdressed):
    refused = export(readdressed, **HANDED)
    assert records() == []
    given = export(readdressed, **HANDED, same_addressee="yes")

    assert refused.status_code == 409
    assert "The file was not exported. Some people took part while" in visible_text(refused.text)
    assert len(csv_rows(given)) == 3
    assert entries("exported")[0].details["same_addressee"] is True


@on_sqlite
def test_people_who_signed_for_the_new_addressee_need_no_confirmation(export, readdressed):
    given = export(readdressed, **HANDED, since="2026-11-20T13:00")

    assert len(csv_rows(given)) == 1
    assert "same_addressee" not in entries("exported")[0].details


@on_sqlite
def test_too_many_rows_for_a_spreadsheet_are_explained_on_the_page(export, monkeypatch):
    monkeypatch.setattr(write, "MAX_ROWS", 1)
    action = make_action()
    for _number in range(2):
        make_confirmed(action)

    answer = export(action, format="xlsx")

    assert answer.status_code == 400
    assert "more than 1,048,575 rows" in answer.text
    assert "Before you export" in answer.text, "the form to choose another format"
    assert records() == []


@on_sqlite
def test_a_preview_with_too_many_rows_for_a_spreadsheet_has_no_download(show_preview, monkeypatch):
    monkeypatch.setattr(preview_module, "MAX_ROWS", 1)
    action = make_action()
    for _number in range(2):
        make_confirmed(action)

    pages = [show_preview(action, format=name).text for name in ("xlsx", "csv")]

    assert ["too many rows for an XLSX file" in page for page in pages] == [True, False]
    assert [f'action="{page_of(action)}"' in page for page in pages] == [False, True]


@on_sqlite
@pytest.mark.parametrize("parts", [(), ("preview",)], ids=["download", "preview"])
def test_exporting_requires_a_recent_log_in(client, exporter, parts):
    action = make_action()
    token = token_of(client.get(page_of(action)).text)
    with client.session_transaction(path="/staff/") as session:
        session["fs_paa"] = 0
        session.pop("fs_gexp", None)

    sent = {"csrf_token": token, "actions": str(action.id), **GIVEN}
    answer = client.post(page_of(action, *parts), data=sent)

    assert answer.location.startswith("/staff/reauthenticate?next=")
    assert (entries("exported"), entries()) == ([], [])


@on_sqlite
def test_exporters_of_another_campaign_are_refused(client):
    action = make_action()
    log_in(client, make_staff("exporter", campaigns=(make_campaign(slug="other").id,)))

    pages = [page_of(action), address(action, "export")]

    assert [client.get(page).status_code for page in pages] == [403, 403]


@on_sqlite
def test_the_page_of_an_action_has_that_action_chosen(client, exporter):
    campaign = make_campaign()
    one, two = [make_action(campaign=campaign, slug=slug) for slug in ("one", "two")]

    of_action = client.get(address(two, "export")).text
    of_campaign = client.get(page_of(two)).text

    assert choices(of_action, "actions") == [(str(one.id), False), (str(two.id), True)]
    assert choices(of_campaign, "actions") == [(str(one.id), True), (str(two.id), True)]


@on_sqlite
def test_no_purpose_is_chosen_before_someone_chooses_it(client, exporter):
    page = client.get(address(make_action(), "export")).text

    assert choices(page, "purpose") == [("handover", False), ("crm", False), ("team", False)]
    assert page.index('name="purpose"') < page.index('name="format"') < page.index('name="since"')


@on_sqlite
def test_the_formats_for_people_and_for_programs_come_first(client, exporter):
    page = client.get(address(make_action(), "export")).text

    cards, others = choices(page, "format")[:2], dict(choices(page, "format")[2:])
    assert cards == [("xlsx", True), ("csv", False)]
    assert {"jsonl", "salesforce", "civicrm"} <= others.keys()
    assert not any(others.values())


@on_sqlite
def test_a_spreadsheet_has_words_of_the_workspace_unless_another_language_is_chosen(
    client, exporter, export
):
    make_confirmed(action := make_action(), country_code="DE")

    page = client.get(page_of(action)).text
    answers = [export(action, format="xlsx", **words) for words in ({}, {"words_in": "ru"})]

    options = re.findall(
        r'<option value="([^"]*)"( selected)?', page.partition('name="words_in"')[2]
    )
    assert options[0] == ("en", " selected")
    assert ("ru", "") in options
    sheets = [load_workbook(io.BytesIO(answer.data)).active for answer in answers]
    assert [sheet["J1"].value for sheet in sheets] == ["Country", "Страна"]
    assert [sheet["J2"].value for sheet in sheets] == ["Germany", "Германия"]
    assert [one.words_in for one in records()] == ["en", "ru"]


@on_sqlite
def test_files_for_programs_ignore_the_language_of_headings(export):
    answer = export(make_action(), format="csv", words_in="ru")

    assert answer.data.startswith(b"signature_id,")
    assert [one.words_in for one in records()] == [""]


@on_sqlite
def test_an_unknown_language_of_headings_is_refused_on_the_page(export):
    answer = export(make_action(), format="xlsx", words_in="de")

    assert answer.status_code == 400
    assert "Choose an option." in answer.text
    assert records() == []


@on_sqlite
def test_the_preview_of_a_spreadsheet_is_in_its_language(show_preview):
    make_confirmed(action := make_action(), country_code="DE")

    page = show_preview(
        action, format="xlsx", words_in="ar", purpose="handover", recipient="x"
    ).text

    assert '<table class="table fine" lang="ar" dir="rtl">' in page
    assert rows_in(page)[0][2] == "ألمانيا"
    assert '<input type="hidden" name="words_in" value="ar">' in page


@on_sqlite
def test_the_page_says_what_each_purpose_contains_and_what_not(client, exporter):
    page = client.get(address(make_action(), "export")).text

    table = page.partition('class="table fine matrix"')[2].partition("</table>")[0]
    lines = {
        re.search(r'scope="row">([^<]+)', row)[1]: re.findall(r'class="sr">(\w+)<', row)
        for row in table.split("<tr>")[2:]
    }
    assert lines["Email address"] == ["no", "yes", "yes"]
    assert lines["Comment"] == ["yes", "no", "yes"]
    assert lines["Wish for updates"] == ["no", "yes", "yes"]
    assert lines["Only people who asked for updates"] == ["no", "yes", "no"]
    assert "Answers of a pledge" not in lines, "a petition has none"


@on_sqlite
def test_actions_of_both_kinds_are_offered_the_purposes_of_both(client, send):
    campaign = make_campaign()
    petition = make_action(campaign=campaign, slug="one")
    pledge = make_action(campaign=campaign, slug="two", kind="pledge")

    page = client.get(page_of(petition)).text
    both = [str(petition.id), str(pledge.id)]
    refused = send(petition, actions=both, purpose="handover", recipient="x")
    whole = send(petition, actions=both)

    assert [name for name, _chosen in choices(page, "purpose")] == ["crm", "team"]
    assert refused.status_code == 400
    assert (whole.status_code, whole.headers["Content-Disposition"].count("racism-team-")) == (
        200,
        1,
    )
    assert [entry.subject for entry in entries("exported")] == ["racism"]


@on_sqlite
def test_a_campaign_without_actions_has_nothing_to_export(client, exporter):
    campaign = make_campaign()

    answer = client.get(f"/staff/campaigns/{campaign.id}/export/")

    assert answer.status_code == 200
    assert choices(answer.text, "actions") == []


@on_sqlite
def test_a_preview_has_the_number_of_rows_and_the_first_of_them_masked(show_preview):
    action = make_action()
    names = {"given_name": "Augusta", "family_name": "Lovelace"}
    for number in range(7):
        make_confirmed(action, email=f"augusta.{number}@example.org", **names, comment="x" * 80)
    make_confirmed(action, email="fr@example.org", country_code="FR")

    answer = show_preview(action, country="RU")

    rows = rows_in(answer.text)
    assert "The file has 7 rows." in answer.text
    assert len(rows) == 5
    assert {"au…@example.org", "A.", "L.", "x" * 60 + "…"} <= set(rows[0])
    assert not any(word in answer.text for word in ("Augusta", "Lovelace", "augusta."))


@on_sqlite
def test_a_preview_is_in_the_audit_log_and_exports_nothing(show_preview):
    action = make_action()
    make_confirmed(action)

    show_preview(action, country="RU")

    (entry,) = entries()
    assert (entry.subject, entry.rows) == ("racism/hate-crimes", 1)
    assert entry.details == {"purpose": "team", "filter": {"country": "RU"}}
    assert (entries("exported"), records()) == ([], [])


@on_sqlite
def test_the_preview_sends_the_same_choices_to_the_download(client, show_preview):
    action = make_action()
    make_confirmed(action, source="leaflet")
    make_confirmed(action)
    key = str(IDENTITY.to_public())
    fields = {
        "purpose": "handover",
        "recipient": "City “council”",
        "format": "jsonl",
        "source": "leaflet",
        "language": "en",
        "country": "RU",
        "since": "2026-11-01T00:00",
        "until": "2026-12-01T00:00",
        "public_key": key,
    }

    page = show_preview(action, **fields).text
    form = page.partition(f'action="{page_of(action)}"')[2].partition("</form>")[0]
    sent = dict(re.findall(r'type="hidden" name="(\w+)"[^>]* value="([^"]*)"', form))
    answer = client.post(page_of(action), data={k: unescape(v) for k, v in sent.items()})
    data = pyrage.decrypt(answer.data, [IDENTITY])

    assert {name: unescape(sent[name]) for name in fields} == fields
    assert data.count(b"\n") == 1
    (record,) = records()
    assert (record.recipient, record.public_key, record.format) == ("City “council”", key, "jsonl")


@on_sqlite
def test_people_who_agreed_to_no_text_about_the_use_are_left_out(export):
    action = make_action()
    make_confirmed(action, wants_updates=True)

    before = export(action, purpose="crm")
    set_covered("petition", "en", {"crm": 1}, now=NOON)
    after = export(action, purpose="crm")

    assert [answer.text.count("\n") for answer in (before, after)] == [1, 2]


@on_sqlite
def test_the_page_links_to_the_last_complete_file_of_the_member(client, export):
    action = make_action()
    export(action)
    other = make_staff("exporter")

    own = client.get(page_of(action)).text
    log_in(client, other)
    of_other = client.get(page_of(action)).text

    link = f'href="/staff/exports/{records()[0].id}/changes/"'
    assert (link in own, link in of_other) == (True, False)


@pytest.mark.parametrize("command", ["export", "erase"])
def test_exports_by_command_are_in_the_audit_log(app, command):
    make_confirmed(make_action(), email="ada@example.org")
    words = {
        "export": ["racism/hate-crimes", "--output", "-"],
        "erase": ["ada@example.org"],
    }

    app.test_cli_runner().invoke(signatures, [command, *words[command]])

    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).first()
    assert (entry.actor, entry.event, entry.rows) == (
        "command",
        {"export": "exported", "erase": "erased"}[command],
        1,
    )


def test_the_page_cache_does_not_buffer_a_stream():
    made = []

    def application(_environ, start_response):
        start_response("200 OK", [("Content-Type", "text/csv")])
        return (made.append(number) or b"row\n" for number in range(1_000_000))

    cache = PageCache(application, 1, staff_prefix="/staff/")

    body = cache({"REQUEST_METHOD": "POST"}, lambda *_said: None)
    taken = [next(iter(body)) for _number in range(3)]

    assert taken == [b"row\n"] * 3
    assert made == [0, 1, 2]
    assert cache.open_posts == 0
