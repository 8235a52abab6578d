"""Staff mark all signatures that match a filter invalid, watch it, cancel it and undo it."""

import re

import pytest
from sqlalchemy import select

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.invalidation import run_jobs
from campaign_actions.actions.signatures.invalidation.batches import batches, find_batch
from campaign_actions.actions.signatures.invalidation.run_jobs import take_step
from campaign_actions.core.db.session import db, utc_now
from tests.support.batches import batch_row, work
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
    ended, asked = client.get(page).text, client.get(undo).text
    press(client, undo)
    undoing = client.get(page).text
    work(batch.id, utc_now())
    undone = client.get(page).text

    assert "Mark 3 participations as invalid" in preview
    assert "x2…@bulk.example" not in preview, "two characters at most"
    assert preview.count("…@bulk.example") == 3, "the sample"
    assert (before, between, count_signatures(action.id)) == (4, 1, 4)
    assert "Being marked invalid" in running
    assert undo in ended
    assert "3 participations were marked invalid" in asked
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

    counting = client.get(page).text
    for _step in range(2):
        take_step(batch.id, utc_now())
    db.session.rollback()
    running = client.get(page).text
    cancel = below(action, "batches", str(batch.id), "cancel")
    press(client, cancel)
    cancelled = client.get(page).text
    press(client, cancel)
    again = client.get(page).text

    assert "Counting how many match." in counting
    assert '<progress value="2" max="5"' in running
    assert "2 of 5 participations" in running
    assert 'id="progress" data-fresh="yes"' in running
    assert "Cancelled. 2 participations are marked invalid." in cancelled
    assert 'id="progress" data-fresh="no"' in cancelled
    assert "This batch has ended already." in again
    assert count_signatures(action.id) == 3


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
