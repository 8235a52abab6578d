"""The export page: the bytes of the command, recorded first, and streamed."""

import csv
import io
import re

import pytest
from sqlalchemy import delete, select, update

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.personal_data.purposes import HANDOVER, TEAM
from campaign_actions.actions.queries import find_action_by_name
from campaign_actions.audit.models import AuditEntry
from campaign_actions.commands.signatures import signatures
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.exports import FORMATS, streaming, xlsx_format
from campaign_actions.staff.authentication import sessions
from campaign_actions.staff.dual_control import MIN_MEMBERS_FOR_AUTO
from campaign_actions.staff.models import StaffMember, StaffSession
from campaign_actions.web.http.page_cache import PageCache
from tests.support.exports import export_signatures
from tests.support.factories import make_action, make_confirmed, make_staff
from tests.support.signature_pages import address, entries
from tests.support.staff_client import log_in, post, token_of

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # same on both

GIVEN = {"format": "csv", "purpose": "team"}


@pytest.fixture
def export(client):
    log_in(client, make_staff("exporter", email="grace@example.org"))

    def export(action, **fields):
        page = address(action, "export")
        token = token_of(client.get(page).text)
        given = {"csrf_token": token, **GIVEN, **fields}
        return client.post(page, data=given, buffered=True)

    return export


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


def test_the_file_has_a_name_and_is_not_cached(export):
    action = make_action()

    answer = export(action, format="xlsx")

    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="racism-hate-crimes-20')
    assert disposition.endswith('.xlsx"')
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"PK")


def test_an_export_is_in_the_audit_log_at_its_start_and_end(export):
    action = make_action()
    make_confirmed(action)
    fold()

    answer = export(action, note="For the meeting in March")

    begun, ended = entries("exported")
    assert (begun.actor, begun.subject, begun.rows) == (
        "grace@example.org",
        "racism/hate-crimes",
        1,
    )
    assert begun.details == {
        "format": "csv",
        "raw": False,
        "bom": False,
        "purpose": "team",
        "note": "For the meeting in March",
    }
    assert (ended.details["bytes"], ended.details["whole"]) == (len(answer.data), True)


@pytest.fixture
def long_download(client, export, monkeypatch):
    """A file of ten signatures, each of them a chunk; none has been read yet."""
    monkeypatch.setattr(streaming, "CHUNK_ROWS", 1)
    action = make_action()
    for _number in range(10):
        make_confirmed(action)
    answer = post(client, address(action, "export"), **GIVEN)
    yield answer
    answer.close()


def test_an_aborted_export_is_in_the_audit_log_with_the_bytes_sent(long_download):
    chunks = iter(long_download.response)
    taken = [next(chunks) for _number in range(3)]
    while_running = entries("exported")
    long_download.close()

    _begun, ended = entries("exported")
    sent = b"".join(taken[:2])  # the third was not known to have arrived
    assert sent.startswith(b"signature_id,")
    assert len(while_running) == 1
    assert (ended.details["bytes"], ended.details["whole"]) == (len(sent), False)


@pytest.mark.parametrize("values", [None, {"active": False}], ids=["revoked", "disabled"])
def test_an_export_stops_when_the_session_ends(long_download, monkeypatch, values):
    monkeypatch.setattr(sessions, "WATCH_INTERVAL_SECONDS", 0)
    chunks = iter(long_download.response)
    taken = [next(chunks) for _number in range(3)]

    with write_transaction() as connection:
        connection.execute(update(StaffMember).values(values) if values else delete(StaffSession))
    rest = list(chunks)
    long_download.close()

    assert (len(taken), rest) == (3, [])
    assert entries("exported")[-1].details["whole"] is False


@on_sqlite
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"purpose": ""}, "Choose what the export is for."),
        ({"purpose": "fun"}, "Choose an option."),
        ({"purpose": "checking"}, "Choose an option."),
        ({"format": "exe"}, "Choose an option."),
        ({"note": "x" * 201}, "200 characters or fewer"),
        ({"note": "a\0b"}, "hidden character"),
    ],
)
def test_an_export_requires_a_purpose(export, fields, message):
    answer = export(make_action(), **fields)

    assert answer.status_code == 400
    assert message in answer.text
    assert entries("exported") == []


@on_sqlite
def test_a_handover_has_only_what_the_addressee_gets(export):
    action = make_action()
    make_confirmed(action, email="ada@example.org", comment="Because.")

    answer = export(action, purpose="handover")

    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert tuple(row) == HANDOVER.columns
    assert "ada@example.org" not in answer.text
    assert entries("exported")[0].details["purpose"] == "handover"


@on_sqlite
def test_a_handover_of_pledges_is_neither_offered_nor_given(client, export):
    pledge = make_action(kind="pledge")
    make_confirmed(pledge, answers={"promise": "I speak up."})

    page = client.get(address(pledge, "export")).text
    answer = export(pledge, purpose="handover")

    assert re.findall(r'name="purpose" value="(\w+)"( checked)?', page) == [("team", " checked")]
    assert "Handed to" not in page
    assert answer.status_code == 400
    assert "Choose an option." in answer.text
    assert entries("exported") == []


@on_sqlite
def test_a_handover_needs_no_second_person(client, export):
    for _number in range(MIN_MEMBERS_FOR_AUTO):
        make_staff("exporter")
    action = make_action()

    answers = [export(action, purpose=purpose) for purpose in ("handover", "team")]

    assert [answer.mimetype for answer in answers] == ["text/csv", "text/html"]
    assert "Someone else has to approve this" in answers[1].text


@on_sqlite
def test_an_error_of_a_format_is_shown_on_the_page(export, monkeypatch):
    monkeypatch.setattr(xlsx_format, "MAX_ROWS", 1)
    action = make_action()
    for _number in range(2):
        make_confirmed(action)

    answer = export(action, format="xlsx")

    assert answer.status_code == 400
    assert "more than 1,048,575 rows" in answer.text
    assert "Before you export" in answer.text, "the form to choose another format"


@on_sqlite
def test_exporting_requires_a_recent_log_in(client, export):
    action = make_action()
    page = address(action, "export")
    token = token_of(client.get(page).text)
    with client.session_transaction(path="/staff/") as session:
        session["fs_paa"] = 0
        session.pop("fs_gexp", None)

    answer = client.post(page, data={"csrf_token": token, **GIVEN})

    assert answer.location == f"/staff/reauthenticate?next={page}"
    assert entries("exported") == []


@pytest.mark.parametrize("command", ["export", "erase"])
def test_exports_by_command_are_in_the_audit_log(app, command):
    make_confirmed(make_action(), email="ada@example.org")
    words = {
        "export": ["racism/hate-crimes", "--output", "-"],
        "erase": ["ada@example.org"],
    }

    app.test_cli_runner().invoke(signatures, [command, *words[command]])

    entry = db.session.scalars(select(AuditEntry)).one()
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
