"""Marks on the charts of dashboards: what happened, and how many confirmed before and after it."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from PIL import Image

from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.archive import archive
from campaign_actions.publishing.changes import discard_changes
from campaign_actions.publishing.close import close_action
from campaign_actions.publishing.publish import unpublish
from tests.support.changes import publish_all, seen_of
from tests.support.drafts import set_opening_time
from tests.support.factories import make_action, make_confirmed, make_staff, make_update

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def action(app):
    return make_action()


def change_title(subject, subject_id, title, now=None):
    number = find_content(subject, subject_id)[1]
    db.session.commit()
    changes = {"texts.en.title": title}
    facts = {"opened_at": number, "by": make_staff("campaigner"), "now": now or utc_now()}
    save_changes(subject, subject_id, changes, **facts)
    db.session.commit()


def address_of(action, page=""):
    return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/{page}"


def marks_of(page):
    """The letter of each mark, with its events as text."""
    pins = page.partition('<ul class="pins">')[2].partition("</ul>")[0]
    found = []
    for item in re.findall(r"<li>(.*?)</li>", pins, re.DOTALL):
        letter = re.search(r"<b[^>]*>(.)</b>", item)[1]
        events = re.findall(r"<p>(.*?)</p>", item, re.DOTALL)
        found.append((letter, [unescape(re.sub(r"<[^>]+>", "", one)) for one in events]))
    return found


@pytest.mark.parametrize("query", ["", "?range=24h"])
def test_published_changes_are_marked_with_their_effect(staff, action, query):
    change_title(ACTION, action.id, "A new title")
    publish_all(now=utc_now() - 5 * HOUR)
    for hours in (-2, 3, 4):
        make_confirmed(action, now=utc_now() - (5 - hours) * HOUR)
    fold_states(utc_now())

    ((letter, (words,)),) = marks_of(staff.get(address_of(action, query)).text)

    assert letter == "A"
    assert ": Changes published " in words
    assert words.endswith("Confirmed in the 5 hours before: 1. In the 5 hours after: 2.")


def test_closing_or_reopening_an_action_with_a_draft_publishes_no_changes(staff, action):
    change_title(ACTION, action.id, "A new title")
    now = utc_now()
    close_action(action.campaign_id, action.id, at=now, actor="ada@example.org", now=now)
    later = utc_now()
    close_action(action.campaign_id, action.id, at=None, actor="ada@example.org", now=later)

    page = staff.get(address_of(action)).text

    assert "Changes published" not in page


def test_changes_of_a_campaign_that_are_published_together_are_one_event(staff, action):
    change_title(CAMPAIGN, action.campaign_id, "A new campaign")
    change_title(ACTION, action.id, "A new title")
    publish_all(now=utc_now() - 5 * HOUR)

    page = staff.get(f"/staff/campaigns/{action.campaign_id}/dashboard/").text

    ((_letter, (words,)),) = marks_of(page)
    assert ": Changes published: A new campaign and A new title " in words
    assert f'href="/staff/campaigns/{action.campaign_id}/history/"' in page.partition("pins")[2]


def test_a_publication_is_marked_with_its_effect(staff, action):
    db.session.get(Action, action.id).published_at = utc_now() - 5 * HOUR
    db.session.commit()
    for hours in (4, 3):
        make_confirmed(action, now=utc_now() - hours * HOUR)
    fold_states(utc_now())

    ((_letter, (words,)),) = marks_of(staff.get(address_of(action)).text)

    assert ": Published " in words
    assert words.endswith("Confirmed in the 5 hours before: 0. In the 5 hours after: 2.")


def test_a_discarded_draft_has_no_mark(staff, action):
    change_title(ACTION, action.id, "A new title")
    facts = {"actor": "a test", "staff_id": None, "now": utc_now()}
    discard_changes(action.campaign_id, seen=seen_of(action.campaign_id), **facts)
    db.session.commit()

    assert marks_of(staff.get(address_of(action)).text) == []


def test_what_is_public_at_once_beside_a_draft_is_marked(staff, action):
    change_title(CAMPAIGN, action.campaign_id, "A draft")
    facts = {"actor": "a test", "now": utc_now() - 5 * HOUR}
    archive(action.campaign_id, results={"en": "We won."}, **facts)
    db.session.commit()

    page = staff.get(f"/staff/campaigns/{action.campaign_id}/dashboard/").text

    ((_letter, events),) = marks_of(page)
    assert ": Changes published: A draft Confirmed" in events[-1], "the action only closed"


def test_an_opening_in_the_past_is_no_change(staff, action):
    now, campaign_id = utc_now(), action.campaign_id
    set_opening_time(campaign_id, None)
    change_title(ACTION, action.id, "Saved before it opened", now - 5 * HOUR)
    set_opening_time(campaign_id, now - 4 * HOUR)
    unpublish(campaign_id, seen=now - 4 * HOUR, actor="a test", now=now - 3 * HOUR)
    set_opening_time(campaign_id, now - 2 * HOUR)

    page = staff.get(address_of(action)).text

    assert "Changes published" not in page
    assert len(marks_of(page)) == 1


def test_in_the_first_hour_a_mark_has_the_day_before_and_says_when_the_rest_comes(staff, action):
    sent = {"status": "sent", "ended_at": utc_now(), "queued": 3}
    update = make_update(action, started_at=utc_now(), **sent)
    for hours in (30, 20, 10, 2):
        make_confirmed(action, now=utc_now() - hours * HOUR)
    fold_states(utc_now())
    words = "Confirmed in the 24 hours before: 3. How many since appears here within the hour."

    assert words in marks_of(staff.get(address_of(action)).text)[0][1][0]
    assert words in staff.get(address_of(action, f"updates/{update.id}/")).text


def test_where_hours_are_shown_marks_have_the_time(staff, action):
    started_at = utc_now() - 5 * HOUR
    make_update(action, status="sent", started_at=started_at, ended_at=utc_now(), queued=3)

    ((_letter, (words,)),) = marks_of(staff.get(address_of(action, "?range=24h")).text)

    assert f", {started_at:%H:%M}: Update" in words


def test_all_events_of_a_place_have_one_letter(staff, action):
    for _number in range(2):
        sent = {"status": "sent", "ended_at": utc_now(), "queued": 3}
        make_update(action, started_at=utc_now() - DAY, **sent)
    make_update(action, started_at=utc_now() - 3 * DAY, **sent)

    found = marks_of(staff.get(address_of(action)).text)

    assert [(letter, len(events)) for letter, events in found] == [("A", 1), ("B", 2)]


def test_marks_that_are_not_drawn_are_told_and_are_in_the_table(staff, action):
    sent = {"status": "sent", "ended_at": utc_now(), "queued": 3}
    for days in range(1, 13):
        make_update(action, started_at=utc_now() - days * DAY, **sent)
    of_twelve = staff.get(address_of(action)).text
    make_update(action, started_at=utc_now() - 13 * DAY, **sent)

    page = staff.get(address_of(action)).text

    assert "Marks on the chart" not in of_twelve
    assert "Marks on the chart: the newest 12 of 13. The table has all of them." in page
    assert len(marks_of(page)) == 12
    for panel in ("total", "states"):
        table = page.partition(f'id="{panel}"')[2].partition("</table>")[0].partition("<tbody>")[2]
        rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
        told = [place for place, row in enumerate(rows) if "emails: 3" in row]
        assert told == list(range(1, 14)), "the newest row is today’s"


def test_a_picture_says_as_well_which_marks_it_leaves_out(staff, action):
    sent = {"status": "sent", "ended_at": utc_now(), "queued": 3}
    heights = []
    for days in range(1, 14):
        make_update(action, started_at=utc_now() - days * DAY, **sent)
        if days > 11:
            picture = staff.get(address_of(action, "files/states.png")).data
            heights.append(Image.open(BytesIO(picture)).height)

    assert heights[1] - heights[0] == 36, "one more line"


def test_each_closing_is_marked_though_the_action_is_open_again(staff, action):
    by = {"actor": "ada@example.org"}
    for hours, at in ((5, "closed"), (4, "open"), (3, "closed"), (2, "open")):
        now = utc_now() - hours * HOUR
        end = now if at == "closed" else None
        close_action(action.campaign_id, action.id, at=end, now=now, **by)

    page = staff.get(address_of(action, "?range=24h")).text

    events = [event for _letter, events in marks_of(page) for event in events]
    assert sum(event.endswith(": Closed") for event in events) == 2
