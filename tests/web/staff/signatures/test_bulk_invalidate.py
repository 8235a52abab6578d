"""Staff mark all signatures that match a filter invalid, watch it, cancel it and undo it."""

import html
import re

import pytest
from sqlalchemy import select

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.invalidation import run_jobs
from campaign_actions.actions.signatures.invalidation.batches import batches, find_batch
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.invalidation.run_jobs import continue_batches, take_step
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.web.staff.signatures import matching
from tests.support.batches import WHO, batch_row, work
from tests.support.factories import make_action, make_confirmed, make_signature, make_staff
from tests.support.signature_pages import address, entries
from tests.support.staff_client import log_in, token_of

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # same on both
FAKES = {"domain": "bulk.example", "country": "DE"}


@pytest.fixture
def staff(client):
    log_in(client, make_staff("administrator", email="grace@example.org"))


def press(client, page, **fields):
    """Post a form with the token of the workspace."""
    token = token_of(client.get("/staff/").text)
    return client.post(page, data={"csrf_token": token, **fields})


def make_fakes(action, number: int = 3) -> None:
    for one in range(number):
        make_confirmed(action, email=f"x{one}@bulk.example", country_code="DE")


def make_withdrawn(action, **facts) -> None:
    withdraw(make_confirmed(action, **facts), now=utc_now())


def make_invalid(action, **facts) -> None:
    invalidate(make_confirmed(action, **facts), reason="test", now=utc_now(), **WHO)


class Page:
    """A page as people use it: links by their words, and forms by the words of their button."""

    def __init__(self, answer) -> None:
        text = html.unescape(answer.text)
        self.links = {
            words.strip(): address
            for address, words in re.findall(r'<a [^>]*href="([^"]+)"[^>]*>([^<]+)</a>', text)
        }
        self.actions: dict[str, str] = {}
        for form in re.findall(r"<form.*?</form>", text, re.DOTALL):
            address = re.search(r'action="([^"]+)"', form)
            buttons = re.findall(r'<button[^>]*type="submit"[^>]*>([^<]+)</button>', form)
            self.actions |= dict.fromkeys(buttons, address[1] if address else "")
        hidden = r'<input type="hidden" name="([^"]+)" value="([^"]*)"'
        chosen = r'<input type="radio" name="([^"]+)" value="([^"]*)" checked'
        self.fields = dict(re.findall(hidden, text)) | dict(re.findall(chosen, text))


def below(action, *parts: str) -> str:
    return address(action, "signatures", *parts)


def test_fakes_are_found_counted_marked_and_made_valid_again(client, staff):
    action = make_action()
    make_fakes(action)
    make_confirmed(action)
    page = below(action, "bulk-invalidate")

    listed = client.get(below(action), query_string=FAKES).text
    link = re.search(r'href="([^"]+bulk-invalidate/\?[^"]+)"', listed)[1].replace("&amp;", "&")
    preview = client.get(link).text
    before = count_signatures(action.id)
    started = press(client, page, **FAKES, reason="script")
    running = client.get(started.location).text
    (batch,) = batches(action.id, offset=0, limit=9)
    work(batch.id, utc_now())
    between = count_signatures(action.id)
    undo = below(action, "batches", str(batch.id), "validate")
    ended = client.get(started.location).text
    press(client, undo)
    undoing = client.get(page).text
    work(batch.id, utc_now())
    undone = client.get(page).text

    assert "Mark 3 participations as invalid" in preview
    assert "x2…@bulk.example" not in preview, "two characters at most"
    assert preview.count("…@bulk.example") == 3, "the sample"
    assert (before, between, count_signatures(action.id)) == (4, 1, 4)
    assert "Being marked invalid" in running
    assert "0 participations" not in running, "it is not an earlier batch yet"
    assert "The count is now 1." in ended
    assert ended.count(f'action="{undo}"') == 2, "in the message and in the list"
    assert "3 participations were marked invalid." in ended
    assert "Being made valid again" in undoing
    assert "3 participations made valid again" in undone
    assert "Undone" in undone
    assert undo not in undone, "an undone batch cannot be undone again"


