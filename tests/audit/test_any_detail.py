"""Pages and exports show any audit entry, however malformed, and format what they can."""

import ast
import csv
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape
from sqlalchemy import select, text

from campaign_actions.actions.edit import ACTION, create_action
from campaign_actions.actions.field_labels import field_label, format_value
from campaign_actions.audit.describe import format_details
from campaign_actions.audit.details import DETAILS
from campaign_actions.audit.events import EVENTS
from campaign_actions.audit.log import record
from campaign_actions.audit.models import AuditEntry
from campaign_actions.audit.queries import AuditFilter, find_page
from campaign_actions.audit.verify import check_chain
from campaign_actions.campaigns.edit import CAMPAIGN, new_campaign, save_campaign
from campaign_actions.core.db.session import db
from campaign_actions.core.db.stored_json import load_json
from campaign_actions.core.templating.environment import locale_context
from campaign_actions.web.staff.audit import _formatters
from tests.support.factories import NOON, make_staff
from tests.support.staff_client import log_in, token_of

PACKAGE = Path(__file__).parents[2] / "campaign_actions"
LANGUAGES = ("en", "ru", "fr", "es", "ar")
TWO_LANGUAGES = (
    "en",
    "ar",
)  # for random values: the source, and a translation with other digits and plurals
EXTREME_DEPTH = 10_000
HOSTILE = [  # JSON that someone with the database may insert
    *("null", "true", "5", '""', '"text"', "[]", "{}", "1.5", "1e400", "-0.0"),
    *('{"": ""}', '{"fields": 5}', '{"fields": {"a": 1}}', '{"fields": [5, null, [], {}]}'),
    '{"fields": ["partners.new.en.name", "texts.klingon.title", "..", "", "partners", "a.b.c.d"]}',
    '{"roles": "all"}',
    '{"roles": ["exporter"]}',
    '{"roles": {"exporter": 5, "nobody": [[1]], "reviewer": {"a": 1}}}',
    '{"country": "XX", "bytes": "many", "language": "new", "languages": ["x-klingon", 5, [], "en"]}',
    '{"languages": {"en": 1}, "public": "root", "results": [[[["en"]]]], "alt": ["en"]}',
    '{"alt": {"klingon": "Words", "en": {"a": 1}}}',
    '{"since": "2026-99-99T99:99:99+00:00", "until": "9999-12-31T23:59:59+00:00", "at": "0001-01-01T00:00Z"}',
    '{"batch": 5, "moved": [1], "via": {"a": 1}, "change": ["added"], "factor": 1e3}',
    '{"batch": "ffffffffffffffffffff", "did": null, "format": true}',
    '{"note": "<script>alert(1)</script>", "%(name)s": "%(value)s %s %d {0}", "name": "\\u202e"}',
    '{"note": "\\ud800\\u0000\\udfff", "\\ud800": 1}',
    f'{{"signatures": {json.dumps(list(range(100_000)))}}}',
    json.dumps({f"name {number}": number for number in range(5_000)}),
    json.dumps({"note": "long " * 100_000}),
    f'{{"bytes": {10**400}}}',
    f'{{"bytes": {"9" * 5_000}}}',
    f'{{"filter": {"[" * EXTREME_DEPTH}{"]" * EXTREME_DEPTH}}}',
    "[" * EXTREME_DEPTH + "]" * EXTREME_DEPTH,
    '{"a":' * 50 + "1" + "}" * 50,
    '{"filter":' * 15 + "1" + "}" * 15,
]
HOSTILE_TIMES = {
    "sqlite": ["'x'", "''", "5", "1e400", "x'ff'", "cast(x'ff' as text)", "'0001-01-01 00:00:00'"],
    "postgresql": [
        "'infinity'",
        "'-infinity'",
        "'4000-01-01 BC'",
        "'20000-01-01'",
        "'9999-12-31 23:59:59'",
    ],
}
HOSTILE_COLUMNS = (
    *({"actor": "cast(x'ff' as text)"}, {"event": "cast(x'ff' as text)"}),
    *({"rows": "'many'"}, {"rows": "1.5"}, {"rows": "x'ff'"}),
    *({"actor": "x'ff'"}, {"subject": "x'ff'"}, {"event": "x'ff'"}),
)  # accepted by SQLite
REFUSED_BY_POSTGRESQL = ("\\ud800", "\\u0000")  # refused by PostgreSQL
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["partners.new.en.name", "texts.new.title", "2026-13-01T00:00:00Z", "en"]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text() | st.sampled_from(sorted(DETAILS)), inner, max_size=5)
    ),
)


def insert(details: str, *, event: str = "campaign-saved", number: int = 0, **columns: str) -> None:
    """Insert an entry with this JSON directly. `columns`: SQL expressions."""
    said = {
        "at": ":at",
        "actor": "'eve'",
        "event": ":event",
        "subject": "'a'",
        "rows": "1",
    } | columns
    said["details"] = details_as_json()
    db.session.execute(
        text(
            f"insert into audit_entries ({', '.join(said)}, previous, hash) values"
            f" ({', '.join(said.values())}, 'before ' || cast(:number as text), :number)"
        ),
        {
            "at": NOON.replace(tzinfo=None),
            "event": event,
            "details": details,
            "number": f"{event} {number}",
        },
    )
    db.session.commit()


