"""The steps that a signer takes: the form, the email and the confirmation."""

import re

from playwright.sync_api import Page, expect

from tests.support.servers import until


def sign(page: Page, email: str, **answers: str) -> None:
    """Fill in and submit the form on the open page."""
    page.fill("[name=given_name]", "Ада")
    page.fill("[name=email]", email)
    page.select_option("[name=country]", "RU")
    for name, answer in answers.items():
        page.fill(f"[name={name}]", answer)
    page.click("form button[type=submit]")


def confirm(page: Page) -> None:
    """Confirm on the page that the link in the email leads to."""
    expect(page).to_have_url(re.compile("/confirm/"))
    page.click("form button[type=submit]")
    expect(page.locator("[data-confirmed=yes]")).to_be_visible()


def count(page: Page, address: str) -> int:
    """The number of confirmed signatures that an action shows."""
    return int(page.request.get(f"{address}count.json").json()["count"])


def wait_for_count(page: Page, address: str, wanted: int) -> None:
    """Wait for a count, which is never more than five seconds behind."""
    until(lambda: count(page, address) == wanted, 10)