def test_those_who_have_not_confirmed_are_marked_unless_the_filter_says_otherwise(client, staff):
    action = make_action()
    make_fakes(action, 2)
    make_signature(action, email="x9@bulk.example", country_code="DE")
    page = below(action, "bulk-invalidate")

    def number_of(**status):
        text = client.get(page, query_string=FAKES | status).text
        return int(re.search(r"Mark (\d+) participations? as invalid", text)[1])

    numbers = number_of(), number_of(status="confirmed"), number_of(status="pending")
    press(client, page, **FAKES, reason="script")
    (batch,) = batches(action.id, offset=0, limit=9)
    work(batch.id, utc_now())

    assert numbers == (3, 2, 1)
    assert set(db.session.scalars(select(Signature.status))) == {"invalid"}
    assert batch_row(batch.id).rows_marked == 3


def test_selected_signatures_are_marked(client, staff):
    action = make_action()
    chosen, other = make_confirmed(action), make_confirmed(action)

    listed = client.get(below(action)).text
    preview = client.get(below(action, "bulk-invalidate"), query_string={"s": chosen.public_id})
    press(client, below(action, "bulk-invalidate"), s=chosen.public_id, reason="twice")
    (batch,) = batches(action.id, offset=0, limit=9)
    work(batch.id, utc_now())

    assert f'name="s" value="{chosen.public_id}"' in listed
    assert "Mark 1 participation as invalid" in preview.text
    states = {row.id: row.status for row in db.session.scalars(select(Signature))}
    assert states == {chosen.id: "invalid", other.id: "confirmed"}


def test_a_running_batch_shows_its_progress_and_is_cancelled(client, staff, monkeypatch):
    monkeypatch.setattr(run_jobs, "BATCH_SIZE", 2)
    action = make_action()
    make_fakes(action, 5)
    page = below(action, "bulk-invalidate")
    press(client, page, **FAKES, reason="script")
    (batch,) = batches(action.id, offset=0, limit=9)

    begun = client.get(page).text
    take_step(batch.id, utc_now())
    db.session.rollback()
    running = client.get(page).text
    cancel = below(action, "batches", str(batch.id), "cancel")
    press(client, cancel)
    cancelled = client.get(page).text
    press(client, cancel)
    again = client.get(page).text

    assert '<progress value="0" max="5"' in begun
    assert '<progress value="2" max="5"' in running
    assert "2 of 5 participations" in running
    assert 'id="progress" data-fresh="yes"' in running
    assert "Cancelled. 2 participations are marked invalid." in cancelled
    assert 'id="progress" data-fresh="no"' in cancelled
    assert "This batch has ended already." in again
    assert count_signatures(action.id) == 3


def test_many_are_counted_by_the_worker(client, staff, monkeypatch):
    monkeypatch.setattr(matching, "MAX_COUNTED", 4)
    action = make_action()
    make_fakes(action, 5)
    page = below(action, "bulk-invalidate")

    preview = client.get(page, query_string=FAKES).text
    press(client, page, **FAKES, reason="script")
    counting = client.get(page).text
    continue_batches(utc_now())

    assert "More than 4 participants" in preview
    assert "The count falls" not in preview, "nobody knows to which number"
    assert "Counting how many match." in counting
    (batch,) = batches(action.id, offset=0, limit=9)
    assert (batch.matching, batch.rows) == (5, 5)


def test_marking_and_undoing_takes_four_clicks_from_the_list(client, staff):
    action = make_action()
    make_fakes(action)

    listed = Page(client.get(below(action), query_string=FAKES))
    asked = Page(client.get(listed.links["Mark all of these invalid…"]))  # the first click
    answers = asked.fields | {"reason": "script"}  # the second
    started = client.post(asked.actions["Mark 3 participations as invalid"], data=answers)
    (batch,) = batches(action.id, offset=0, limit=9)
    work(batch.id, utc_now())
    marked = count_signatures(action.id)
    ended = Page(client.get(started.location))
    client.post(ended.actions["Undo"], data={"csrf_token": ended.fields["csrf_token"]})
    work(batch.id, utc_now())

    assert (marked, count_signatures(action.id)) == (0, 3)


