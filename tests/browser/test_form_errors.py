"""A form that was submitted with mistakes is accessible, and so is the page that it is on."""

import pytest
from playwright.sync_api import Page

from tests.support.browser.accessibility import look_at

pytestmark = pytest.mark.slow  # it drives a browser

# By address: the role that opens it, and what is typed before its main button is pressed.
STAFF = {
    "/staff/campaigns/new/": ("campaigner", {"headline": "But no topic"}),
    "/staff/consent/en/petition/": ("campaigner", {"body": ""}),
    "/staff/people/invite/": ("administrator", {"email": "nobody"}),
    "/staff/account/password/": ("reviewer", {"password": "wrong"}),
}


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_a_public_form_with_mistakes(visit, shots, locale: str):
    page = visit()
    page.goto(f"/{locale}/campaigns/racism/speak-up/")

    page.click("form button[type=submit]")

    assert page.title().split(":")[0] in {"Error", "Ошибка"}
    assert look_at(page, shots, f"mistakes-{locale}") == []


@pytest.mark.parametrize("address", STAFF)
def test_a_staff_form_with_mistakes(work, shots, address: str):
    role, typed = STAFF[address]
    page = work(role)
    page.goto(address)

    for name, text in typed.items():
        page.fill(f"#{name}", text)
    submit_without_validation(page)

    assert page.locator("[aria-invalid=true], #errors").count() > 0
    assert look_at(page, shots, f"mistakes-{address.strip('/').replace('/', '-')}") == []


def test_a_log_in_with_a_wrong_password(work, shots):
    page = work()
    page.goto("/staff/login")

    page.fill("#email", "nobody@example.org")
    page.fill("#password", "wrong password")
    page.click("button.main")

    assert page.locator("#errors").is_visible()
    assert look_at(page, shots, "mistakes-login") == []


def submit_without_validation(page: Page) -> None:
    """Submit the form even if the browser's own validation would prevent it."""
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    form = page.locator("main form.form")
    main = form.locator(".btn.main")
    (main if main.count() else form.locator(".btn[type=submit]")).first.click()
