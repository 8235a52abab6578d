"""The audit log on the web: access, search and export."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from campaign_actions.audit.log import add_entry, hash_entry, record
from campaign_actions.audit.models import AuditEntry
from campaign_actions.audit.queries import PAGE_SIZE
from campaign_actions.audit.verify import check_chain
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.exports import streaming
from campaign_actions.staff.authentication import sessions
from campaign_actions.staff.authentication.sessions import SessionEnded
from campaign_actions.staff.models import StaffSession
from tests.support.factories import NOON, make_action, make_staff
from tests.support.page_text import visible_text
from tests.support.questions import WHY, ask, remove
from tests.support.staff_client import log_in, post, token_of

LOG = "/staff/audit/"


@pytest.fixture
def reader(client):
    """A member who may read the log, logged in."""
    member = make_staff("administrator", email="ada@example.org")
    log_in(client, member)
    return client


def add_event(event="exported", *, actor="grace@example.org", minutes=0, **facts) -> None:
    record(event, actor=actor, now=NOON + timedelta(minutes=minutes), **facts)


def subjects(page: str) -> list[str]:
    """The subjects of the entries on a page, in order."""
    return re.findall(r'<td class="who"><bdi>(a/\d+)</bdi></td>', page)


def link(page: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return found and found[1].replace("&amp;", "&")


@pytest.mark.parametrize("role", ["campaigner", "exporter", "translator", "reviewer"])
@pytest.mark.parametrize("address", [LOG, f"{LOG}export/"])
def test_the_log_needs_its_permission(client, role, address):
    log_in(client, make_staff(role))

    assert client.get(address).status_code == 403
    assert LOG not in client.get("/staff/").text


def test_items_lead_to_their_pages_if_they_are_still_called_so(reader):
    action, grace = make_action(), make_staff("exporter", email="grace@example.org")
    ids = action.campaign_id, action.id
    name = f"{action.campaign_slug}/{action.slug}"
    for item in (action.campaign_slug, name, grace.email, "gone", "racism/gone", "x@y.org"):
        add_event(subject=item)

    page = reader.get(LOG).text

    links = re.findall(r'<td class="who"><bdi><a href="([^"]+)">', page)
    assert links == [
        f"/staff/people/{grace.id}/",
        f"/staff/campaigns/{ids[0]}/actions/{ids[1]}/",
        f"/staff/campaigns/{ids[0]}/",
    ]


def test_the_navigation_links_to_the_log(reader):
    assert f'href="{LOG}"' in reader.get("/staff/").text


def test_an_empty_log_explains_itself(reader):
    assert "There are no entries yet" in reader.get(LOG).text


def test_an_entry_is_shown_in_words(app, reader):
    app.config["TIMEZONE"] = "Europe/Moscow"
    details = {
        "purpose": "to hand over <b>",
        "format": "csv",
        "whole": True,
        "actions": ["speak-up", "hate-crimes"],
        "filter": {"since": "2026-11-01T00:00:00+00:00", "country": None},
        "until": "2026-12-01T09:00Z",
    }
    add_event(subject="a/1", rows=1234, **details)

    page = reader.get(LOG).text

    row = re.sub(
        r"\s+", " ", re.sub(r"</?(td|th|tr|time)\b[^>]*>", " ", page[page.index("<tbody>") :])
    )
    row = re.sub(r"<[^>]+>", "", row)
    assert "20 Nov 2026, 15:00:00 grace@example.org Exported participants a/1 1,234" in row
    assert "Purpose: to hand over &lt;b&gt;" in row
    assert "Format: CSV" in row
    assert "Complete file: yes" in row
    assert "Actions included: speak-up, hate-crimes" in row
    assert "Filter: Start: 1 November 2026, 03:00 (Moscow)" in row
    assert "End: 1 December 2026, 12:00 (Moscow)" in row
    assert "Time zone: Moscow" in row
    assert "{" not in row[: row.index("Time zone")], "no JSON"


def test_a_command_is_shown_as_the_actor(reader):
    add_event("erased", actor="command")

    assert "Command line" in reader.get(LOG).text


def test_reading_the_log_is_not_recorded(reader):
    add_event()
    for _ in range(2):
        reader.get(LOG)

    assert [entry.event for entry in db.session.scalars(select(AuditEntry))] == ["exported"]


def test_entries_are_paged_newest_first(reader):
    count = 2 * PAGE_SIZE + 5
    for number in range(count):
        add_event(subject=f"a/{number}", minutes=number // 10)  # several at the same time

    first = reader.get(LOG).text
    add_event(subject="b/new", minutes=count)  # new entries do not shift pages
    second = reader.get(link(first, "next")).text
    third = reader.get(link(second, "next")).text
    back = reader.get(link(third, "prev")).text

    found = subjects(first) + subjects(second) + subjects(third)
    assert found == [f"a/{number}" for number in reversed(range(count))]
    assert subjects(back) == subjects(second)
    assert (link(first, "prev"), link(third, "next")) == (None, None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("who=Grace@example.org", {"a/1", "a/2"}),
        ("event=login", {"a/2", "a/3"}),
        ("subject=a", {"a/1", "a/2", "a/3", "a/4"}),
        ("subject=a/1", {"a/1"}),
        ("subject=%25", set()),
        ("since=2026-11-20T15:01&until=2026-11-20T15:02", {"a/2", "a/3"}),
        ("since=2026-11-20T15:03", {"a/4"}),
        ("until=2026-11-20T15:00", {"a/1"}),
        ("who=grace@example.org&event=login&subject=a/2", {"a/2"}),
        ("who=nobody", set()),
        ("before=999999999999999999999&after=-1", {"a/1", "a/2", "a/3", "a/4"}),
        ("before=x", {"a/1", "a/2", "a/3", "a/4"}),
    ],
)
def test_a_search_finds_matching_entries(app, reader, query, found):
    app.config["TIMEZONE"] = "Europe/Moscow"
    add_event("exported", subject="a/1")
    add_event("login", subject="a/2", minutes=1)
    add_event("login", actor="lin@example.org", subject="a/3", minutes=2)
    add_event("logout", actor="lin@example.org", subject="a/4", minutes=3)

    answer = reader.get(f"{LOG}?{query}")

    assert answer.status_code == 200
    assert set(subjects(answer.text)) == found
    assert ("There are no matching entries" in answer.text) == (not found)


def test_views_can_be_left_out_of_the_page_its_pages_and_the_export(reader):
    for number in range(PAGE_SIZE + 1):
        add_event("exported", subject=f"a/{number}", minutes=number)
        add_event("signatures-viewed", subject="a/1000", minutes=number)
    add_event("person-shown", subject="a/1000", minutes=1)

    first = reader.get(f"{LOG}?no_views=y").text
    second = reader.get(link(first, "next")).text
    file = export(reader, "?no_views=y").text

    assert subjects(first) + subjects(second) == [
        f"a/{number}" for number in reversed(range(PAGE_SIZE + 1))
    ]
    assert 'name="no_views" value="y" checked' in second
    assert "a/1000" not in file


@pytest.mark.parametrize(
    "query",
    [
        *("event=signatures-viewed&no_views=y", "no_views=perhaps"),
        *("since=yesterday", "until=2026-13-01T00:00", "since=2026-01-01T00:00Z", "event=nothing"),
        *("since=2026-01-02T00:00&until=2026-01-01T00:00", "who=%00", "since=0001-01-01T00:00"),
    ],
)
def test_an_invalid_search_is_explained_at_its_field_and_kept(reader, query):
    add_event()

    answer = reader.get(f"{LOG}?{query}")
    export = reader.get(f"{LOG}export/?{query}")

    assert (answer.status_code, export.status_code) == (400, 400)
    assert 'class="error"' in answer.text


def test_ambiguous_local_times_widen_the_search(app, reader):
    app.config["TIMEZONE"] = "Europe/Berlin"

    for query in ("since=2026-10-25T02:30&until=2026-10-25T02:30", "since=2026-03-29T02:30"):
        assert reader.get(f"{LOG}?{query}").status_code == 200


def export(client, query="", format_name="csv"):
    address = f"{LOG}export/{query}"
    fields = {"csrf_token": token_of(client.get(address).text), "format": format_name}
    answer = client.post(address, data=fields)
    answer.get_data()  # reads all of it
    return answer


def test_an_export_contains_only_matching_entries(reader):
    add_event(subject="a/1", rows=3, purpose="=cmd()", note='He said: "yes",\n')
    add_event("login", actor="=eve@example.org", subject="a/2", minutes=1)
    add_event("logout", subject="b/3", minutes=2)

    answer = export(reader, "?subject=a")

    assert answer.status_code == 200
    assert re.fullmatch(
        r'attachment; filename="audit-log-\d{4}-\d\d-\d\d\.csv"',
        answer.headers["Content-Disposition"],
    )
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["subject"] for row in rows] == ["a/2", "a/1"]
    assert rows[0]["actor"] == "'=eve@example.org", "no formula"
    assert (rows[1]["at"], rows[1]["rows"]) == ("2026-11-20T12:00:00.000000Z", "3")
    assert json.loads(rows[1]["details"]) == {"purpose": "=cmd()", "note": 'He said: "yes",\n'}


def test_a_json_lines_export_can_be_verified_without_our_program(reader):
    add_event(subject="a/1", rows=3, purpose="Передача")
    add_event("login", subject="a/2", minutes=1)

    lines = [json.loads(line) for line in export(reader, "", "jsonl").text.splitlines()]

    assert [line["event"] for line in lines] == ["audit-exported", "login", "exported"]
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).first()
    assert lines[-1]["details"] == {"purpose": "Передача"}
    assert lines[-1]["hash"] == hash_entry(lines[-1] | {"at": entry.at}) == lines[-2]["previous"]


def test_an_export_is_recorded_with_its_search(reader):
    add_event(subject="a/1")

    export(reader, "?subject=a&event=exported&since=2026-11-20T00:00", "jsonl")

    newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (newest.event, newest.actor) == ("audit-exported", "ada@example.org")
    assert newest.details == {
        "format": "jsonl",
        "filter": {"subject": "a", "event": "exported", "since": "2026-11-20T00:00+00:00"},
    }
    assert check_chain().broken == []


def test_an_export_stops_when_the_session_ends(reader, monkeypatch):
    monkeypatch.setattr(sessions, "WATCH_INTERVAL_SECONDS", 0)
    monkeypatch.setattr(streaming, "CHUNK_ROWS", 1)
    for number in range(10):
        add_event(subject=f"a/{number}")
    answer = post(reader, f"{LOG}export/", format="csv")
    chunks = iter(answer.response)
    taken = [next(chunks) for _number in range(3)]

    with write_transaction() as connection:
        connection.execute(delete(StaffSession))
    with pytest.raises(SessionEnded):
        list(chunks)
    answer.close()

    assert len(taken) == 3
    newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (newest.event, newest.details) == ("audit-exported", {"whole": False})


def test_a_format_that_is_not_offered_exports_nothing(reader):
    answer = export(reader, "", "xlsx")

    assert answer.status_code == 400
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_a_long_address_breaks_before_its_at_sign(reader):
    add_event(actor="<i>grace@example.org", subject="<b>karim@example.org")

    page = reader.get(LOG).text

    assert "<bdi>&lt;i&gt;grace<wbr>@example.org</bdi>" in page
    assert "<bdi>&lt;b&gt;karim<wbr>@example.org</bdi>" in page


def test_questions_are_named_by_their_text(reader):
    action = make_action()
    ask(action, WHY, en__label="Why do you sign?")
    remove(action, WHY)
    write_details("answers-deleted", action_id=action.id, question=WHY)
    write_details("answers-deleted", action_id=action.id, question="qunknow")

    page = visible_text(reader.get("/staff/audit/").text)

    assert WHY not in page
    assert page.count("Question “Why do you sign?”") >= 2, "saved and published"
    assert "Question : Why do you sign?" in page
    assert "Question : qunknow" in page


def write_details(event: str, **details) -> None:
    with write_transaction() as connection:
        add_entry(connection, event, actor="", now=NOON, subject="racism/sign", rows=1, **details)