def details_as_json() -> str:
    return "cast(:details as jsonb)" if db.engine.dialect.name == "postgresql" else ":details"


def insert_all(*, event: str = "campaign-saved") -> int:
    taken = [one for one in HOSTILE if not is_refused(one)]
    for number, details in enumerate(taken):
        insert(details, event=event, number=number)
    return len(taken)


def is_refused(details: str) -> bool:
    is_postgres = db.engine.dialect.name == "postgresql"
    return is_postgres and any(one in details for one in (*REFUSED_BY_POSTGRESQL, "NaN"))


@pytest.fixture
def reader(client):
    log_in(client, make_staff("administrator", email="ada@example.org"))
    return client


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_page_shows_any_details_in_every_language(app, client, locale):
    log_in(client, make_staff("administrator", email="ada@example.org", locale=locale))
    number = insert_all()
    record("campaign-saved", actor="grace", now=NOON, fields=["texts.en.title"], note="as said")

    answer = client.get("/staff/audit/")

    assert answer.status_code == 200
    assert answer.text.count('<td class="nw">') == number + 1
    assert "as said" in answer.text
    assert "<script>alert" not in answer.text
    assert len(answer.text) < 300_000, "no entry fills the page"


def test_exports_contain_any_details(app, reader):
    number = insert_all()

    lines = export(reader, "jsonl").splitlines()
    rows = list(csv.DictReader(io.StringIO(export(reader, "csv"), newline="")))

    assert len(lines) == number + 1, "and that it was exported"
    assert len(rows) == number + 2


def export(client, format_name: str) -> str:
    csv.field_size_limit(10**7)
    token = token_of(client.get("/staff/audit/export/").text)
    fields = {"csrf_token": token, "format": format_name}
    answer = client.post("/staff/audit/export/", data=fields)
    assert answer.status_code == 200
    return answer.text


def test_the_check_names_each_forged_entry(app):
    record("login", actor="grace", now=NOON)
    number = insert_all()

    report = check_chain()

    assert (report.entries, len(report.broken)) == (number + 1, number)


def insert_bad_times() -> int:
    times = HOSTILE_TIMES[db.engine.dialect.name]
    for number, at in enumerate(times, start=2000):
        insert("{}", event="picture-changed", number=number, at=at)
    return len(times)


def test_the_page_shows_entries_with_any_time(app, reader):
    number = insert_bad_times()

    page = reader.get("/staff/audit/")
    lines = export(reader, "jsonl").splitlines()
    rows = list(csv.DictReader(io.StringIO(export(reader, "csv"), newline="")))

    assert page.status_code == 200
    assert page.text.count('<td class="nw">–</td>') == number
    assert (len(lines), len(rows)) == (number + 1, number + 2), "and that it was exported"
    assert reader.get("/staff/status/").status_code == 200
    assert "Newest anchor" in app.test_cli_runner().invoke(args=["status"]).stdout


def test_the_check_names_each_entry_with_an_invalid_time(app):
    number = insert_bad_times()
    record("login", actor="grace", now=NOON)

    assert len(check_chain().broken) == number
    assert app.test_cli_runner().invoke(args=["audit", "check"]).exit_code == 1


def test_paging_continues_after_an_entry_with_an_invalid_time(app, reader):
    for number in range(60):
        insert("{}", number=number, at=HOSTILE_TIMES[db.engine.dialect.name][0])

    ids = set(db.session.scalars(select(AuditEntry.id)))
    first = find_page(AuditFilter())
    older = find_page(AuditFilter(), before=first.older)

    assert {one.id for one in (*first.entries, *older.entries)} == ids
    assert find_page(AuditFilter(), after=older.newer).entries == first.entries


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("columns", HOSTILE_COLUMNS, ids=str)
def test_the_page_shows_any_value_in_other_columns(app, reader, columns):
    insert("{}", **columns)

    assert reader.get("/staff/audit/").status_code == 200
    assert len(check_chain().broken) == 1
    assert export(reader, "csv")
    assert export(reader, "jsonl")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("locale", TWO_LANGUAGES)
def test_any_json_can_be_formatted(app, locale):
    with app.app_context(), locale_context(locale):
        known = {**_formatters([]), "fields": lambda name: field_label("campaign", name)}

        @settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
        @given(ANY_JSON)
        def tell(value) -> None:
            stored = load_json(json.dumps(dict.fromkeys(DETAILS, value) | {"one more": value}))
            for details in (stored, load_json(json.dumps(value))):
                for name, words in format_details(details, known):
                    f"{name}{words}{escape(words)}".encode()

        tell()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("locale", TWO_LANGUAGES)
