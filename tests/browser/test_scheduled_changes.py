"""In a browser: changes get a time, keep it or lose it, and a box for other websites is copied."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.publishing.scheduled.changes import publish_scheduled
from tests.support.browser.accessibility import look_at
from tests.support.browser.campaigner import press
from tests.support.browser.sites import Place
from tests.support.drafts import BOTH_LOCALES, make_draft
from tests.support.factories import make_action, make_campaign, make_staff

pytestmark = pytest.mark.slow  # it drives a browser
LIFETIMES = Lifetimes(remind_after=timedelta(hours=48), link=timedelta(days=14))


@pytest.fixture
def changed(workplace: Place) -> str:
    """The address of the changes of a public campaign whose action has a new button."""
    with workplace.app.app_context():
        campaign = make_campaign(slug="timely", locales=BOTH_LOCALES)
        action = make_action(campaign=campaign, slug="timely", locales=BOTH_LOCALES)
        texts = {"texts.en.button": "Add my name"}
        by = make_staff("campaigner")
        save_changes(ACTION, action.id, texts, opened_at=0, by=by, now=utc_now())
        db.session.remove()
        return f"/staff/campaigns/{campaign.id}/changes/"


def title_of_button(workplace: Place) -> str:
    """That the public sees."""
    with workplace.app.app_context():
        found = find_action("timely", "timely", locale="en", now=utc_now())
        db.session.remove()
        return found.button


def test_changes_are_scheduled_and_published_at_their_time(work, workplace, changed, shots):
    staff = work("campaigner")
    staff.goto(changed)

    staff.get_by_label("At a later time").check()
    press(staff, "Schedule 1 change")
    expect(staff.get_by_role("alert")).to_contain_text("The changes were not scheduled")
    assert look_at(staff, shots, "changes-without-a-time") == []

    later = utc_now() + timedelta(days=2)
    staff.get_by_label("Date and time").fill(later.strftime("%Y-%m-%dT%H:%M"))
    press(staff, "Schedule 1 change")
    expect(staff.get_by_role("status")).to_contain_text("Changes scheduled.")
    assert look_at(staff, shots, "changes-scheduled") == []

    before = title_of_button(workplace)
    with workplace.app.app_context():
        publish_scheduled(later, lifetimes=LIFETIMES)
        db.session.remove()
    assert (before, title_of_button(workplace)) == ("Sign the petition", "Add my name")


def test_the_box_for_other_websites_is_shown_and_copied(work, workplace):
    page = work("campaigner")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/staff/campaigns/2/share/?language=en")

    box = page.frame_locator("iframe.snippet")
    expect(box.get_by_role("link")).to_be_visible()
    page.get_by_role("button", name="Copy HTML").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#snippet").input_value()
    other = work()
    other.set_content(copied)
    assert other.get_by_role("link").get_attribute("href").endswith("?source=website")


@pytest.fixture(scope="module")
def long_text(workplace: Place) -> str:
    """The address of the changes of a public campaign: the last paragraph of a long text in Russian."""
    paragraphs = [f"Абзац {number}. " + "Несколько слов. " * 9 for number in range(9)]
    with workplace.app.app_context():
        campaign = make_campaign(slug="long", locales=BOTH_LOCALES)
        russian = update(CampaignText).filter_by(campaign_id=campaign.id, locale="ru")
        db.session.execute(russian.values(body="\n\n".join([*paragraphs, "Конец."])))
        db.session.commit()
        texts = {"texts.ru.body": "\n\n".join([*paragraphs, "Новый конец."])}
        by = make_staff("campaigner")
        save_changes(CAMPAIGN, campaign.id, texts, opened_at=0, by=by, now=utc_now())
        db.session.remove()
        return f"/staff/campaigns/{campaign.id}/changes/"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_change_leads_to_its_field_in_its_language(work, long_text, scripts):
    page = work("campaigner", java_script_enabled=scripts)
    page.goto(long_text)

    page.get_by_role("link", name="Edit: Page text (Russian)").click()

    field = page.locator("[id='texts.ru.body']")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()


def test_unchanged_paragraphs_can_be_opened_without_scripts(work, long_text):
    page = work("campaigner", java_script_enabled=False)
    page.goto(long_text)
    folded, last = page.get_by_text("Абзац 1."), page.get_by_text("Абзац 8.")
    expect(last.first).to_be_visible()
    expect(folded).to_be_hidden()

    page.get_by_text("unchanged paragraphs").click()

    expect(folded).to_be_visible()


def test_on_a_phone_the_button_comes_before_what_passed(work, workplace):
    with workplace.app.app_context():
        address = f"/staff/campaigns/{make_draft(slug='phone').id}/publish/"
        db.session.remove()
    page = work("campaigner", width=360)
    page.goto(address)
    places = [
        page.get_by_role("heading", name="Publishing checks"),
        page.get_by_role("button", name="Run all checks"),
        page.get_by_role("button", name="Publish campaign"),
        page.get_by_text("checks passed"),
    ]

    tops = [place.bounding_box()["y"] for place in places]

    assert tops == sorted(tops)
