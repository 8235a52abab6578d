"""An update as a campaigner sends it: written in two languages, looked at, tried, sent, stopped."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from campaign_actions import create_app
from campaign_actions.actions.queries import find_action
from campaign_actions.core.database import db
from campaign_actions.outbox.models import OutboxMail
from tests.browser.accessibility import violations
from tests.conftest import SETTINGS, Visitor
from tests.factories import make_confirmed, make_staff
from tests.outbox.post_office import text_of
from tests.running import run, serving, settings_as_environment
from tests.staff.logging_in import log_in

EMAIL = "grace@example.org"
SUBJECT = {"en": "The prosecutors have answered", "ru": "Прокуратура ответила"}
BODY = {
    "en": "On **Tuesday** they answered.\n\n## What they promise\n\n- [A report](https://report.example/)",
    "ru": "Во **вторник** нам ответили.\n\n## Что обещают\n\n- [Отчёт](https://report.example/)",
}


@pytest.fixture
def workplace(tmp_path):
    """The demo with a campaigner and six readers; its mail goes out when the test says so."""
    settings = SETTINGS | {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/site.sqlite"}
    environment = settings_as_environment(INSTANCE=tmp_path, **settings)
    run(environment, "db", "upgrade")
    run(environment, "demo", "load")
    now = datetime.now(UTC)
    app = create_app(settings)
    app.test_client_class = Visitor
    client = app.test_client()
    with app.app_context():
        log_in(client, make_staff("campaigner", email=EMAIL))
        action = find_action("racism", "hate-crimes", locale="en", now=now)
        for number in range(6):
            locale = "ru" if number % 2 else "en"
            make_confirmed(action, now=now, wants_updates=True, locale=locale)
        db.session.execute(OutboxMail.__table__.delete())  # the mails to confirm
        db.session.commit()
        db.engine.dispose()
    with serving(environment, "--no-outbox") as server:
        yield SimpleNamespace(
            address=server.address,
            cookie=client.get_cookie("staff", path="/staff").value,
            updates=f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/updates/",
            deliver=lambda: run(environment, "outbox", "deliver"),
            mails=lambda: [
                message_from_bytes(file.read_bytes(), policy=policy.default)
                for file in sorted((tmp_path / "mail").glob("*.eml"))
            ],
        )


@pytest.fixture
def page(browser, workplace):
    context = browser.new_context(
        base_url=workplace.address, viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(10_000)
    url = f"{workplace.address}/staff"
    context.add_cookies([{"name": "staff", "value": workplace.cookie, "url": url}])
    page = context.new_page()
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert complaints == []


def press(page, name):
    page.get_by_role("button", name=name, exact=False).click()


def follow(page, name):
    page.get_by_role("link", name=name, exact=False).first.click()


def look(page, shots, name):
    """No violation, and a picture if somebody wants one."""
    if shots:
        page.screenshot(path=shots / f"updates-{name}.png", full_page=True)
    assert violations(page) == [], name


def test_write_look_try_send_stop_and_go_on(page, workplace, shots):
    page.goto(workplace.updates.removesuffix("updates/"))
    page.locator(f"a[href='{workplace.updates}']").click()
    look(page, shots, "empty")
    follow(page, "Write an update")
    look(page, shots, "new")

    for tag in ("en", "ru"):
        page.fill(f"[name=subject-{tag}]", SUBJECT[tag])
        page.fill(f"[name=body-{tag}]", BODY[tag])
    press(page, "Save and look at it")
    expect(page).to_have_url(re.compile("/preview/en/$"))
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_have_text(SUBJECT["en"])
    expect(frame.locator("strong", has_text="Tuesday")).to_be_visible()
    look(page, shots, "preview")
    follow(page, "Русский")
    expect(page.frame_locator("iframe").locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator("pre.mail-text")).to_contain_text("Отчёт (https://report.example/)")

    press(page, "Send me a test")
    expect(page.get_by_role("status")).to_contain_text(EMAIL)
    workplace.deliver()
    (test,) = workplace.mails()
    assert (test["To"], test["Subject"]) == (EMAIL, f"[Тест] {SUBJECT['ru']}")

    follow(page, "3. Check and send")
    expect(page.get_by_text("Nothing is in the way.")).to_be_visible()
    look(page, shots, "check")
    follow(page, "Go on to sending")
    expect(page.locator("h1")).to_have_text("Send this to 6 people?")
    look(page, shots, "send")
    press(page, "Send it to 6 people")
    expect(page.get_by_text("Going out")).to_be_visible()
    look(page, shots, "progress")

    press(page, "Stop it now")
    expect(page.locator("#progress")).to_contain_text("Stopped")
    workplace.deliver()
    assert len(workplace.mails()) == 1, "the test, and nothing of the update"
    look(page, shots, "stopped")
    press(page, "Go on with it")
    expect(page.get_by_text("Going out")).to_be_visible()
    workplace.deliver()
    expect(page.locator(".kpis dd").first).to_have_text("6", timeout=15_000)  # by itself
    workplace.deliver()
    expect(page.locator("#progress")).to_contain_text("Sent", timeout=15_000)
    expect(page.get_by_role("button", name="Stop it now")).to_have_count(0)
    look(page, shots, "sent")

    languages = sorted(mail["Content-Language"] for mail in workplace.mails()[1:])
    assert languages == ["en"] * 3 + ["ru"] * 3
    page.goto(workplace.updates)
    expect(page.locator("tbody tr")).to_contain_text(SUBJECT["en"])
    look(page, shots, "list")


def test_a_reader_ends_the_mails_with_one_button(page, workplace, shots):
    page.goto(f"{workplace.updates}new/")
    page.fill("[name=subject-en]", SUBJECT["en"])
    page.fill("[name=body-en]", BODY["en"])
    press(page, "Save and look at it")
    follow(page, "3. Check and send")
    follow(page, "Go on to sending")
    press(page, "Send it to 6 people")
    workplace.deliver()
    mail = workplace.mails()[0]
    link = re.search(r"/en/unsubscribe/[^/\s]+/", text_of(mail))[0]

    page.goto(link)
    look(page, shots, "unsubscribe")
    press(page, "Send me no more of these")

    expect(page.locator("h1")).to_have_text("We will write no more about this")
    look(page, shots, "unsubscribed")
    press(page, "No more news about anything I have signed")
    expect(page.get_by_text("Nor about anything else")).to_be_visible()


def test_writing_works_on_a_phone(browser, page, workplace):
    page.set_viewport_size({"width": 360, "height": 740})

    for address in ("", "new/"):
        page.goto(workplace.updates + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert violations(page) == []