def test_before_marking_the_page_says_to_which_number_the_count_falls(client, staff):
    action = make_action()
    make_fakes(action)
    make_confirmed(action)
    fold()

    page = client.get(below(action, "bulk-invalidate"), query_string=FAKES).text

    assert "The count falls from 4 to 1." in page


def test_the_second_of_two_people_is_told_that_the_first_has_marked_all(client, staff):
    action = make_action()
    make_fakes(action)
    page = below(action, "bulk-invalidate")

    press(client, page, **FAKES, reason="script")
    second = press(client, page, **FAKES, reason="script")
    continue_batches(utc_now())

    ended = client.get(second.location).text
    assert "Nothing was marked invalid." in ended
    assert "3 participations matched at the start, but someone else had already" in ended


def test_a_batch_that_is_cancelled_before_it_began_offers_no_undo(client, staff):
    action = make_action()
    make_fakes(action)
    press(client, below(action, "bulk-invalidate"), **FAKES, reason="script")
    (batch,) = batches(action.id, offset=0, limit=9)

    answer = press(client, below(action, "batches", str(batch.id), "cancel"))
    cancelled = client.get(answer.location).text

    assert "Cancelled. Nothing was marked invalid." in cancelled
    assert "undo that" not in cancelled
    assert below(action, "batches", str(batch.id), "validate") not in cancelled


@on_sqlite
@pytest.mark.parametrize(
    ("status", "is_offered"),
    [("", True), ("confirmed", True), ("pending", True), ("withdrawn", False), ("invalid", False)],
)
def test_marking_is_offered_only_where_it_can_work(client, staff, status, is_offered):
    action = make_action()
    make_fakes(action)
    made = {"pending": make_signature, "withdrawn": make_withdrawn, "invalid": make_invalid}
    made.get(status, make_confirmed)(action, country_code="DE")

    query = {"country": "DE", "status": status}
    listed = Page(client.get(below(action), query_string=query))
    link = listed.links.get("Mark all of these invalid…")

    assert bool(link) == is_offered == ("Mark invalid…" in listed.actions)
    assert client.get(below(action, "bulk-invalidate"), query_string=query).status_code == (
        200 if is_offered else 400
    )


@on_sqlite
def test_the_sample_is_not_always_the_newest(client, staff, monkeypatch):
    monkeypatch.setattr(matching, "SAMPLE_SIZE", 2)
    action = make_action()
    for number in range(9):
        make_confirmed(action, country_code="DE", family_name=f"Number-{number}")

    pages = [
        client.get(below(action, "bulk-invalidate"), query_string={"country": "DE"}).text
        for _time in range(6)
    ]

    shown = [frozenset(re.findall(r"Number-\d", page)) for page in pages]
    assert {len(names) for names in shown} == {2}
    assert len(frozenset.union(*shown)) > 2
    assert "Some of them, chosen at random" in pages[0]


@on_sqlite
@pytest.mark.parametrize("parts", [("clusters",), ("bulk-invalidate",)])
def test_the_pages_of_the_bad_day_lead_to_what_stops_robots(client, parts):
    log_in(client, make_staff("administrator", "campaigner"))
    action = make_action()

    links = Page(client.get(below(action, *parts))).links
    check = client.get(links["Robot check"])
    switches = client.get(links["Switch off action…"])

    assert check.status_code == 200
    assert re.search(r'<option value="racism/hate-crimes" selected>', switches.text)


@on_sqlite
def test_nobody_is_led_to_pages_that_they_may_not_open(client):
    log_in(client, make_staff("campaigner"))
    action = make_action()

    links = Page(client.get(below(action, "bulk-invalidate"))).links

    assert links["Robot check"].endswith("/robot-check/"), "campaigners have no switches"
    assert "Switch off action…" not in links


@on_sqlite
def test_administrators_who_do_not_publish_turn_the_robot_check_on_with_the_switches(client, staff):
    action = make_action()

    links = Page(client.get(below(action, "bulk-invalidate"))).links
    switches = client.get(links["Robot check"])

    assert switches.status_code == 200
    assert links["Robot check"].endswith("#off-unproved")
    assert '<section class="pane gap" aria-labelledby="off-unproved">' in switches.text
    assert '<option value="unproved:racism/hate-crimes" selected>' in switches.text


