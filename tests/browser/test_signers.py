"""Staff at work on the signers of an action, in a real browser."""

import os
import subprocess
import sys

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import violations
from tests.browser.test_pages import keep
from tests.running import run, serving, settings_as_environment

SEED = """
import os
from datetime import timedelta
from sqlalchemy import update
from campaign_actions import create_app
from campaign_actions.actions.models import Action
from campaign_actions.actions.queries import find_action
from campaign_actions.core.database import db, utc_now
from campaign_actions.core.keys import ensure_email_key
from tests.factories import make_confirmed, make_signature, make_staff
from tests.staff.logging_in import cookie_of

app = create_app()
with app.app_context():
    ensure_email_key()
    db.session.execute(update(Action).values(shows_comments=True))
    db.session.commit()
    now = utc_now()
    action = find_action("racism", "hate-crimes", locale="en", now=now)
    for number in range(60):
        make = make_signature if number % 9 == 4 else make_confirmed
        make(action, now=now - timedelta(minutes=number), given_name="Мария", family_name="Иванова",
             comment=f"Reason {number}" if number % 10 == 0 else None)
    member = make_staff("administrator", "campaigner", "exporter", email="grace@example.org")
    print(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/", *cookie_of(app, member))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The served demo with some signers."""
    environment = settings_as_environment(
        INSTANCE=tmp_path_factory.mktemp("signers"), DEMO=1, MIN_FILL_SECONDS=0, CACHE_SECONDS=0
    )
    run(environment, "db", "upgrade")
    run(environment, "demo", "load")
    seeded = subprocess.run(
        [sys.executable, "-c", SEED], env=environment, capture_output=True, text=True, check=True
    )
    os.environ["SIGNERS_PAGE"], *cookie = seeded.stdout.split()[-3:]
    os.environ["SIGNERS_COOKIE"] = " ".join(cookie)
    with serving(environment) as server:
        yield server.address
        server.stop()


@pytest.fixture
def staff(browser, site):
    """A page of somebody who is logged in; nothing is complained of in the console."""
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 800})
    name, value = os.environ["SIGNERS_COOKIE"].split()
    context.add_cookies([{"name": name, "value": value, "url": f"{site}/staff"}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def address(*parts: str) -> str:
    return os.environ["SIGNERS_PAGE"] + "".join(f"{part}/" for part in parts)


def one_of(page: Page) -> str:
    page.goto(address("signatures"))
    return page.locator("a.open").first.get_attribute("href") or ""


MANY = "?since=2020-01-01T00:00&until=2030-01-01T00:00&reason=script"
PAGES = {
    "list": "signatures/",
    "nobody": "signatures/?q=nobody&status=invalid",
    "one": "{one}",
    "withdraw": "{one}withdraw/",
    "erase": "{one}erase/",
    "many": f"signatures/invalidate/{MANY}",
    "comments": "comments/",
    "export": "export/",
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_no_page_is_wider_than_its_window(staff, shots, name):
    one = one_of(staff).removeprefix(address())
    found, too_wide = [], []

    for width, scheme in ((360, "light"), (320, "dark"), (1280, "light"), (1280, "dark")):
        staff.set_viewport_size({"width": width, "height": 800})
        staff.emulate_media(color_scheme=scheme)
        staff.goto(address() + PAGES[name].format(one=one))
        keep(staff, shots, f"signers-{name}-{width}-{scheme}")
        found += violations(staff)
        if staff.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(width)

    assert found == []
    assert too_wide == []


def test_a_comment_is_let_through_by_keys_alone(staff, site):
    staff.goto(address("comments"))
    staff.locator("[data-comment]").first.focus()

    staff.keyboard.press("j")
    text = staff.locator("[data-comment]:focus blockquote").inner_text()
    staff.keyboard.press("s")
    staff.wait_for_selector(".notice.good")
    staff.goto("/en/campaigns/racism/hate-crimes/")

    assert staff.locator(".voices blockquote").all_inner_texts() == [text]
    assert violations(staff) == []


def test_an_export_is_downloaded_without_a_script_that_can_write_files(staff):
    staff.add_init_script("delete window.showSaveFilePicker")
    staff.goto(address("export"))
    staff.check("input[value=handover]")

    with staff.expect_download() as download:
        staff.click("[data-export] button")

    name = download.value.suggested_filename
    assert name.startswith("racism-hate-crimes-")
    assert name.endswith(".csv")
    assert download.value.path().read_bytes().count(b"\n") > 50


def test_an_export_goes_into_a_file_and_the_page_says_how_much_came(staff):
    # The browser's own dialogue for a file can not be pressed by a test: a file of the page instead.
    staff.add_init_script(
        "window.showSaveFilePicker = async () => (await navigator.storage.getDirectory())"
        ".getFileHandle('export.csv', { create: true })"
    )
    staff.goto(address("export"))
    staff.check("input[value=checking]")

    staff.click("[data-export] button")
    staff.wait_for_selector("[data-progress]:has-text('Done')")

    text = staff.evaluate(
        "navigator.storage.getDirectory().then((d) => d.getFileHandle('export.csv'))"
        ".then((f) => f.getFile()).then((f) => f.text())"
    )
    assert text.startswith("signature_id,")
    assert text.count("\n") > 50
