"""The whole life of a campaign, from the invitation of a new campaigner to the published result."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.accessibility import save_screenshot, violations
from tests.support.browser.campaign_texts import (
    ACTION,
    ALT,
    CAMPAIGN,
    DEMAND,
    LISTS,
    PAGES,
    RESULT,
    SLUG,
    UPDATE,
)
from tests.support.browser.campaigner import (
    HOME,
    accept_invitation,
    add_passkey,
    archive,
    download,
    follow,
    log_out,
    make_action,
    make_campaign,
    press,
    publish_at,
    rename,
    set_picture,
    show_passkey,
    write,
    write_update,
)
from tests.support.browser.signer import confirm, sign, wait_for_count
from tests.support.browser.sites import Place
from tests.support.browser.webauthn import add_authenticator
from tests.support.images import picture_with_metadata
from tests.support.outbox import text_of
from tests.support.servers import run, until
from tests.support.staff_client import age_login

pytestmark = pytest.mark.slow  # it drives a browser

ADA, GRACE, ANNA = "ada@example.org", "grace@example.net", "anna@example.net"
SOON = timedelta(seconds=4)


@pytest.mark.timeout(240)
def test_a_campaign_from_the_invitation_to_the_result(open_site, site, shots, tmp_path):
    staff, visitor = open_site(width=1280), open_site()

    join(staff, site)
    log_in_again_with_the_passkey(staff)
    campaign, action = write_in_two_languages(staff, tmp_path)
    run_preflight(staff, campaign, shots)
    open_at_a_set_time(staff, visitor, campaign)
    sign_and_confirm(visitor, site, "en", GRACE)
    sign_and_confirm(visitor, site, "ru", ANNA, wants_updates=True)
    find_both_in_the_list(staff, action, shots)
    send_an_update(staff, site, action, shots)
    export_both_after_a_while(staff, site, action, shots)
    end_with_a_result(staff, visitor, campaign, shots)

    assert " Head: " in run(site.environment, "audit", "check")


def join(page: Page, site: Place) -> None:
    """From the command to a passkey: the link comes by email, and a second factor is required."""
    add_authenticator(page)
    roles = ("--role", "campaigner", "--role", "exporter")
    run(site.environment, "staff", "add", ADA, *roles)
    accept_invitation(page, site.link("invitation", to=ADA))
    expect(page).to_have_url(f"{site.address}/staff/account/second-factor/")
    add_passkey(page, "my laptop")
    press(page, "Create recovery codes")
    follow(page, "I have saved my codes")


def log_in_again_with_the_passkey(page: Page) -> None:
    log_out(page)
    show_passkey(page)
    expect(page).to_have_url(HOME)


def write_in_two_languages(page: Page, folder: Path) -> tuple[str, str]:
    """Create a campaign with a picture and an action in it; returns the addresses of their pages."""
    photo = folder / "photo.jpg"
    photo.write_bytes(picture_with_metadata())
    campaign = make_campaign(page, CAMPAIGN["en"]["Topic"])
    rename(page, SLUG)
    write(page, campaign, CAMPAIGN)
    set_picture(page, campaign, photo, words=ALT)
    action = make_action(page, campaign, ACTION["en"]["Demand"])
    page.get_by_label("Updates by email").check()
    rename(page, DEMAND)
    write(page, action, ACTION)
    return campaign, action


def run_preflight(page: Page, campaign: str, shots: Path | None) -> None:
    page.goto(f"{campaign}publish/")
    press(page, "Run all checks")
    expect(page.locator(".verdict")).to_contain_text("Nothing needs fixing.")
    save_screenshot(page, shots, "road-preflight")


def open_at_a_set_time(staff: Page, visitor: Page, campaign: str) -> None:
    """Under embargo no page is there, however close the opening time; from then on every page is."""
    staff.goto(f"{campaign}appearance/")
    source = staff.locator(".cuts img").first.get_attribute("src") or ""
    everything = (*PAGES, f"/pictures/{source.rpartition('/')[2]}")
    publish_at(staff, campaign, datetime.now(UTC) + timedelta(days=1))
    assert shown_of(visitor, everything) == []
    instant = (datetime.now(UTC) + SOON).replace(microsecond=0)
    publish_at(staff, campaign, instant, "Change opening time")
    until(lambda: is_open(visitor, everything, instant), 60)
    visitor.goto(PAGES[0])
    expect(visitor.get_by_role("img", name=ALT["en"])).to_be_visible()


def is_open(visitor: Page, pages: tuple[str, ...], instant: datetime) -> bool:
    shown = shown_of(visitor, pages)
    assert not shown or datetime.now(UTC) >= instant, f"{shown} before its time"
    return len(shown) == len(pages) + len(LISTS)


def shown_of(visitor: Page, pages: tuple[str, ...]) -> list[str]:
    """The pages that are there, and the lists that include the campaign."""
    there = [page for page in pages if visitor.request.get(page).status == 200]
    return there + [page for page in LISTS if SLUG in visitor.request.get(page).text()]


def sign_and_confirm(
    page: Page, site: Place, locale: str, email: str, *, wants_updates: bool = False
) -> None:
    address = f"/{locale}/campaigns/{SLUG}/{DEMAND}/"
    page.goto(address)
    page.locator("[name=wants_updates]").set_checked(wants_updates)
    sign(page, email)
    page.goto(site.link("confirm", to=email))
    confirm(page)
    assert locale in page.url.split("/")


def find_both_in_the_list(page: Page, action: str, shots: Path | None) -> None:
    wait_for_count(page, PAGES[1], 2)
    page.goto(action)
    expect(page.locator(".figs dd").first).to_have_text("2")
    page.goto(f"{action}signatures/")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Russian")
    expect(rows.locator(".tag")).to_have_text(["Confirmed"] * 2)
    save_screenshot(page, shots, "road-signatures")


def send_an_update(page: Page, site: Place, action: str, shots: Path | None) -> None:
    """An update reaches only the signer who asked for updates, in her language."""
    before = len(site.mails(GRACE))
    write_update(page, action, UPDATE)
    follow(page, "3. Check and send")
    expect(page.get_by_text("Nothing needs fixing.")).to_be_visible()
    save_screenshot(page, shots, "road-update-checks")
    follow(page, "Continue to sending")
    press(page, "Send update to 1 person")
    site.link("unsubscribe", to=ANNA)
    mail = site.mails(ANNA)[-1]
    assert (mail["Subject"], mail["Content-Language"]) == (UPDATE["ru"][0], "ru")
    assert "Во вторник совет голосует." in text_of(mail).replace("*", "")
    assert len(site.mails(GRACE)) == before


def export_both_after_a_while(page: Page, site: Place, action: str, shots: Path | None) -> None:
    """A member who logged in a while ago must authenticate again and say what the file is for."""
    age_login(page.context, site.app, minutes=11)
    page.goto(f"{action}export/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your identity")
    show_passkey(page)
    expect(page).to_have_url(f"{action}export/")
    save_screenshot(page, shots, "road-export")
    with download(page, site, action, purpose="team").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    signed = [
        (row["email"], row["language"], row["country_code"], row["wants_updates"]) for row in rows
    ]
    assert signed == [(GRACE, "en", "RU", "false"), (ANNA, "ru", "RU", "true")]


def end_with_a_result(staff: Page, visitor: Page, campaign: str, shots: Path | None) -> None:
    preview_the_action(staff, campaign)
    archive(staff, campaign, RESULT)
    expect(staff.get_by_role("status")).to_contain_text("Campaign archived")
    for page, words in ((PAGES[0], "In January the council"), (PAGES[4], "В январе совет")):
        until(lambda page=page, words=words: words in visitor.request.get(page).text())
    visitor.goto(PAGES[0])
    expect(visitor.get_by_role("region", name="What this achieved")).to_contain_text("lifted")
    save_screenshot(visitor, shots, "road-result")
    visitor.goto(PAGES[1])
    expect(visitor.get_by_text("Closed on")).to_be_visible()


def preview_the_action(staff: Page, campaign: str) -> None:
    """Before archiving, one can look at its page with the result as well."""
    staff.goto(f"{campaign}archive/")
    staff.get_by_label("Result in English").fill(RESULT["en"])
    staff.get_by_label("Page of the preview").select_option(index=1)
    band = staff.frame_locator("iframe[name=preview]").locator(".band")
    expect(band).to_contain_text("Closed on")
    expect(band).to_contain_text("In January the council")
    assert violations(staff) == []
