"""Second factors, in a real browser with a virtual authenticator.

The test of the campaign lifecycle logs in with a passkey alone.
"""

import pytest
from playwright.sync_api import Page, expect

from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.security.totp import OneTimeCodes
from campaign_actions.staff.queries import find_member
from tests.support.browser.accessibility import look_at
from tests.support.browser.campaigner import (
    HOME,
    PASSWORD,
    accept_invitation,
    add_passkey,
    enter_password,
    log_out,
    show_passkey,
)
from tests.support.browser.sites import Place
from tests.support.browser.visits import visiting
from tests.support.browser.webauthn import add_authenticator

pytestmark = pytest.mark.slow  # it drives a browser


def test_a_passkey_is_the_second_factor_after_the_password(work, workplace):
    page = work()
    join_with_passkey(page, workplace, "bea@example.org")
    log_out(page)

    enter_password(page, "bea@example.org")
    show_passkey(page)

    expect(page).to_have_url(HOME)


def test_a_key_without_user_verification_is_accepted_after_the_password(work, workplace, shots):
    page = work()
    join_with_passkey(page, workplace, "flo@example.org", verifies_user=False)
    page.goto("/staff/reauthenticate?next=/staff/account/")
    assert page.locator("form.passkey").count() == 0

    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/staff/reauthenticate/second-factor/**")
    assert look_at(page, shots, "verify-with-a-key") == []
    show_passkey(page)

    page.wait_for_url("**/staff/account/")


def test_an_authenticator_app_is_set_up_and_required_at_log_in(work, workplace):
    page = work()
    join(page, workplace, "cleo@example.org", "exporter")
    page.click("a[href$='/authenticator/']")
    assert page.locator("svg.qr").bounding_box()["width"] > 150
    codes = OneTimeCodes(["a key"], "x")
    secret = codes.encrypt(page.inner_text(".secret").replace(" ", ""))

    page.fill("#code", codes.code_at(secret, utc_now()))
    page.click("main button[type=submit]")
    page.wait_for_url("**/recovery-codes/")
    log_out(page)
    forget_last_code(workplace, "cleo@example.org")
    enter_password(page, "cleo@example.org")
    page.fill("#code", codes.code_at(secret, utc_now()))
    page.click("main button[type=submit]")

    expect(page).to_have_url(HOME)


def test_the_log_in_page_says_at_which_address_passkeys_work(browser, workplace):
    elsewhere = workplace.address.replace("localhost", "127.0.0.1")
    with visiting(browser, elsewhere) as visits:
        page = visits.open()

        page.goto("/staff/login")

        expect(page.locator("form.passkey button")).to_be_disabled()
        expect(page.locator("form.passkey [data-say]")).to_contain_text(workplace.address)


def join(page: Page, workplace: Place, email: str, role: str) -> None:
    told = workplace.do("staff", "add", email, "--role", role)
    accept_invitation(page, told.split()[-1])


def join_with_passkey(page: Page, workplace: Place, email: str, **authenticator: bool) -> None:
    add_authenticator(page, **authenticator)
    join(page, workplace, email, "campaigner")
    add_passkey(page, "key")


def forget_last_code(workplace: Place, email: str) -> None:
    """Allow the next code immediately, as if half a minute had passed."""
    with workplace.app.app_context():
        find_member(email).totp_counter = None
        db.session.commit()
