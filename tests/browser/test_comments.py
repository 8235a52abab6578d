"""The inbox of comments in a real browser: by keys, and without script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from campaign_actions.core.db.session import db, utc_now
from tests.support.browser.accessibility import violations
from tests.support.browser.sites import Place
from tests.support.factories import make_action, make_campaign, make_confirmed, serial

pytestmark = pytest.mark.slow  # it drives a browser


class Inbox:
    """An action with three comments, the newest first, and an older one in each other language."""

    def __init__(self, workplace: Place, *locales: str) -> None:
        with workplace.app.app_context():
            slug = f"inbox-{next(serial)}"
            campaign = make_campaign(slug=slug, locales=("en", *locales))
            action = make_action(
                campaign=campaign, slug="sign", locales=("en", *locales), shows_comments=True
            )
            for locale in locales:
                make_confirmed(
                    action, now=utc_now(), locale=locale, comment="Текст", show_comment=True
                )
            for number in (3, 2, 1):
                make_confirmed(action, now=utc_now(), comment=f"Text {number}", show_comment=True)
            self.address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/comments/"
            self.public = f"/en/campaigns/{slug}/sign/"
            db.session.remove()


@pytest.fixture
def inbox(workplace: Place) -> Inbox:
    return Inbox(workplace)


@pytest.fixture
def open_inbox(work: Callable[..., Page], inbox: Inbox) -> Callable[..., Page]:
    def open_page(**options: Any) -> Page:
        page = work("campaigner", **{"width": 1280} | options)
        page.goto(inbox.address)
        if "width" not in options:  # a phone opens the list, where no comment has the focus
            expect(page.locator("#comment")).to_be_focused()  # until then keys reach nothing
        return page

    return open_page


def opened(page: Page) -> Any:
    return page.locator(".read .say")


def test_a_comment_is_shown_by_a_key_and_the_focus_goes_to_the_next_one(open_inbox, inbox):
    page = open_inbox()
    expect(page.locator("#comment")).to_be_focused()

    page.keyboard.press("j")
    expect(opened(page)).to_have_text("Text 2")
    page.keyboard.press("s")
    expect(page.locator("#done")).to_contain_text("Comment shown")

    expect(opened(page)).to_have_text("Text 3")
    expect(page.locator("#comment")).to_be_focused()
    assert violations(page) == []
    page.goto(inbox.public)
    assert page.locator(".voices blockquote").all_inner_texts() == ["Text 2"]


def test_what_happened_is_announced(open_inbox):
    """A status is read out when its text changes after the page has opened."""
    page = open_inbox()
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => new MutationObserver((changes) =>"
        " changes.forEach(({ target }) => (window.heard = target.textContent || window.heard))"
        ").observe(document.getElementById('done'), { childList: true }))"
    )

    page.keyboard.press("h")

    expect(page.locator("#done")).to_contain_text("Comment hidden")
    page.wait_for_function("window.heard && window.heard.includes('Comment hidden')")
    assert page.locator("#done").get_attribute("role") == "status"


def test_a_decision_is_undone_by_a_key(open_inbox):
    page = open_inbox()
    page.keyboard.press("h")
    expect(page.locator("#done")).to_contain_text("Comment hidden")

    page.keyboard.press("u")

    expect(page.locator(".toast")).to_contain_text("Undone. 1 comment is as it was before.")
    expect(opened(page)).to_have_text("Text 1")
    expect(page.locator("#comment")).to_be_focused()


def test_the_last_decision_of_a_list_can_be_undone_by_a_key(open_inbox):
    page = open_inbox()
    for left in (2, 1, 0):
        page.keyboard.press("h")
        expect(page.locator(".mails > li")).to_have_count(left)
    expect(page.locator("#done")).to_be_focused()

    page.keyboard.press("u")

    expect(opened(page)).to_have_text("Text 3")


def test_a_decision_can_be_undone_until_the_next_one(open_inbox):
    page = open_inbox()
    page.keyboard.press("h")
    expect(opened(page)).to_have_text("Text 2")
    page.keyboard.press("j")
    expect(opened(page)).to_have_text("Text 3")
    expect(page.locator(".toast")).to_contain_text("Comment hidden")
    assert page.locator(".toast [role=status]").count() == 0  # it was announced before

    page.keyboard.press("u")

    expect(opened(page)).to_have_text("Text 1")
    expect(page.locator(".toast")).to_contain_text("Undone.")
    expect(page.locator(".toast button")).to_have_count(0)


def test_comments_stay_selected_while_others_are_read_and_decided_about(open_inbox):
    page = open_inbox()
    page.keyboard.press("x")
    page.keyboard.press("j")
    expect(opened(page)).to_have_text("Text 2")
    page.keyboard.press("h")
    expect(opened(page)).to_have_text("Text 3")
    page.keyboard.press("x")

    expect(page.locator("button[value=hide]")).to_have_text("Hide 2")
    page.click("button[value=hide]")

    expect(page.locator("#done")).to_contain_text("2 comments hidden")
    expect(page.locator(".mails")).to_have_count(0)


def test_on_a_phone_the_comment_comes_first_and_the_buttons_are_under_the_thumb(open_inbox):
    page = open_inbox(width=360)
    expect(page.locator("[data-bulk]")).to_be_hidden()

    page.locator(".mails a").first.click()

    expect(page.locator(".tabs")).to_be_hidden()
    expect(page.locator("#q")).to_be_hidden()
    assert opened(page).bounding_box()["y"] < 330
    button = page.locator("[data-key=s]").bounding_box()
    assert button["height"] >= 44
    assert button["y"] + button["height"] > 760
    page.click("[data-key=s]")
    expect(page.locator("#done")).to_contain_text("Comment shown")
    expect(opened(page)).to_have_text("Text 2")
    assert page.locator("[data-key=h]").bounding_box()["y"] == button["y"]
    assert violations(page) == []


def test_selected_comments_are_counted_and_shown_after_a_question(open_inbox, inbox):
    page = open_inbox()
    page.keyboard.press("x")
    page.keyboard.press("j")
    expect(opened(page)).to_have_text("Text 2")
    page.locator("[data-all] input").check()
    expect(page.locator("[data-selected]")).to_have_text("Selected: 3")
    page.keyboard.press("x")
    expect(page.locator("[data-selected]")).to_have_text("Selected: 2")

    page.click("button[value=show]")
    expect(page.locator(".page-name h2")).to_have_text("Show 2 comments?")
    assert page.locator(".whole > :nth-child(2)").all_inner_texts() == ["Text 1", "Text 3"]
    page.click("[data-question] button")

    expect(page.locator("#done")).to_contain_text("2 comments shown. They are public now.")
    expect(page.locator(".mails > li")).to_have_count(1)


def test_nothing_stays_selected_after_a_decision(open_inbox, inbox):
    page = open_inbox()
    for number in (0, 1):
        page.locator(".mails input").nth(number).check()
    page.click("button[value=show]")
    page.click("[data-question] form button")
    expect(page.locator(".mails > li")).to_have_count(1)

    page.click(".toast button")

    expect(page.locator(".mails > li")).to_have_count(3)
    expect(page.locator(".mails input:checked")).to_have_count(0)
    page.goto(inbox.address)
    expect(page.locator(".mails > li")).to_have_count(3)
    expect(page.locator(".mails input:checked")).to_have_count(0)


@pytest.mark.parametrize("has_script", [True, False])
def test_a_language_is_chosen_at_once_or_with_the_button(work, workplace, has_script):
    page = work("campaigner", width=1280, java_script_enabled=has_script)
    page.goto(Inbox(workplace, "ru").address)
    expect(page.locator(".mails > li")).to_have_count(4)

    page.locator("#language").select_option("ru")
    if not has_script:
        page.get_by_role("button", name="Filter", exact=True).click()

    expect(page.locator(".mails > li")).to_have_count(1)
    expect(page.locator("#language")).to_have_value("ru")
    if has_script:
        expect(page.locator("#language")).to_be_focused()


def test_the_page_of_the_person_is_opened_by_a_key(open_inbox):
    page = open_inbox()

    page.keyboard.press("o")

    expect(page).to_have_url(re.compile("/signatures/[^/]+/"))


def test_a_key_that_is_pressed_while_the_next_comment_opens_decides_nothing(open_inbox, inbox):
    page = open_inbox()
    held = []
    page.route("**/comments/?*", lambda route: held.append(route))

    with page.expect_request("**/comments/?*"):
        page.keyboard.press("j")
    page.keyboard.press("s")
    for route in held:
        route.continue_()

    expect(opened(page)).to_have_text("Text 2")
    expect(page.locator(".mails > li")).to_have_count(3)


def test_keys_do_nothing_while_someone_types_or_with_a_modifier(open_inbox):
    page = open_inbox()
    page.keyboard.press("Control+j")
    page.locator("#q").focus()

    page.keyboard.type("sh")

    expect(page.locator("#q")).to_have_value("sh")
    expect(opened(page)).to_have_text("Text 1")


def test_keys_are_those_in_the_same_place_on_a_keyboard_of_another_alphabet(open_inbox):
    page = open_inbox()

    page.locator("#comment").dispatch_event("keydown", {"key": "ت", "code": "KeyJ"})
    expect(opened(page)).to_have_text("Text 2")
    page.locator("#comment").dispatch_event("keydown", {"key": "л", "code": "KeyK"})

    expect(opened(page)).to_have_text("Text 1")


def test_everything_works_without_script(open_inbox, inbox):
    page = open_inbox(java_script_enabled=False)
    expect(page.locator("[data-keys]")).to_be_hidden()
    expect(page.locator("[data-key=s] kbd")).to_be_hidden()

    page.click("[data-key=s]")
    expect(page.locator("#done")).to_contain_text("Comment shown")
    expect(opened(page)).to_have_text("Text 2")
    page.click("[data-key=u]")
    expect(page.locator(".mails > li")).to_have_count(3)
    page.locator(".mails input").first.check()
    page.click("button[value=hide]")

    expect(page.locator("#done")).to_contain_text("Comment hidden")
    expect(page.locator(".mails > li")).to_have_count(2)


def test_on_a_phone_nothing_covers_what_was_ticked_and_undo_stays_one_word(open_inbox, inbox):
    page = open_inbox(width=360)
    page.set_viewport_size({"width": 360, "height": 480})
    assert page.locator(".choose .seg").bounding_box()["height"] < 60
    last = page.locator(".mails > li").last
    page.locator(".mails input").first.check()
    last.locator("input").check()
    bar = page.locator("[data-bulk]")
    expect(bar).to_contain_text("Selected: 2")
    row, over = last.bounding_box(), bar.bounding_box()
    assert row["y"] + row["height"] <= over["y"] + 1

    page.click("button[value=show]")
    button = page.locator("[data-question] form button").bounding_box()
    assert button["y"] + button["height"] <= 480, "in view without scrolling"
    page.click("[data-question] form button")

    assert page.locator(".toast .btn").bounding_box()["height"] < 60


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_when_the_last_decision_is_shown(open_inbox, width):
    page = open_inbox(width=width)
    page.locator(".mails a").first.click()
    before = page.locator("#comment").bounding_box()

    page.locator(".decide [name=hide]").click()

    expect(page.locator(".toast")).to_be_visible()
    after = page.locator("#comment").bounding_box()
    assert (before["x"], before["y"]) == (after["x"], after["y"])
    toast, buttons = (page.locator(one).bounding_box() for one in (".toast", ".decide"))
    assert toast["y"] + toast["height"] <= buttons["y"] or toast["y"] >= buttons["y"] + 48
