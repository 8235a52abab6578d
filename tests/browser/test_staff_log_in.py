"""From the invitation to the workspace, in a real browser with an authenticator of its own."""

import re
import sqlite3
from urllib.parse import urlsplit

import pytest

from campaign_actions.core.database import utc_now
from campaign_actions.core.one_time_codes import OneTimeCodes
from tests.browser.accessibility import violations
from tests.browser.test_pages import keep
from tests.running import run, serving, settings_as_environment

PASSWORD = "seven purple tractors sing"
LOG_OUT = "form[action$='/logout'] button"


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A site of its own, at an address for which browsers have passkeys; its environment."""
    instance = tmp_path_factory.mktemp("workplace")
    environment = settings_as_environment(INSTANCE=instance, DEMO=1, MIN_FILL_SECONDS=0)
    run(environment, "db", "upgrade")
    run(environment, "demo", "load")
    with serving(environment, "--no-outbox") as server:
        yield server.address.replace("127.0.0.1", "localhost"), environment


@pytest.fixture
def work(browser, workplace):
    """A page of a new browser with a passkey authenticator; nothing is complained of in its console."""
    complaints, contexts = [], []

    def open_page(**options):
        context = browser.new_context(base_url=workplace[0], **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def give_authenticator(page, *, asks_for_a_finger: bool = True) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": asks_for_a_finger,
        "isUserVerified": asks_for_a_finger,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def accept_invitation(page, workplace, email: str, role: str) -> None:
    told = run(workplace[1], "staff", "add", email, "--role", role)
    page.goto(urlsplit(told.split()[-1]).path)
    page.fill("#name", "Ada")
    page.fill("#new_password", PASSWORD)
    page.click("main button[type=submit]")


def log_in(page, email: str) -> None:
    page.goto("/staff/")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("form:not(.passkey) button[type=submit].main")


def test_somebody_joins_with_a_passkey_and_logs_in_with_it_alone(work, workplace):
    page = work()
    give_authenticator(page)
    accept_invitation(page, workplace, "ada@example.org", "campaigner")
    assert page.url.endswith("/staff/account/second-factor/")
    page.goto("/staff/")
    assert page.url.endswith("/staff/account/second-factor/")

    page.click("a[href$='/passkeys/new/']")
    page.fill("#name", "my laptop")
    page.click("main button[type=submit]")
    page.wait_for_url("**/recovery-codes/")
    page.click("main button[type=submit]")
    assert page.locator(".codes li").count() == 10
    page.click("main a.btn.main")
    page.click(LOG_OUT)
    page.click("form.passkey button")

    page.wait_for_url(re.compile(r"//[^/]+/staff/$"))
    page.goto("/staff/account/")
    assert "my laptop" in page.inner_text("section:has(#passkeys)")


def test_a_passkey_is_the_second_factor_after_the_password(work, workplace):
    page = work()
    join_with_passkey(page, workplace, "bea@example.org")
    page.click(LOG_OUT)

    log_in(page, "bea@example.org")
    page.click("form.passkey button")

    page.wait_for_url(re.compile(r"//[^/]+/staff/$"))
    assert page.locator(LOG_OUT).count() == 1


def test_a_passkey_alone_proves_again_who_it_is(work, workplace):
    page = work()
    join_with_passkey(page, workplace, "eva@example.org")

    page.goto("/staff/verify?next=/staff/account/")
    page.click("form.passkey button")

    page.wait_for_url("**/staff/account/")


def test_a_key_that_asks_for_no_finger_proves_it_after_the_password(work, workplace, shots):
    page = work()
    join_with_passkey(page, workplace, "flo@example.org", asks_for_a_finger=False)
    page.goto("/staff/verify?next=/staff/account/")
    assert page.locator("form.passkey").count() == 0

    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/staff/verify/second-factor/**")
    assert look_at(page, shots, "verify-second-factor", page.url) == []
    page.click("form.passkey button")

    page.wait_for_url("**/staff/account/")


def join_with_passkey(page, workplace, email: str, **authenticator) -> None:
    give_authenticator(page, **authenticator)
    accept_invitation(page, workplace, email, "campaigner")
    page.goto("/staff/account/passkeys/new/")
    page.fill("#name", "key")
    page.click("main button[type=submit]")
    page.wait_for_url("**/recovery-codes/")


def test_an_authenticator_app_is_set_up_and_asked_for(work, workplace):
    page = work()
    accept_invitation(page, workplace, "cleo@example.org", "exporter")
    page.click("a[href$='/authenticator/']")
    assert page.locator("svg.qr").bounding_box()["width"] > 150
    codes = OneTimeCodes(["a key"], "x")
    secret = codes.keep(page.inner_text(".secret").replace(" ", ""))

    page.fill("#code", codes.code_at(secret, utc_now()))
    page.click("main button[type=submit]")
    page.wait_for_url("**/recovery-codes/")
    page.click(LOG_OUT)
    forget_last_code(workplace)
    log_in(page, "cleo@example.org")
    page.fill("#code", codes.code_at(secret, utc_now()))
    page.click("main button[type=submit]")

    page.wait_for_url(re.compile(r"//[^/]+/staff/$"))
    assert page.locator(LOG_OUT).count() == 1


def test_passkeys_say_where_they_work(work, workplace):
    page = work()

    page.goto(f"{workplace[0].replace('localhost', '127.0.0.1')}/staff/login")

    assert page.is_disabled("form.passkey button")
    assert workplace[0] in page.inner_text("form.passkey [data-say]")


LOGGED_OUT = {
    "login": "/staff/login",
    "reset": "/staff/reset/",
    "asked": "/staff/reset/asked/",
}
LOGGED_IN = {
    "account": "/staff/account/",
    "password": "/staff/account/password/",
    "factor": "/staff/account/second-factor/",
    "app": "/staff/account/authenticator/",
    "passkey": "/staff/account/passkeys/new/",
    "codes": "/staff/account/recovery-codes/",
    "people": "/staff/people/",
    "invite": "/staff/people/invite/",
    "person": "/staff/people/2/",
    "disable": "/staff/people/2/disable/",
    "reset-factor": "/staff/people/2/reset-second-factor/",
    "verify": "/staff/verify",
    "remove": "/staff/account/authenticator/remove/",
}


def look_at(page, shots, name: str, address: str) -> list[str]:
    """What axe finds, and whether the page is wider than the smallest phone."""
    page.goto(address)
    found = []
    for width, scheme in ((360, "light"), (360, "dark"), (1280, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        keep(page, shots, f"staff-{name}-{width}-{scheme}")
        found += [f"{name} {width} {scheme}: {what}" for what in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name} is wider than {width}")
    return found


def test_axe_finds_nothing_on_the_pages_around_the_log_in(work, workplace, shots):
    page = work()
    told = run(workplace[1], "staff", "add", "dora@example.org", "--role", "administrator")
    pages = LOGGED_OUT | {"invitation": urlsplit(told.split()[-1]).path}

    found = [
        what for name, address in pages.items() for what in look_at(page, shots, name, address)
    ]

    page.goto("/staff/login")
    page.fill("#email", "nobody@example.org")
    page.fill("#password", "wrong password")
    page.click("button.main")
    keep(page, shots, "staff-login-wrong")
    assert found + violations(page) == []


def test_axe_finds_nothing_on_the_account_and_people_pages(work, workplace, shots):
    page = work()
    page.goto("/demo/staff/")
    password = page.inner_text("code >> nth=0")
    code = re.search(r"now: (\d{6})", page.inner_text("main"))[1]
    page.goto("/staff/login")
    page.fill("#email", "administrator@demo.example")
    page.fill("#password", password)
    page.click("button.main")
    found = violations(page)
    keep(page, shots, "staff-second-factor")
    page.fill("#code", code)
    page.click("main form:not(.passkey) button")
    page.wait_for_url(re.compile(r"//[^/]+/staff/$"))

    for name, address in LOGGED_IN.items():
        found += look_at(page, shots, name, address)

    page.goto("/staff/people/invite/")
    page.click("main button[type=submit]")
    assert found + violations(page) == []


def forget_last_code(workplace) -> None:
    """As if half a minute had gone by."""
    file = f"{workplace[1]['CAMPAIGN_ACTIONS_INSTANCE']}/campaign_actions.sqlite"
    with sqlite3.connect(file) as database:
        database.execute("update staff_members set totp_counter = null")
