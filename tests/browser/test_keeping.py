"""Somebody writes, and their session ends: with scripts and without, nothing they typed is lost."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, expect

from campaign_actions.core.database import db
from campaign_actions.staff.models import StaffSession
from tests.browser.accessibility import violations
from tests.browser.test_writing import make_campaign
from tests.factories import make_staff
from tests.staff.logging_in import cookie_of


def test_the_preview_says_that_the_session_ended_and_goes_on_after_the_next_log_in(
    contexts, workplace, shots
):
    page = contexts(width=1280)
    log_in(page.context, workplace)
    make_campaign(page, "The right to rest")
    shown = page.frame_locator("iframe[name=preview]")
    expect(shown.locator("h1")).to_have_count(1)
    end_sessions(workplace)

    page.get_by_label("Headline (English)").fill("Typed after the session")
    expect(page.get_by_role("alert")).to_contain_text("You have been logged out")
    assert violations(page) == []
    take(page, shots, "logged-out-writing")
    log_in(page.context, workplace)
    page.get_by_label("Summary (English)").fill("Typed after the next log-in.")

    expect(shown.locator("h1")).to_have_text("Typed after the session")
    expect(page.get_by_text("You have been logged out")).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert page.get_by_label("Headline (English)").input_value() == "Typed after the session"


def test_without_scripts_a_page_keeps_it_until_somebody_is_logged_in(browser, workplace):
    context = browser.new_context(base_url=workplace.address, java_script_enabled=False)
    page = context.new_page()
    log_in(context, workplace)
    make_campaign(page, "The right to leisure")
    page.get_by_label("Headline (English)").fill("Nobody loses <this>")
    end_sessions(workplace)

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have been logged out")
    with context.expect_page() as opened:
        page.get_by_role("link", name="Open a new tab").click()
    expect(opened.value).to_have_url(re.compile(r"/staff/login\?next=/staff/logged-in/"))
    log_in(context, workplace)
    opened.value.reload()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("You are logged in")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Nobody loses <this>", exact=True)).to_be_visible()
    page.get_by_role("button", name="Send it").click()

    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert page.get_by_label("Headline (English)").input_value() == "Nobody loses <this>"
    context.close()


def test_the_pages_that_keep_it_hold_what_wcag_asks(contexts, workplace, shots):
    found = []
    page = contexts()
    log_in(page.context, workplace)
    make_campaign(page, "The right to a name")
    page.get_by_label("Text of the page (English)").fill("A long text.\n\n" * 20)
    end_sessions(workplace)

    page.get_by_role("button", name="Save").click()
    found += look_at(page, shots, "kept-logged-out")
    log_in(page.context, workplace)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Send it")).to_be_visible()
    found += look_at(page, shots, "kept-again")
    page.goto("/staff/logged-in/")
    found += look_at(page, shots, "logged-in")

    assert found == []


def log_in(context: BrowserContext, workplace, *, locale: str = "en") -> None:
    """As in another tab."""
    app = workplace.app
    with app.app_context():
        member = make_staff("campaigner", tf_primary_method="authenticator", locale=locale)
        name, value = cookie_of(app, member)
    host = urlsplit(workplace.address).hostname
    context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/staff"}])


def end_sessions(workplace) -> None:
    with workplace.app.app_context():
        db.session.query(StaffSession).delete()
        db.session.commit()


def look_at(page: Page, shots, name: str) -> list[str]:
    found = []
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        take(page, shots, f"{name}-{width}")
        found += [f"{name} {width}: {what}" for what in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name} is wider than {width}")
    return found


def take(page: Page, shots, name: str) -> None:
    if shots:
        page.screenshot(path=shots / f"{name}.png", full_page=True)
