"""A campaigner gives a campaign a picture and a colour; an administrator finds it in the audit log."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from campaign_actions import create_app
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.database import db
from tests.browser.accessibility import violations
from tests.browser.test_pages import keep
from tests.conftest import SETTINGS, Visitor
from tests.factories import make_staff
from tests.pictures import talkative
from tests.running import run, serving, settings_as_environment
from tests.staff.logging_in import log_in


@pytest.fixture
def workplace(tmp_path) -> Iterator[tuple[str, int, dict[str, str]]]:
    """A served demo of its own: its address, the id of a campaign, and staff's cookies by role."""
    settings = SETTINGS | {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/site.sqlite"}
    environment = settings_as_environment(INSTANCE=tmp_path, **settings)
    run(environment, "db", "upgrade")
    run(environment, "demo", "load")
    app = create_app(settings)
    app.test_client_class = Visitor
    with app.app_context():
        cookies = {role: cookie_of(app, role) for role in ("campaigner", "administrator")}
        campaign_id = db.session.query(Campaign.id).filter_by(slug="racism").scalar()
        db.session.remove()
        db.engine.dispose()
    with serving(environment, "--no-outbox") as server:
        yield server.address, campaign_id, cookies


def cookie_of(app, role: str) -> str:
    client = app.test_client()
    log_in(client, make_staff(role, email=f"{role}@example.org"))
    return client.get_cookie("staff", path="/staff").value


@pytest.fixture
def work(browser, workplace):
    """Opens pages of the workplace as somebody who is logged in."""
    contexts = []
    address, _campaign_id, cookies = workplace

    def open_page(role: str, **options) -> Page:
        context = browser.new_context(base_url=address, **options)
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.add_cookies([{"name": "staff", "value": cookies[role], "url": f"{address}/staff"}])
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def test_a_picture_and_a_colour_from_the_file_to_the_public_page(work, workplace, shots, tmp_path):
    _address, campaign_id, _cookies = workplace
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(talkative())
    page = work("campaigner", viewport={"width": 360, "height": 740})
    page.goto(f"/staff/campaigns/{campaign_id}/picture/")
    found = violations(page)

    page.set_input_files("#file", photo)
    page.get_by_label("Above left").check()
    page.click("text=Save the picture")
    assert page.locator("#alt-en-error").is_visible()
    found += violations(page)
    page.set_input_files("#file", photo)
    page.fill("#alt-en", "A red sign on a blue wall.")
    page.fill("#alt-ru", "Красный знак на синей стене.")
    page.click("text=Save the picture")
    assert page.locator(".cut img").count() == 3
    assert page.locator(".cut img").first.evaluate("image => image.naturalWidth") > 0
    assert page.get_by_label("Above left").is_checked()

    page.fill("#code", "#ffcc00")
    page.click("text=Save the colour")
    found += violations(page)
    page.click("text=/^Take #/")
    assert page.locator("#code").input_value().startswith("#")
    page.fill("#code", "#1f5f8b")
    assert page.locator("#colour").input_value() == "#1f5f8b"
    page.click("text=Save the colour")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    keep(page, shots, "staff-look-360")
    found += violations(page)

    for width, scheme in ((360, "light"), (1280, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        for path in ("/ru/campaigns/racism/", "/en/campaigns/racism/hate-crimes/", "/en/"):
            page.goto(path)
            page.locator("picture img").scroll_into_view_if_needed()
            page.wait_for_function("document.querySelector('picture img').naturalWidth > 0")
            assert (
                page.locator("picture img").evaluate("image => image.currentSrc").endswith("webp")
            )
            keep(page, shots, f"picture{path.replace('/', '-')}{width}-{scheme}")
            found += violations(page)
    page.goto("/en/campaigns/racism/hate-crimes/")
    fill = page.locator("form .btn.act").evaluate(
        "button => getComputedStyle(button).backgroundColor"
    )
    assert fill == "rgb(31, 95, 139)"
    assert found == []


def test_nothing_jumps_when_a_picture_comes(work, workplace, tmp_path):
    _address, campaign_id, _cookies = workplace
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(talkative())
    page = work("campaigner", viewport={"width": 360, "height": 740})
    page.goto(f"/staff/campaigns/{campaign_id}/picture/")
    page.set_input_files("#file", photo)
    page.fill("#alt-en", "A red sign.")
    page.fill("#alt-ru", "Красный знак.")
    page.click("text=Save the picture")
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())"
        " window.shift += entry.value; }).observe({type: 'layout-shift', buffered: true});"
    )

    page.goto("/en/campaigns/racism/hate-crimes/")
    page.wait_for_function("document.querySelector('picture img').complete")

    assert page.evaluate("window.shift") < 0.01


def test_an_administrator_reads_and_searches_the_audit_log_on_a_phone(work, shots):
    page = work("administrator", viewport={"width": 360, "height": 740})
    found = []

    for path in ("/staff/audit/", "/staff/audit/?since=x", "/staff/audit/?who=nobody"):
        page.goto(path)
        for width, scheme in ((360, "light"), (1280, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            found += violations(page)
            assert page.evaluate("document.documentElement.scrollWidth") == width
            keep(page, shots, f"audit-{width}-{scheme}")
    page.goto("/staff/audit/export/?subject=racism")
    found += violations(page)
    with page.expect_download() as download:
        page.click("main button[type=submit]")

    assert download.value.suggested_filename.endswith(".csv")
    page.goto("/staff/audit/")
    assert page.locator("tbody tr").first.locator("th").inner_text() == "Exported the audit log"
    found += violations(page)
    assert found == []
