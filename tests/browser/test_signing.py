"""A signature from the page to its withdrawal, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from campaign_actions.actions.queries import find_action
from campaign_actions.core.db.session import utc_now
from tests.support.browser.accessibility import violations
from tests.support.browser.signer import count, sign, wait_for_count
from tests.support.factories import set_count
from tests.support.servers import until

pytestmark = pytest.mark.slow  # it drives a browser

ASKS_AGAIN = 10_000  # milliseconds, as in static/count.js
ROADS = [
    pytest.param("en", True, id="en-with-scripts"),
    pytest.param("ru", False, id="ru-without-scripts"),
    pytest.param("en", False, id="en-without-scripts", marks=pytest.mark.slow),
    pytest.param("ru", True, id="ru-with-scripts", marks=pytest.mark.slow),
]


@pytest.fixture(autouse=True, scope="module")
def _enough_people(site):
    """Below twenty people, pages show no number."""
    with site.app.app_context():
        for slugs in (("racism", "hate-crimes"), ("violence-against-women", "protection-law")):
            set_count(find_action(*slugs, locale="en", now=utc_now()), 40)


def open_mail(page: Page, email: str) -> None:
    """Open the newest email to an address, which arrives within a few seconds."""

    def is_there() -> bool:
        page.goto("/demo/mail/")
        return page.get_by_text(email).count() > 0

    until(is_there)
    page.locator("li", has_text=email).first.get_by_role("link").click()
    # Until it has loaded, with the frame: its links move while its style arrives.
    page.wait_for_url(re.compile(r"/demo/mail/[^/]+"))


@pytest.mark.parametrize(("locale", "has_scripts"), ROADS)
def test_a_signature_is_confirmed_counted_and_withdrawn(visit, locale, has_scripts):
    page = visit(java_script_enabled=has_scripts)
    address = f"/{locale}/campaigns/racism/hate-crimes/"
    email = f"ada-{locale}-{has_scripts}@example.org".lower()
    page.goto(f"/{locale}/")
    page.locator(f"a[href='{address}']").first.click()
    before = count(page, address)

    sign(page, email)

    expect(page.locator("[data-signed=yes]")).to_be_visible()
    assert page.url.endswith(f"{address}thanks/")
    open_mail(page, email)
    mail = page.frame_locator("iframe")
    expect(mail.locator("html")).to_have_attribute("lang", locale)
    mail.locator("a.button").click()
    page.wait_for_url(f"**/{locale}/confirm/**")
    expect(page.locator("[name=given_name]")).to_have_value("Ада")
    assert not has_scripts or violations(page) == []
    assert count(page, address) == before
    page.click("form button[type=submit]")
    expect(page.locator("h1.number b")).to_have_text(str(before + 1))
    assert not has_scripts or violations(page) == []
    wait_for_count(page, address, before + 1)
    page.goto(address)
    shown = page.locator("[data-count] b").first.inner_text()
    assert int(re.sub(r"\D", "", shown)) == before + 1

    open_mail(page, email)
    page.frame_locator("iframe").locator("a[href*='/withdraw/']").first.click()
    page.wait_for_url(f"**/{locale}/withdraw/**")
    assert not has_scripts or violations(page) == []
    page.click("form button[type=submit]")
    expect(page.locator("[name=delete]")).to_be_visible()
    assert not has_scripts or violations(page) == []
    wait_for_count(page, address, before)
    page.click("[name=delete]")
    expect(page.locator("form")).to_have_count(0)


@pytest.mark.parametrize(("locale", "has_scripts"), ROADS)
def test_a_signature_is_confirmed_by_the_code_in_the_email(visit, locale, has_scripts):
    page, mailbox = visit(java_script_enabled=has_scripts), visit()
    address = f"/{locale}/campaigns/racism/hate-crimes/"
    email = f"code-{locale}-{has_scripts}@example.org".lower()
    page.goto(address)
    before = count(page, address)
    sign(page, email)
    expect(page.locator("[data-signed=yes]")).to_be_visible()
    assert not has_scripts or violations(page) == []
    open_mail(mailbox, email)
    code = mailbox.frame_locator("iframe").locator("strong[dir=ltr]").inner_text()

    page.fill("[name=email]", email)
    page.fill("[name=code]", "222 222" if code != "222 222" else "333 333")
    page.click("form button[type=submit]")
    expect(page.locator("[role=alert]")).to_be_focused()
    expect(page.locator("[name=email]")).to_have_value(email)
    expect(page.locator("[name=code]")).to_have_attribute("aria-invalid", "true")
    assert not has_scripts or violations(page) == []
    page.fill("[name=code]", code.lower())
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"/{locale}/confirm/"))
    expect(page.locator("[data-confirmed=yes]")).to_be_visible()
    wait_for_count(page, address, before + 1)


@pytest.mark.parametrize(("locale", "has_scripts"), ROADS)
def test_one_press_takes_the_next_action_and_the_receipt_can_undo_it(visit, locale, has_scripts):
    page = visit(java_script_enabled=has_scripts)
    other = f"/{locale}/campaigns/racism/speak-up/"
    email = f"next-{locale}-{has_scripts}@example.org".lower()
    page.goto(f"/{locale}/campaigns/racism/hate-crimes/")
    before = count(page, other)
    sign(page, email)
    open_mail(page, email)
    page.frame_locator("iframe").locator("a.button").click()
    page.click("form button[type=submit]")

    page.locator("a.btn[href*='/next/']").click()
    assert not has_scripts or violations(page) == []
    page.fill("[name=promise]", "Я отвечу спокойно")
    page.click("form button[type=submit]")

    expect(page.locator("[data-signed=yes]")).to_be_visible()
    assert not has_scripts or violations(page) == []
    wait_for_count(page, other, before + 1)
    wait_for_mails(page, email, 3)  # to confirm, and two receipts
    undo_newest(page, email)
    wait_for_count(page, other, before)


def wait_for_mails(page: Page, email: str, number: int) -> None:
    def are_there() -> bool:
        page.goto("/demo/mail/")
        return page.locator("li", has_text=email).count() == number

    until(are_there)


def undo_newest(page: Page, email: str) -> None:
    """By the last link to withdraw in the newest email: This was not me."""
    page.locator("li", has_text=email).first.get_by_role("link").click()
    page.frame_locator("iframe").locator("a[href*='/withdraw/']").last.click()
    page.click("form button[type=submit]")


@pytest.mark.parametrize(("locale", "has_scripts"), ROADS)
def test_a_pledge_is_made_in_the_same_way(visit, locale, has_scripts):
    page = visit(java_script_enabled=has_scripts)
    page.goto(f"/{locale}/campaigns/racism/speak-up/")

    sign(page, f"bob-{locale}-{has_scripts}@example.org".lower(), promise="Я отвечу спокойно")

    expect(page.locator("[data-signed=yes]")).to_be_visible()


@pytest.mark.parametrize(("locale", "has_scripts"), ROADS)
def test_a_mistake_is_shown_beside_its_field_and_nothing_typed_is_lost(visit, locale, has_scripts):
    page = visit(java_script_enabled=has_scripts)
    page.goto(f"/{locale}/campaigns/racism/hate-crimes/")

    sign(page, "ada.example.org")

    email = page.locator("[name=email]")
    expect(email).to_have_value("ada.example.org")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=given_name]")).to_have_value("Ада")
    expect(page.locator("[name=country]")).to_have_value("RU")
    page.locator("[role=alert] a[href='#email']").click()
    expect(email).to_be_focused()


def test_an_open_page_updates_its_count_automatically(visit):
    reader, signer = visit(), visit()
    address = "/en/campaigns/violence-against-women/protection-law/"
    reader.clock.install()
    reader.goto(address)
    before = count(signer, address)
    signer.goto(address)

    sign(signer, "live@example.org")
    open_mail(signer, "live@example.org")
    signer.frame_locator("iframe").locator("a.button").click()
    signer.click("form button[type=submit]")

    until(lambda: count(signer, address) == before + 1)
    reader.clock.run_for(ASKS_AGAIN)
    expect(reader.locator("[data-count] b").first).to_have_text(str(before + 1))
    heads = reader.request.get(f"{address}count.json").json()["heads"]
    shown = reader.locator(".crowd use").evaluate_all("all => all.map((one) => one.classList[0])")
    assert "".join(shown) == heads