def test_undoing_what_someone_else_has_undone_is_said_clearly(client, staff):
    action = make_action()
    make_fakes(action, 1)
    press(client, below(action, "bulk-invalidate"), **FAKES, reason="script")
    (batch,) = batches(action.id, offset=0, limit=9)
    undo = below(action, "batches", str(batch.id), "validate")

    press(client, undo)
    early = client.get(below(action)).text
    for _time in range(2):
        work(batch.id, utc_now())
        press(client, undo)
    late = client.get(below(action)).text

    assert "Wait until it is finished, or cancel it first." in early
    assert "Someone has undone this batch already" in late


@on_sqlite
@pytest.mark.parametrize(
    "wrong",
    [
        {"domain": "", "country": ""},
        {"domain": "", "country": "", "status": "confirmed"},
        {"since": "2026-11-20T12:00", "until": "2026-11-20T12:00"},
        {"reason": "because"},
        {"reason": ""},
        {"status": "withdrawn"},
        {"country": "ZZ"},
        {"source": "<b>"},
        {"language": "xx"},
        {"domain": "bulk example"},
        {"domain": "localhost"},
        {"s": "x"},
        {"since": "0001-01-01T00:00", "until": "9999-12-31T23:59"},
    ],
)
def test_an_invalid_filter_marks_nothing(client, staff, wrong):
    action = make_action()
    make_fakes(action, 1)

    answer = press(
        client, below(action, "bulk-invalidate"), **{**FAKES, "reason": "script", **wrong}
    )

    assert answer.status_code == 400
    assert batches(action.id, offset=0, limit=9) == []


@on_sqlite
def test_only_those_who_may_see_people_see_the_sample_and_that_is_recorded(client, staff):
    action = make_action()
    make_fakes(action, 1)

    client.get(below(action, "bulk-invalidate"), query_string=FAKES)

    (entry,) = entries("signatures-viewed")
    assert (entry.rows, entry.details) == (
        1,
        {"domain": "bulk.example", "country": "DE", "status": "confirmed-or-pending"},
    )


@on_sqlite
def test_a_batch_of_another_action_is_not_found(client, staff):
    action = make_action()
    make_fakes(action, 1)
    press(client, below(action, "bulk-invalidate"), **FAKES, reason="script")
    (batch,) = batches(action.id, offset=0, limit=9)

    for what in ("cancel", "validate"):
        assert press(client, below(action, "batches", str(batch.id + 1), what)).status_code == 404
    assert find_batch(action.id, batch.id).state == "running"


def test_the_list_says_how_many_match_and_on_which_page_one_is(client, staff, monkeypatch):
    monkeypatch.setattr("campaign_actions.actions.signatures.search.PAGE_SIZE", 2)
    action = make_action()
    for _number in range(5):
        make_signature(action, country_code="DE")
    make_signature(action)

    first = client.get(below(action), query_string={"country": "DE"}).text
    link = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get(link).text
    link = re.search(r'rel="prev" href="([^"]+)"', second)[1].replace("&amp;", "&")
    back = client.get(link).text

    assert "5 participants" in first
    assert "Page 1 of 3" in first
    assert "Page 2 of 3" in second
    assert "First page" in second
    assert "Page 1 of 3" in back


@on_sqlite
def test_the_list_offers_the_sources_of_the_action(client, staff):
    action = make_action()
    make_confirmed(action, source="leaflet-2")
    fold()

    assert '<option value="leaflet-2">' in client.get(below(action)).text


@on_sqlite
def test_counting_without_a_filter_says_what_to_do(client, staff):
    action = make_action()
    make_fakes(action, 1)
    page = below(action, "bulk-invalidate")

    at_first = client.get(page)
    answer = client.get(page, query_string={"q": "", "status": "", "domain": ""})

    assert answer.status_code == 400
    assert "Choose at least one filter" in answer.text
    assert "Choose at least one filter" not in at_first.text


@on_sqlite
def test_the_caption_of_a_sample_is_seen(client, staff):
    action = make_action()
    make_fakes(action, 1)

    page = client.get(below(action, "bulk-invalidate"), query_string=FAKES).text

    assert "<caption>All of them</caption>" in page
