"""What somebody does who signs: the form, the mail, the button."""

import re

from playwright.sync_api import Page, expect

from tests.support.servers import until


def sign(page: Page, email: str, **answers: str) -> None:
    """Fill in the form of the page that is open, and send it."""
    page.fill("[name=given_name]", "Ада")
    page.fill("[name=email]", email)
    page.select_option("[name=country]", "RU")
    for name, answer in answers.items():
        page.fill(f"[name={name}]", answer)
    page.click("form button[type=submit]")


def confirm(page: Page) -> None:
    """On the page that the link in the mail leads to."""
    expect(page).to_have_url(re.compile("/confirm/"))
    page.click("form button[type=submit]")
    expect(page.locator("[data-confirmed=yes]")).to_be_visible()


def count(page: Page, address: str) -> int:
    """How many confirmed signatures an action says it has."""
    return int(page.request.get(f"{address}count.json").json()["count"])


def wait_for_count(page: Page, address: str, wanted: int) -> None:
    """The count is never more than five seconds behind."""
    until(lambda: count(page, address) == wanted, 10)