def test_any_field_of_any_content_has_a_label(app, locale):
    with app.app_context(), locale_context(locale):

        @settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
        @given(st.text() | st.lists(st.text() | st.sampled_from(WORDS)).map(".".join), ANY_JSON)
        def tell(name, value) -> None:
            for subject in ("campaign", "action"):
                assert isinstance(field_label(subject, name), str)
            for field in (name, "goal", "kind", "closes_at"):
                assert isinstance(format_value(field, value), str)

        tell()


WORDS = ["partners", "texts", "new", "en", "pt-BR", "name", "title", "7", "slug"]


def test_a_bad_detail_is_shown_raw_and_the_others_formatted(app, reader):
    insert(
        '{"languages": ["en", "new", "ru"], "bytes": "many", "format": "csv", "country": "DE",'
        ' "fields": ["texts.en.title", "texts.klingon.title"]}'
    )

    page = newest_row(reader)

    assert "Languages: English, new, Russian" in page
    assert "Bytes: many" in page
    assert "Format: CSV" in page
    assert "Country: Germany" in page
    assert "Fields: Topic (English), texts.klingon.title" in page


def newest_row(client) -> str:
    """The text of the newest entry on the page, without markup."""
    page = client.get("/staff/audit/").text
    words = re.sub(
        r"<[^>]+>", " ", page[page.index("<tbody>") : page.index("</tr>", page.index("<tbody>"))]
    )
    return re.sub(r"\s+", " ", re.sub("[\u2066-\u2069]", "", words)).replace(" :", ":")


def test_a_partner_added_on_the_web_is_described(app, reader):
    who = {"by": make_staff("administrator"), "now": NOON}
    campaign_id = new_campaign("racism", {"en": {"title": "Racism"}}, **who)
    partner = {"partners.new.en.name": "Memorial", "partners.new.website": "https://m.example.org/"}
    save_campaign(campaign_id, partner, opened_at=1, **who)

    said = newest_row(reader)

    assert "Partner (new): Name (English)" in said
    assert "Partner (new): Website" in said
    assert "partners.new" not in said


def test_every_field_of_a_campaign_and_an_action_has_a_label(app):
    who = {"by": make_staff("administrator"), "now": NOON}
    campaign_id = new_campaign("racism", {"en": {"title": "Racism"}}, **who)
    partner = {"partners.new.en.name": "Memorial", "partners.new.en.points": "- One"}
    save_campaign(campaign_id, partner, opened_at=1, **who)
    texts = {"en": {"title": "Stop"}}
    action_id = create_action(campaign_id, "stop", texts, **who, kind="petition", goal=9)

    with db.engine.connect() as connection, app.test_request_context("/"):
        names = [("campaign", name) for name in CAMPAIGN.read(connection, campaign_id)]
        names += [("action", name) for name in ACTION.read(connection, action_id)]
        unsaid = [name for subject, name in names if field_label(subject, name) == name]

    assert len(names) > 20
    assert unsaid == []


# Calls with a variable event, and the events they can have.
VARIABLE_EVENTS = {
    "audit/log.py": "record() itself",
    "catalogs/store/save.py": "translated, translations-imported",
    "campaigns/versioning/save.py": "campaign-saved, action-saved: the subject's",
    "publishing/changes.py": "campaign-saved, action-saved: the subject's",
    "actions/comments/moderation.py": "comment-decided, comment-undone: _log()'s",
    "actions/signatures/invalidation/run_jobs.py": "invalidated, validated: _record_end()'s",
    "approvals/decide.py": "approval-given, approval-declined: _record()'s",
    "staff/dual_control.py": "staff-changed, staff-disabled: MemberOperation.record()'s",
    "staff/authentication/sessions.py": "logout, session-revoked: end_session()'s",
    "staff/authentication/mfa_enrolment.py": "factor-added, factor-removed, passkey-renamed",
    "switches/switch.py": "switched-off, switched-on, robot-check-on, robot-check-off: _record()'s",
}


def test_every_call_that_records_names_a_known_event_and_known_details():
    told, passed_on = set(), set()
    for path in PACKAGE.rglob("*.py"):
        for call in calls_that_record(ast.parse(path.read_text(encoding="utf-8"))):
            place = path.relative_to(PACKAGE).as_posix()
            event = call.args[1 if call.func.id == "add_entry" else 0]
            if isinstance(event, ast.Constant):
                told.add(event.value)
            else:
                passed_on.add(place)
            names = {one.arg for one in call.keywords if one.arg}
            assert names - OTHER_ARGUMENTS - DETAILS.keys() == set(), place

    assert told - EVENTS.keys() == set()
    assert passed_on == VARIABLE_EVENTS.keys()
    said = " ".join(VARIABLE_EVENTS.values())
    assert {event for event in EVENTS.keys() - told if event not in said} == set()


OTHER_ARGUMENTS = {"actor", "now", "subject", "rows"}


def calls_that_record(tree: ast.AST) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"record", "add_entry"}
    ]
