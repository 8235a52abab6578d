"""An update by a campaigner: written in two languages, previewed, tested, sent and stopped."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from campaign_actions.actions.queries import find_action
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.updates.schedule import start_due
from tests.support.browser.accessibility import look_at
from tests.support.browser.campaigner import follow, press, write_update
from tests.support.browser.sites import served
from tests.support.drafts import BOTH_LOCALES
from tests.support.factories import make_action, make_campaign, make_confirmed, make_update

pytestmark = pytest.mark.slow  # it drives a browser

SUBJECT = {"en": "The prosecutors have answered", "ru": "Прокуратура ответила"}
BODY = {
    "en": "On **Tuesday** they answered.\n\n## What they promise\n\n- [A report](https://report.example/)",
    "ru": "Во **вторник** нам ответили.\n\n## Что обещают\n\n- [Отчёт](https://report.example/)",
}
EMAIL = "grace@example.org"


@pytest.fixture(scope="module")
def workplace(in_memory):
    """A site of its own, which delivers emails only when a test says so."""
    with served(in_memory / "updates", "--no-outbox") as place:
        yield place


@pytest.fixture(scope="module")
def action(workplace) -> str:
    """The address of the pages of an action with six subscribers, three of them in Russian."""
    with workplace.app.app_context():
        campaign = make_campaign(slug="updates", locales=BOTH_LOCALES)
        action = make_action(campaign=campaign, slug="sign", locales=BOTH_LOCALES)
        for number in range(6):
            locale = BOTH_LOCALES[number % 2]
            make_confirmed(action, now=utc_now(), wants_updates=True, locale=locale)
        db.session.execute(OutboxMail.__table__.delete())  # confirmation emails
        db.session.commit()
        return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/"


def test_an_update_is_written_tested_sent_stopped_and_resumed(work, workplace, action, shots):
    page = work(width=1280)
    workplace.log_in(page.context, "campaigner", email=EMAIL)
    write_update(page, action, {tag: (SUBJECT[tag], BODY[tag]) for tag in BOTH_LOCALES})
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_have_text(SUBJECT["en"])
    expect(frame.locator("strong", has_text="Tuesday")).to_be_visible()
    follow(page, "Русский")
    expect(page.frame_locator("iframe").locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator("pre.mail-text")).to_contain_text("Отчёт (https://report.example/)")

    press(page, "Send me a test")
    expect(page.get_by_role("status")).to_contain_text(EMAIL)
    workplace.do("outbox", "deliver")
    (test,) = workplace.mails(EMAIL)
    assert (test["To"], test["Subject"]) == (EMAIL, f"[Пробное письмо] {SUBJECT['ru']}")

    follow(page, "3. Check and send")
    expect(page.get_by_text("Nothing needs fixing.")).to_be_visible()
    follow(page, "Continue to sending")
    expect(page.locator(".page-name h2")).to_have_text("Send this update to 6 people?")
    press(page, "Send update to 6 people")
    expect(page.get_by_text("Sending", exact=True)).to_be_visible()

    press(page, "Stop sending")
    expect(page.locator("#progress")).to_contain_text("Stopped")
    workplace.do("outbox", "deliver")
    assert of_update(workplace) == [], "the test, and nothing of the update"
    press(page, "Resume sending")
    expect(page.get_by_text("Sending", exact=True)).to_be_visible()
    workplace.do("outbox", "deliver")
    expect(page.locator(".figs dd").first).to_have_text("6", timeout=15_000)  # updates itself
    workplace.do("outbox", "deliver")
    expect(page.locator("#progress")).to_contain_text("Sent", timeout=15_000)
    expect(page.get_by_role("button", name="Stop sending")).to_have_count(0)
    assert look_at(page, shots, "update-came-to-its-end") == []
    assert of_update(workplace) == ["en"] * 3 + ["ru"] * 3


def of_update(workplace) -> list[str]:
    """The languages of the emails of the update, without the test email."""
    sent = (mail for mail in workplace.mails() if mail["Subject"] in SUBJECT.values())
    return sorted(mail["Content-Language"] for mail in sent)


def test_a_subscriber_unsubscribes_with_one_button(work, workplace, action, shots):
    page, reader = work("campaigner"), "reader@example.net"
    with workplace.app.app_context():
        public = find_action("updates", "sign", locale="en", now=utc_now())
        make_confirmed(public, now=utc_now(), wants_updates=True, email=reader)
    write_update(page, action, {"en": (SUBJECT["en"], BODY["en"])})
    follow(page, "3. Check and send")
    follow(page, "Continue to sending")
    page.get_by_role("button", name="Send update to").click()
    workplace.do("outbox", "deliver")

    page.goto(workplace.link("unsubscribe", to=reader))
    press(page, "Stop these emails")

    expect(page.locator("h1")).to_have_text("You’ve unsubscribed from these emails")
    assert look_at(page, shots, "unsubscribed") == []
    press(page, "Stop updates from all campaigns")
    expect(page.get_by_text("We won’t send updates about anything")).to_be_visible()


def test_a_phone_shows_one_language_of_an_update_at_a_time_and_saves_both(work, action):
    page = work("campaigner", width=360)
    page.goto(f"{action}updates/new/")
    english, russian = (page.locator(f"[name='texts.{tag}.subject']") for tag in BOTH_LOCALES)
    english.fill(SUBJECT["en"])
    expect(russian).to_be_hidden()

    page.get_by_role("button", name="Русский").click()
    russian.fill(SUBJECT["ru"])
    expect(english).to_be_hidden()
    page.keyboard.press("Control+s")

    expect(page.get_by_text("Saved at")).to_be_visible()
    expect(english).to_have_value(SUBJECT["en"])
    expect(russian).to_have_value(SUBJECT["ru"])


def test_the_page_of_a_scheduled_update_moves_on_when_it_is_sent(work, workplace):
    page = work("campaigner")
    with workplace.app.app_context():
        own = make_action(campaign=make_campaign(slug="scheduled"), slug="sign")
        make_confirmed(own, now=utc_now(), wants_updates=True)
        soon = utc_now() + timedelta(seconds=2)
        update = make_update(own, status="scheduled", send_at=soon)
        address = f"/staff/campaigns/{own.campaign_id}/actions/{own.id}/updates/{update.id}/"
    page.goto(address)
    expect(page.get_by_text("Scheduled", exact=True)).to_be_visible()

    with workplace.app.app_context():
        start_due(soon)

    expect(page.get_by_text("Sending", exact=True)).to_be_visible(timeout=15_000)
    expect(page.get_by_role("button", name="Stop sending")).to_be_visible()
