"""Tabs say how much is left behind them: comments to read, and steps of a checklist."""

import re
from datetime import timedelta

import pytest

from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.web.staff.waiting.store import WaitingStore, waiting_store
from tests.support.drafts import make_draft, set_opening_time
from tests.support.factories import make_action, make_confirmed, make_staff
from tests.support.staff_client import log_in, token_of
from tests.support.statements import recorded

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
ACTION_PAGES = (
    *("", "edit/", "picture/", "signatures/", "signatures/bulk-invalidate/"),
    *("comments/", "updates/", "history/"),
)
CAMPAIGN_PAGES = (*("", "checklist/", "edit/", "partners/", "appearance/", "publish/", "history/"),)


@pytest.fixture(autouse=True)
def mail_server(app):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"


def make_comments(action, number: int) -> None:
    for _number in range(number):
        now = utc_now() - timedelta(hours=1)
        make_confirmed(action, now=now, comment="I saw it", show_comment=True)


def badge_of(page: str, tab: str) -> str:
    """What the tab counts; "" if nothing."""
    tabs = page.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    found = re.search(rf"<a[^>]*>{tab} <span class=\"badge dim\">([^<]*)</span>", tabs)
    return found[1] if found else ""


@pytest.mark.parametrize("page", ACTION_PAGES)
def test_every_page_of_an_action_says_how_many_comments_wait(staff, page):
    action = make_action(shows_comments=True)
    make_comments(action, 2)
    address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/{page}"

    with recorded() as statements:
        shown = staff.get(address).text

    assert badge_of(shown, "Comments") == "2"
    counting = [one for one in statements if "FROM comments" in one and "newest" not in one]
    assert len(counting) == 1 or page == "comments/"


def test_many_comments_are_not_counted_to_the_end(staff, monkeypatch):
    monkeypatch.setattr("campaign_actions.web.staff.tab_counts.MAX_COUNTED", 1)
    monkeypatch.setattr("campaign_actions.web.staff.waiting.item.MAX_COUNTED", 1)
    action = make_action(shows_comments=True)
    make_comments(action, 3)

    page = staff.get(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/").text

    assert badge_of(page, "Comments") == "1+"


def test_comments_that_are_not_shown_do_not_wait(staff):
    action = make_action()
    make_comments(action, 2)

    page = staff.get(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/").text

    assert badge_of(page, "Comments") == ""


def test_a_reader_without_the_right_is_told_nothing_about_comments(client):
    action = make_action(shows_comments=True)
    make_comments(action, 2)
    log_in(client, make_staff("reviewer"))

    with recorded() as statements:
        page = client.get(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/").text

    assert "Comments" not in page.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    assert [one for one in statements if "FROM comments" in one] == []


@pytest.mark.parametrize("page", CAMPAIGN_PAGES)
def test_every_page_of_a_draft_says_how_many_steps_are_left(staff, page):
    campaign = make_draft()

    shown = staff.get(f"/staff/campaigns/{campaign.id}/{page}").text

    assert badge_of(shown, "Checklist") == "3 left"


def test_a_public_campaign_has_no_checklist(staff):
    campaign = make_draft()
    set_opening_time(campaign.id, utc_now())

    assert "Checklist" not in staff.get(f"/staff/campaigns/{campaign.id}/").text


@pytest.fixture
def kept(app):
    """As a server keeps what it has counted, unlike other tests."""
    former = waiting_store.of(app)
    waiting_store.provide(app, WaitingStore(is_kept=True))
    yield
    waiting_store.provide(app, former)


def left(staff, campaign) -> str:
    return badge_of(staff.get(f"/staff/campaigns/{campaign.id}/").text, "Checklist")


@pytest.mark.usefixtures("kept")
def test_the_steps_are_worked_out_once_and_again_after_each_save(staff):
    campaign = make_draft()
    before = left(staff, campaign)
    with recorded() as statements:
        assert left(staff, campaign) == before
    again = [one for one in statements if "FROM email_trials" in one]

    by = make_staff("campaigner")
    empty = {"texts.en.headline": ""}
    save_changes(CAMPAIGN, campaign.id, empty, opened_at=0, by=by, now=utc_now())
    db.session.rollback()

    assert (before, again, left(staff, campaign)) == ("3 left", [], "6 left")


@pytest.mark.usefixtures("kept")
def test_the_steps_are_worked_out_again_after_what_the_member_does(staff):
    campaign = make_draft()
    before = left(staff, campaign)
    page = f"/staff/campaigns/{campaign.id}/"
    token = token_of(staff.get(f"{page}checklist/").text)

    staff.post(f"{page}try-emails/", data={"csrf_token": token})

    assert (before, left(staff, campaign)) == ("3 left", "1 left")
