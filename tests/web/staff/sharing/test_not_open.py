"""Sharing before an action opens and after it has closed: prepared links, and never those of another."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import update

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.core.db.session import db
from tests.support.factories import ended, make_action, make_confirmed
from tests.support.page_text import visible_text

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
OPENS = datetime(2026, 12, 10, 12, tzinfo=UTC)
PUBLIC = "/en/campaigns/racism/later/"
LINK = f"http://actions.example.org{PUBLIC}"
FROM_THEN = "These links work from 10 December 2026, 12:00"
ONCE_PUBLISHED = "These links work once the action is published."


@pytest.fixture(autouse=True)
def clock(app):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def action(app):
    """An open action."""
    return make_action(locales=("en", "ru"))


@pytest.fixture
def later(action):
    """An action of the same campaign that opens in some days."""
    campaign = db.session.get(Campaign, action.campaign_id)
    found = make_action(campaign=campaign, slug="later", locales=("en", "ru"))
    set_opening(Action, found.id, OPENS)
    return found


def set_opening(table, row_id: int, at: datetime | None) -> None:
    db.session.execute(update(table).filter_by(id=row_id).values(published_at=at))
    db.session.commit()


def close(action) -> None:
    db.session.execute(
        update(Action).filter_by(id=action.id).values(ended(NOW - timedelta(days=1)))
    )
    db.session.commit()


def page_of(action, part: str = "") -> str:
    return f"/staff/campaigns/{action.campaign_id}/share/{part}"


@pytest.mark.parametrize(("at", "words"), [(OPENS, FROM_THEN), (None, ONCE_PUBLISHED)])
def test_links_are_prepared_before_an_action_opens(staff, later, at, words):
    set_opening(Action, later.id, at)
    tab = f'<a href="{page_of(later)}?of={later.id}">Share</a>'

    page = staff.get(page_of(later, f"?of={later.id}&language=en")).text

    assert words in visible_text(page)
    assert f">{LINK}?source=newsletter</output>" in page
    assert f'\nSign the petition\n<bdi dir="ltr">{LINK}</bdi>' in page
    assert "is public in" not in page
    assert "Published. Share it" not in page
    assert tab in staff.get(f"/staff/campaigns/{later.campaign_id}/actions/{later.id}/").text


@pytest.mark.parametrize("at", [OPENS, None])
def test_links_are_prepared_before_a_campaign_opens(staff, later, at):
    set_opening(Campaign, later.campaign_id, at)
    tab = f'<a href="{page_of(later)}">Share</a>'

    page = staff.get(page_of(later)).text

    assert (FROM_THEN if at else ONCE_PUBLISHED) in visible_text(page)
    assert "/hate-crimes/?source=newsletter</output>" in page
    assert tab in staff.get(f"/staff/campaigns/{later.campaign_id}/").text


@pytest.mark.parametrize(
    "file", ["en/radio.svg", "en/radio.png", "en/radio/snippet/", "en/radio/poster/"]
)
def test_files_are_for_staff_and_nothing_is_public(staff, later, file):
    address = page_of(later, f"{later.id}/{file}")

    answer = staff.get(address)
    staff.post("/staff/logout")
    public = [staff.get(f"{PUBLIC}{part}").status_code for part in ("", "poster/", "share.png")]

    assert answer.status_code == 200
    assert "public" not in answer.headers["Cache-Control"]
    assert public == [404, 404, 404]


def test_files_need_a_member_who_may_see_the_campaign(client, later):
    for file in ("en/radio.svg", "en/radio/poster/"):
        answer = client.get(page_of(later, f"{later.id}/{file}"))

        assert answer.status_code == 302
        assert "/staff/login" in answer.location


def test_a_poster_before_opening_says_from_when_it_works_and_only_on_the_screen(staff, later):
    page = staff.get(page_of(later, f"{later.id}/en/radio/poster/")).text

    screen = re.search(r'<div class="wrap no-print">.*?<article', page, re.DOTALL)[0]
    assert FROM_THEN in visible_text(screen)
    assert "English, Русский" in page
    assert '<html lang="ru"' in staff.get(page_of(later, f"{later.id}/ru/radio/poster/")).text


def test_nothing_is_prepared_in_a_language_that_will_not_be_public(staff, later):
    text = update(CampaignText).filter_by(campaign_id=later.campaign_id, locale="ru")
    db.session.execute(text.values(is_public=False))
    db.session.commit()

    page = staff.get(page_of(later, f"?of={later.id}&language=ru")).text

    assert f">{LINK}?source=newsletter</output>" in page
    assert "Language of links and texts" not in page
    assert staff.get(page_of(later, f"{later.id}/ru/radio/poster/")).status_code == 404


def test_an_action_that_is_not_public_is_not_announced_to_earlier_participants(
    staff, action, later
):
    make_confirmed(action, wants_updates=True)

    page = staff.get(page_of(later, f"?of={later.id}")).text

    assert "asked for updates" not in page
    assert "asked for updates" in staff.get(page_of(action)).text


def test_the_page_of_a_campaign_begins_with_what_is_open(staff, action, later):
    db.session.execute(update(Action).filter_by(id=later.id).values(position=-1))
    db.session.commit()

    page = staff.get(page_of(action)).text

    assert "/hate-crimes/?source=newsletter</output>" in page
    assert re.search(r"Title of later \(en\) <span class=\"tag sched\">Scheduled</span>", page)


@pytest.mark.parametrize("choice", ["of", "action"])
def test_a_closed_action_has_a_notice_and_no_links_of_another(staff, action, later, choice):
    close(action)

    page = staff.get(page_of(action, f"?{choice}={action.id}")).text

    assert "“Title of hate-crimes (en)” is closed, so there is nothing to share." in (
        visible_text(page)
    )
    assert "?source=" not in page
    dashboard = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/?range=all#source"
    assert f'href="{dashboard}"' in page
    assert staff.get(page_of(action, f"{action.id}/en/radio.svg")).status_code == 404


def test_an_action_of_an_archived_campaign_has_a_notice(staff, action, later):
    close(action)
    set_opening(Action, later.id, None)
    archived = update(Campaign).filter_by(id=action.campaign_id).values(archived_at=NOW)
    db.session.execute(archived)
    db.session.commit()

    for one in (action, later):
        page = staff.get(page_of(one, f"?of={one.id}")).text
        assert "there is nothing to share." in visible_text(page)
        assert "?source=" not in page


def test_an_action_that_is_not_there_is_not_found(staff, action):
    for query in ("?of=99", "?action=99"):
        assert staff.get(page_of(action, query)).status_code == 404


def test_a_language_that_is_left_out_is_not_offered_before_the_campaign_opens(staff, action):
    db.session.execute(update(Campaign).values(published_at=None))
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(is_public=False))
    db.session.commit()

    page = staff.get(f"/staff/campaigns/{action.campaign_id}/share/").text

    assert "/en/campaigns/racism/" in page
    assert "/ru/campaigns/racism/" not in page
