"""A new language on the web alone: added, partly translated and not public, finished, approved, public."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from campaign_actions.catalogs.store.repository import interface_catalog
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.staff.invitations import accept_invitation
from campaign_actions.staff.queries import find_member
from tests.support.browser.accessibility import look_at
from tests.support.browser.sites import Place, served
from tests.support.browser.visits import visiting
from tests.support.po_editor import fill, in_letters
from tests.support.servers import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]  # it drives a browser
NEEDS = ["form", "errors", "consent", "mails", "pages", "privacy", "approval"]
ADA = "ada@example.org"
MANY, SKIP = "%(num)d problem to fix", "Skip to main content"


@pytest.fixture(scope="module")
def place(in_memory: Path) -> Iterator[Place]:
    """A site as it is installed: a language needs everything, and changes to it are noticed automatically."""
    changed = {"CATALOG_SECONDS": 1, "LOCALE_NEEDS": NEEDS}
    with served(in_memory / "translators", "--no-outbox", **changed) as served_place:
        yield served_place


@pytest.fixture
def work(browser: Browser, place: Place) -> Iterator[Any]:
    """Opens pages as a new member with these roles, as an invited member, or as a visitor."""

    def open_page(*roles: str, invited: str = "", **options: Any) -> Page:
        page = visits.open(**options)
        if roles:
            place.log_in(page.context, *roles, name=roles[0].title())
        if invited:
            place.log_in_again(page.context, joined(place, invited))
        return page

    with visiting(browser, place.address) as visits:
        yield open_page


def joined(place: Place, email: str) -> int:
    """Accept an invitation without using the pages; returns the id of the member."""
    with place.app.app_context():
        member = find_member(email)
        assert member
        staff_id = member.id
        accept_invitation(member, name="Ada", locale="en", password_hash="x", now=utc_now())
        member.tf_primary_method = "authenticator"
        db.session.commit()
        db.session.remove()
    return staff_id


def test_a_language_is_added_translated_and_published_on_the_web_alone(work, shots, tmp_path):
    found: list[str] = []
    boss, public = work("administrator", width=1280), work()

    boss.goto("/staff/translations/")
    found += look_at(boss, shots, "translators-overview")
    boss.click("text=Add a language")
    boss.fill("#q", "Україн")
    boss.click("text=Find language")
    boss.locator("text=Add Ukrainian").wait_for()
    found += look_at(boss, shots, "translators-add")
    boss.click("text=Add Ukrainian")
    assert boss.locator("h1").inner_text() == "Українська"
    found += look_at(boss, shots, "translators-language")
    invite(boss)

    ada = work(invited=ADA)
    ada.goto("/staff/translations/")
    assert ada.locator(".half h2").all_inner_texts() == ["Українська"]
    ada.locator(".lines .btn").first.click()
    ada.goto(f"/staff/translations/uk/interface/{key_of(MANY)}/?show=waiting")
    translate_two(ada, shots, found)
    assert is_public(public) == [404, False, False, False]

    upload_the_rest(ada, tmp_path)
    found += look_at(ada, shots, "translators-received")
    assert is_public(public) == [404, False, False, False], "nobody has approved anything yet"
    ada.goto("/staff/consent/uk/petition/")
    ada.fill("#body", "Надсилаючи це, ви погоджуєтеся, що ми зберігаємо введене для цієї дії.")
    ada.click("text=Propose this text")
    ada.locator("text=Text proposed. It applies once").wait_for()
    found += look_at(ada, shots, "translators-proposed")

    cleo = work("reviewer", width=1280)
    cleo.goto("/staff/translations/uk/")
    cleo.click("text=/^Review and approve.*Consent text for petitions/")
    cleo.locator("text=Approve this text").wait_for()
    found += look_at(cleo, shots, "translators-consent")
    cleo.click("text=Approve this text")
    cleo.locator("text=is now in force").wait_for()
    assert is_public(public) == [404, False, False, False], "the privacy page waits"
    cleo.goto("/staff/translations/uk/approvals/")
    cleo.locator("footer").scroll_into_view_if_needed()  # the bar would cover a part of a link
    found += look_at(cleo, shots, "translators-approvals")
    cleo.click("text=Approve all")
    cleo.locator(r"text=/\d strings? approved/").wait_for()

    until(lambda: is_public(public) == [200, True, True, True])
    cleo.goto("/staff/translations/uk/")
    assert cleo.locator("text=This language is public.").is_visible()
    found += look_at(cleo, shots, "translators-ready")
    public.goto("/uk/privacy/")
    found += look_at(public, shots, "translators-public")
    assert found == []


def test_two_people_translate_one_message_and_one_replaces_newer_work(work, shots):
    ada, bea = work("translator"), work("translator")
    there = f"/staff/translations/ru/interface/{key_of(SKIP)}/"

    ada.goto(there)
    bea.goto(there)
    assert bea.locator("text=also has this string open").is_visible()
    ada.fill("#form-0", "К делу")
    ada.click("[name=then][value=stay]")
    ada.locator('text="Saved"').wait_for()
    bea.fill("#form-0", "К содержанию")
    bea.click("[name=then][value=stay]")
    bea.locator("#theirs").wait_for()
    assert bea.locator("#form-0").input_value() == "К содержанию"
    found = look_at(bea, shots, "translators-both")
    bea.click("[name=then][value=stay]")
    bea.locator('text="Saved"').wait_for()

    ada.goto(there)
    assert ada.locator("#form-0").input_value() == "К содержанию"
    assert found == []


def key_of(source: str) -> str:
    return next(m.key for m in interface_catalog().messages if m.source == source)


def invite(page: Page) -> None:
    """Invite a translator for Ukrainian only."""
    page.goto("/staff/people/invite/")
    page.fill("#email", ADA)
    page.check("[name=role-translator][value=all]")
    page.check("[name=languages][value=some]")
    page.locator("details:has([name=language]) summary").click()
    page.check("[name=language][value=uk]")
    page.get_by_role("button", name="Send invitation").click()


def translate_two(page: Page, shots, found: list[str]) -> None:
    """Translate the first two untranslated messages, one of them first in a way that is refused."""
    page.locator("[data-insert]").first.wait_for(state="detached")
    first = page.locator(".source .words").first.inner_text()
    fields = page.locator("textarea")
    for number in range(fields.count()):
        fields.nth(number).fill("щось виправити")
    page.click("text=Save and continue")
    page.locator("#errors").wait_for()
    assert fields.last.input_value() == "щось виправити"
    found += look_at(page, shots, "translators-refused")
    fields.last.focus()
    page.locator("button.chip").first.click()
    for number in range(fields.count()):
        fields.nth(number).fill("%(num)d виправити")
    page.locator("[name=preview]").scroll_into_view_if_needed()
    page.frame_locator("[name=preview]").locator("mark:has-text('виправити')").first.wait_for()
    page.keyboard.press("Control+Home")
    fields.first.press("Control+Enter")
    page.wait_for_url(lambda url: "show=waiting" in url)
    assert page.locator(".source .words").first.inner_text() != first
    source = page.locator(".source .words").first.inner_text()
    for number in range(fields.count()):
        fields.nth(number).fill(in_letters(source))
    found += look_at(page, shots, "translators-editor")
    page.click("text=Save and continue")
    page.locator('text="Saved"').wait_for()


def upload_the_rest(page: Page, folder) -> None:
    """Translate the rest of the file as a translator's program does, and upload it."""
    page.goto("/staff/translations/uk/interface/files/")
    with page.expect_download() as download:
        page.click("text=Download .po")
    assert download.value.suggested_filename == "campaign-actions.uk.po"
    download.value.save_as(folder / "uk.po")
    fill(folder / "uk.po", "uk")
    page.set_input_files("#file", folder / "uk.po")
    page.click("form button:has-text('Upload')")
    assert page.locator("h1").inner_text() == "Import results"


def is_public(page: Page) -> list:
    """What the public sees of the language: the first page, the list of languages, the sitemap, hreflang."""
    status = page.goto("/uk/").status
    page.goto("/en/privacy/")
    listed = page.locator(".langs a[hreflang=uk]").count() > 0
    told = page.locator("link[rel=alternate][hreflang=uk]").count() > 0
    sitemap = "/uk/" in page.request.get("/sitemap.xml").text()
    return [status, listed, sitemap, told]
