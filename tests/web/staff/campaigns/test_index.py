"""What staff see of all campaigns: those of their rights, with state, counts and what waits."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.publishing.schedule_changes import schedule_changes
from campaign_actions.staff.permissions import ROLES
from tests.support.drafts import set_opening_time
from tests.support.factories import LONG_AGO, make_action, make_campaign, make_confirmed, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in
from tests.support.staff_forms import fields_of

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

SOON = utc_now() + timedelta(days=1)
BEFORE = utc_now() - timedelta(days=1)


@pytest.mark.parametrize("address", ["/staff/", "/staff/campaigns/"])
def test_an_empty_list_explains_campaigns(client, address):
    log_in(client, make_staff("reviewer"))

    assert "No campaigns yet" in client.get(address).text


@pytest.mark.parametrize("address", ["/staff/", "/staff/campaigns/"])
def test_staff_limited_to_campaigns_see_only_these(client, address):
    mine = make_campaign(slug="mine")
    make_campaign(slug="other")
    log_in(client, make_staff("reviewer", campaigns=(mine.id,)))

    page = client.get(address).text

    assert "Title of mine" in page
    assert "Title of other" not in page


def test_another_campaign_is_forbidden(client):
    mine, other = make_campaign(slug="mine"), make_campaign(slug="other")
    log_in(client, make_staff("reviewer", campaigns=(mine.id,)))

    assert client.get(f"/staff/campaigns/{other.id}/").status_code == 403


def test_the_list_has_pages(client):
    for number in range(21):
        make_campaign(slug=f"cause-{number}", position=number)
    log_in(client, make_staff("reviewer"))

    first, second = (client.get(f"/staff/campaigns/?page={page}").text for page in (1, 2))

    assert "Title of cause-19" in first
    assert "Title of cause-20" not in first
    assert "Title of cause-20" in second
    assert client.get("/staff/campaigns/?page=3").status_code == 404


@pytest.mark.parametrize(("role", "is_link"), [("campaigner", True), ("reviewer", False)])
def test_those_who_may_add_the_action_that_a_campaign_needs(client, role, is_link):
    campaign = make_campaign(published_at=None)
    log_in(client, make_staff(role))

    page = client.get(f"/staff/campaigns/{campaign.id}/").text

    link = f'<a href="/staff/campaigns/{campaign.id}/actions/new/">Visitors cannot take part'
    assert "It needs an action." in page
    assert (link in page) is is_link


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"published_at": None}, "Draft"),
        ({"published_at": SOON}, "Scheduled"),
        ({}, "Open"),
        ({"archived_at": BEFORE}, "Archived"),
    ],
)
def test_a_campaign_shows_its_state(client, values, state):
    campaign = make_campaign(**values)
    log_in(client, make_staff("reviewer"))

    page = client.get(f"/staff/campaigns/{campaign.id}/").text

    assert f">{state}</span>" in page


def test_a_campaign_whose_actions_are_closed_is_closed(client):
    action = make_action(closes_at=BEFORE)
    log_in(client, make_staff("reviewer"))

    page = client.get(f"/staff/campaigns/{action.campaign_id}/").text

    assert page.count(">Closed</span>") == 2


def test_missing_texts_of_a_language_are_listed(client):
    campaign = make_campaign(locales=("en", "ru"))
    make_action(campaign=campaign, locales=("en",), kind="pledge")
    log_in(client, make_staff("reviewer"))

    page = client.get(f"/staff/campaigns/{campaign.id}/").text

    assert "is not available in: Russian" in page
    assert "The consent text for pledges is missing in: Russian" in page
    assert "consent text for petitions" not in page, "the campaign has no petition"


def test_a_public_campaign_is_only_done_once_nothing_waits(client):
    campaign = make_campaign()
    action = make_action(campaign=campaign, shows_comments=True)
    log_in(client, make_staff("reviewer"))
    address = f"/staff/campaigns/{campaign.id}/"
    before = client.get(address).text
    make_confirmed(action, now=utc_now(), comment="I saw it", show_comment=True)
    with_comment = client.get(address).text
    changes = {"texts.en.summary": "Changed"}
    save_changes(
        CAMPAIGN, campaign.id, changes, opened_at=0, by=make_staff("campaigner"), now=utc_now()
    )
    changed = client.get(address).text

    assert "Nothing to do. Everything here is public." in before
    assert '<b class="many">1</b>' in with_comment
    assert "Comment to read" in with_comment
    assert "Everything here is public" not in with_comment
    assert "/comments/" not in with_comment, "a reviewer may not open them"
    assert "Everything here is public" not in changed


def test_an_archived_campaign_asks_for_nothing(client):
    campaign = make_campaign(archived_at=BEFORE)
    action = make_action(campaign=campaign, closes_at=SOON)
    log_in(client, make_staff("campaigner"))

    page = client.get(f"/staff/campaigns/{campaign.id}/").text
    action_page = client.get(f"/staff/campaigns/{campaign.id}/actions/{action.id}/").text

    assert "Closed on" not in action_page, "it would have closed later"
    assert "Archived on" in action_page
    assert "Nothing is left to do." in page
    assert "New action" not in page


@pytest.mark.parametrize("role", ["campaigner", "reviewer"])
def test_an_archived_campaign_asks_for_the_result_in_the_languages_that_lack_it(client, role):
    campaign = make_campaign(locales=("en", "ru", "fr"), archived_at=BEFORE)
    texts = update(CampaignText).filter_by(campaign_id=campaign.id)
    db.session.execute(texts.values(result="We won."))
    db.session.execute(texts.where(CampaignText.locale != "en").values(result=""))
    db.session.commit()
    log_in(client, make_staff(role))

    page = client.get(f"/staff/campaigns/{campaign.id}/").text

    assert "Nothing is left to do." not in page
    todo = page.partition('<ul class="todo">')[2].partition("</ul>")[0]
    assert visible_text(todo).strip().startswith("2 Languages without the result French")
    there = f"/staff/campaigns/{campaign.id}/edit/?right=ru#texts.ru.result"
    assert (there in todo) == (role == "campaigner"), "a reviewer may not write it"


def test_a_result_that_is_written_but_not_published_is_not_said_to_be_missing(client):
    campaign, member = (
        make_campaign(locales=("en", "ru"), archived_at=BEFORE),
        make_staff("campaigner"),
    )
    db.session.execute(update(CampaignText).filter_by(locale="en").values(result="We won."))
    db.session.commit()
    changes = {"texts.ru.result": "Мы победили."}
    save_changes(CAMPAIGN, campaign.id, changes, opened_at=0, by=member, now=utc_now())
    log_in(client, member)

    for page in (f"/staff/campaigns/{campaign.id}/", "/staff/"):
        assert "without the result" not in client.get(page).text
    assert "Changed page to publish" in client.get("/staff/").text


def test_a_draft_of_an_archived_campaign_is_left_to_do(client):
    """Its page stays public, and the draft may correct the result."""
    campaign = make_campaign(archived_at=BEFORE)
    member = make_staff("campaigner")
    changes = {"texts.en.summary": "Changed"}
    save_changes(CAMPAIGN, campaign.id, changes, opened_at=0, by=member, now=utc_now())
    log_in(client, member)

    page = client.get(f"/staff/campaigns/{campaign.id}/").text

    assert "Nothing is left to do." not in page
    assert "Unpublished changes by" in page
    assert "Changed page to publish" in client.get("/staff/").text


def test_the_pages_of_an_action_lead_to_the_checklist_until_its_campaign_is_public(client):
    action = make_action()
    log_in(client, make_staff("campaigner"))
    pages = [
        f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/{page}"
        for page in ("", "edit/", "open/", "history/")
    ]
    back = f'href="/staff/campaigns/{action.campaign_id}/checklist/">Back to the checklist</a>'

    public = [back in client.get(page).text for page in pages]
    set_opening_time(action.campaign_id, None)
    draft = [back in client.get(page).text for page in pages]

    assert (public, draft) == ([False] * 4, [True] * 4)


def test_the_pages_of_the_menu_a_campaign_and_an_action_have_names_of_their_own(client):
    action = make_action()
    log_in(client, make_staff("campaigner"))
    campaign_page = f"/staff/campaigns/{action.campaign_id}/"
    action_page = f"{campaign_page}actions/{action.id}/"

    tabs = [
        re.search(r'class="tabs".*?aria-current="page">([^<]*)<', client.get(page).text, re.S)[1]
        for page in (campaign_page, action_page)
    ]

    assert tabs == ["Actions", "Dashboard"]
    assert f'href="{action_page}close/"' in client.get(action_page).text


@pytest.mark.parametrize(
    ("missing", "said", "place"),
    [
        ({"teaser": ""}, "Action to finish", "edit/?right=en#texts.en.teaser"),
        ({}, "Action is complete but not open", "open/"),
    ],
)
def test_an_action_that_is_not_open_in_a_public_campaign_is_to_do(client, missing, said, place):
    campaign = make_campaign()
    make_action(campaign=campaign)
    action = make_unopened(campaign, **missing)
    log_in(client, make_staff("campaigner"))

    page = client.get(f"/staff/campaigns/{campaign.id}/").text
    overview = client.get("/staff/").text
    checks = client.get(f"/staff/campaigns/{campaign.id}/publish/").text

    address = f"/staff/campaigns/{campaign.id}/actions/{action.id}/{place}"
    for found in (page, overview):
        assert said in found
        assert f'href="{address}"' in found
    assert "Everything here is public" not in page
    assert "is not available in" not in page
    assert "Nothing needs fixing" in checks, "the public sees nothing of this action"


@pytest.mark.parametrize("is_closed", [False, True])
def test_an_action_that_is_not_open_is_nothing_to_do_once_its_campaign_is_closed(client, is_closed):
    campaign = make_campaign()
    make_action(campaign=campaign, slug="over", closes_at=LONG_AGO)
    make_action(campaign=campaign, closes_at=LONG_AGO if is_closed else None)
    action = make_unopened(campaign)
    log_in(client, make_staff("campaigner"))
    base = f"/staff/campaigns/{campaign.id}/"

    lists = [client.get(page).text for page in ("/staff/", base)]
    asked = visible_text(client.get(f"{base}actions/{action.id}/open/").text)

    said = "Action is complete but not open"
    assert [said in page for page in lists] == [not is_closed] * 2
    assert ("The campaign is closed. It will be open again" in asked) == is_closed


def test_only_those_who_may_change_an_action_are_led_to_it(client):
    campaign = make_campaign()
    make_unopened(campaign, teaser="")
    log_in(client, make_staff("reviewer"))

    page = client.get(f"/staff/campaigns/{campaign.id}/").text

    assert "Action to finish" in page
    assert "Finish action" not in page
    assert "Action to finish" not in client.get("/staff/").text


@pytest.mark.parametrize(
    ("role", "missing", "said", "place"),
    [
        ("campaigner", {"teaser": ""}, "Next: finish action", "edit/?right=en#texts.en.teaser"),
        ("campaigner", {}, "Next: open action", "open/"),
    ],
)
def test_saving_a_second_action_of_a_public_campaign_leads_on(client, role, missing, said, place):
    campaign = make_campaign()
    make_action(campaign=campaign)
    action = make_unopened(campaign, **missing)
    log_in(client, make_staff(role))
    here = f"/staff/campaigns/{campaign.id}/actions/{action.id}/"

    page = client.get(f"{here}edit/").text
    answer = client.post(f"{here}edit/", data=fields_of(page) | {"then": "next"})

    assert "Save and continue" in page
    assert (answer.status_code, answer.location) == (303, f"{here}{place}")
    assert said in client.get(answer.location).text
    assert "Save and continue" not in client.get(f"/staff/campaigns/{campaign.id}/edit/").text


def test_saving_an_action_leads_someone_who_cannot_open_it_back_to_the_campaign(
    client, monkeypatch
):
    monkeypatch.setitem(ROLES, "reviewer", ROLES["reviewer"] | {"campaigns.edit"})
    campaign = make_campaign()
    action = make_unopened(campaign)
    log_in(client, make_staff("reviewer"))
    here = f"/staff/campaigns/{campaign.id}/"
    page = client.get(f"{here}actions/{action.id}/edit/").text

    answer = client.post(
        f"{here}actions/{action.id}/edit/", data=fields_of(page) | {"then": "next"}
    )

    assert answer.location == here


def make_unopened(campaign, **texts):
    """An action that was left out, or is new, when its campaign was public already."""
    action = make_action(campaign=campaign, slug="later")
    db.session.execute(update(Action).filter_by(id=action.id).values(published_at=None))
    if texts:
        db.session.execute(update(ActionText).filter_by(action_id=action.id).values(**texts))
    db.session.commit()
    return action


def test_the_head_of_a_scheduled_campaign_says_when_it_opens(client):
    campaign = make_campaign()
    set_opening_time(campaign.id, SOON)
    log_in(client, make_staff("campaigner"))

    head = client.get(f"/staff/campaigns/{campaign.id}/history/").text.partition('class="tabs"')[0]

    assert f"Opens on {datetime_here(SOON)}." in visible_text(head)


def save_title(campaign, title, by):
    number = find_content(CAMPAIGN, campaign.id)[1]
    db.session.rollback()
    changes = {"texts.en.title": title}
    save_changes(CAMPAIGN, campaign.id, changes, opened_at=number, by=by, now=utc_now())


@pytest.mark.parametrize("is_changed", [False, True])
def test_the_list_says_when_changes_will_be_published(client, is_changed):
    campaign, by = make_campaign(), make_staff("campaigner", name="Ada")
    save_title(campaign, "Once", by)
    seen = {("campaign", campaign.id): find_content(CAMPAIGN, campaign.id)[1]}
    facts = {"actor": by.email, "staff_id": by.id, "now": utc_now()}
    schedule_changes(campaign.id, seen=seen, at=SOON, **facts)
    if is_changed:
        save_title(campaign, "Twice", by)
    db.session.rollback()
    log_in(client, make_staff("reviewer"))

    page = visible_text(client.get("/staff/campaigns/").text)

    assert ("Unpublished changes" in page) is is_changed
    assert (f"Changes scheduled for {datetime_here(SOON)}." in page) is not is_changed
