"""The robot check in a real browser: it begins by itself, and a form that is sent early waits for it."""

import re

import pytest
from playwright.sync_api import expect

from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.restrictions import unproved
from campaign_actions.core.db.session import utc_now
from tests.support.browser.accessibility import violations
from tests.support.browser.signer import sign
from tests.support.servers import until
from tests.support.switches import off, on

pytestmark = pytest.mark.slow  # it drives a browser

PAGE = "/{}/campaigns/violence-against-women/protection-law/"
VERIFIED = ".altcha[data-state=verified]"


@pytest.fixture
def checked(site, browser):
    """The action with its check on, in every process."""
    with site.app.app_context():
        known = find_action("violence-against-women", "protection-law", locale="en", now=utc_now())
        off(unproved(known.id), utc_now())
    page = browser.new_page(base_url=site.address)
    until(lambda: page.request.get(f"{PAGE.format('en')}challenge.json").ok, 20)
    yield known
    page.close()
    with site.app.app_context():
        on(unproved(known.id), utc_now())


def is_proved(request) -> bool:
    """Whether a request sends a form with a proof."""
    return request.method == "POST" and "proof=ey" in (request.post_data or "")


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_the_check_begins_when_the_form_is_used(visit, checked, locale):
    page = visit()
    page.goto(PAGE.format(locale))
    expect(page.locator("altcha-widget")).to_be_visible()
    page.focus("[name=given_name]")

    expect(page.locator(VERIFIED)).to_be_visible()

    assert violations(page) == []
    with page.expect_request(is_proved):
        sign(page, f"proof-{locale}@example.org")
    expect(page).to_have_url(re.compile("/thanks/"))


def test_a_form_that_is_sent_at_once_waits_for_the_check(visit, checked):
    page = visit()
    page.goto(PAGE.format("ru"))
    expect(page.locator("altcha-widget")).to_be_visible()
    page.evaluate(
        """() => {
          const form = document.querySelector(".sign form");
          form.given_name.value = "Ада"; form.email.value = "early@example.org"; form.country.value = "RU";
        }"""
    )

    button = page.locator(".sign form button[type=submit]")
    with page.expect_request(is_proved):
        button.evaluate("button => { button.click(); button.click(); }")

    expect(page).to_have_url(re.compile("/thanks/"))


def test_without_scripts_the_page_says_how_many_forms_are_accepted(visit, checked):
    page = visit(java_script_enabled=False)
    page.goto(PAGE.format("en"))

    expect(page.get_by_text("one form in ten minutes from your network")).to_be_visible()
    sign(page, "no-scripts@example.org")
    expect(page).to_have_url(re.compile("/thanks/"))


def test_other_pages_load_nothing_of_it(visit):
    page = visit()
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto("/en/campaigns/racism/hate-crimes/")

    expect(page.locator(".sign form")).to_be_visible()
    assert [url for url in loaded if "altcha" in url or "proof" in url] == []
