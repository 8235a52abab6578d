"""Editing by a campaigner: two languages, a preview while typing, and a colleague at the same time."""

import re

import pytest
from playwright.sync_api import expect

from tests.support import factories
from tests.support.browser.accessibility import save_screenshot, violations
from tests.support.browser.campaigner import (
    choose_second_language,
    make_action,
    make_campaign,
    press,
    save,
    wait_for_editor,
)

pytestmark = pytest.mark.slow  # it drives a browser
SAVED = re.compile(r"^Saved at \d")


def test_a_campaign_in_two_languages_has_a_preview_while_typing(work, shots):
    page = work("campaigner", width=1280)
    address = make_campaign(page, "The right to assembly")
    page.goto(f"{address}edit/?left=en&right=ru")
    assert violations(page) == []

    page.get_by_label("Headline (English)").fill("Everyone may meet in peace")
    shown = page.frame_locator("iframe[name=preview]")
    expect(shown.locator("h1")).to_have_text("Everyone may meet in peace")
    page.get_by_label("Topic (Russian)").fill("Право на собрания")
    page.get_by_label("Headline (Russian)").fill("Собираться мирно может каждый")
    page.get_by_label("Page text (Russian)").fill("## Почему\n\n<script>alert(1)</script>")
    expect(shown.locator("html")).to_have_attribute("lang", "ru")
    expect(shown.locator("h1")).to_have_text("Собираться мирно может каждый")
    expect(shown.locator(".prose")).to_have_text("<script>alert(1)</script>")
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")  # the bar on top would cover a part of a field
    assert violations(page) == []
    page.keyboard.press("Control+s")

    expect(page.get_by_text(SAVED)).to_be_visible()
    assert page.get_by_label("Topic (Russian)").input_value() == "Право на собрания"
    save_screenshot(page, shots, "writing-1280")
    page.goto(f"{address}history/")
    expect(page.get_by_role("rowheader")).to_have_text(["2", "1"])


def test_the_same_key_saves_on_a_keyboard_of_another_alphabet(work):
    page = work("campaigner")
    make_campaign(page, "Written in Cairo")
    page.wait_for_load_state()  # so that the script hears the key
    page.get_by_label("Headline (English)").fill("Everyone may meet in peace")

    page.get_by_label("Headline (English)").dispatch_event(
        "keydown", {"key": "س", "code": "KeyS", "ctrlKey": True, "cancelable": True}
    )

    expect(page.get_by_text(SAVED)).to_be_visible()


def test_the_preview_is_beside_the_text_on_a_wide_screen_and_below_it_on_a_phone(work):
    wide, phone = work("campaigner", width=1280), work("campaigner")
    address = make_campaign(wide, "Beside the text")
    phone.goto(f"{address}edit/")

    for page in (wide, phone):
        expect(page.frame_locator("iframe[name=preview]").locator("h1")).to_be_attached()
        page.get_by_label("Page text (English)").scroll_into_view_if_needed()
    expect(wide.locator("iframe")).to_be_in_viewport(ratio=0.8)
    expect(phone.locator("iframe")).not_to_be_in_viewport()

    phone.get_by_label("Headline (English)").focus()
    phone.get_by_role("link", name="Go to preview").click()
    expect(phone.locator("iframe")).to_be_in_viewport()
    phone.get_by_role("link", name="Back to the text").click()
    expect(phone.get_by_label("Headline (English)")).to_be_focused()

    wide.locator(".preview summary").press("Enter")
    wide.reload()
    expect(wide.locator("iframe")).to_be_hidden()


def test_links_in_the_preview_do_nothing(work):
    page = work("campaigner", width=1280)
    make_campaign(page, "Nothing to press")
    page.get_by_label("Headline (English)").fill("It stays")
    shown = page.frame_locator("iframe[name=preview]")
    expect(shown.locator("h1")).to_have_text("It stays")

    shown.get_by_role("link", name="Campaigns").first.click()

    expect(shown.locator("h1")).to_have_text("It stays")
    assert len(page.context.pages) == 1


def test_two_people_edit_at_once_and_nothing_typed_is_lost(work, shots):
    ada, grace = work("campaigner", width=1280), work("campaigner", width=1280)
    address = make_campaign(ada, "Freedom of speech")
    ada.goto(f"{address}edit/")
    grace.goto(f"{address}edit/")
    ada.get_by_label("Topic (English)").fill("Speech, by Ada")
    ada.get_by_label("Summary (English)").fill("A summary by Ada.")
    save(ada)

    grace.get_by_label("Topic (English)").fill("Speech, by Grace")
    grace.get_by_label("Headline (English)").fill("A headline by Grace")
    press(grace, "Save")

    expect(grace.locator("#clashes")).to_contain_text("1 field has two versions")
    assert violations(grace) == []
    assert grace.get_by_label("Topic (English)").input_value() == "Speech, by Grace"
    assert grace.get_by_label("Summary (English)").input_value() == "A summary by Ada."
    expect(grace.locator(".theirs")).to_contain_text("Speech, by added: Ada")
    save_screenshot(grace, shots, "conflict-1280")
    grace.get_by_label("Keep the saved version").check()
    save(grace)
    assert grace.get_by_label("Topic (English)").input_value() == "Speech, by Ada"
    assert grace.get_by_label("Headline (English)").input_value() == "A headline by Grace"


def test_without_scripts_the_preview_is_a_button(work):
    page = work("campaigner", java_script_enabled=False)
    make_campaign(page, "The right to vote")
    page.get_by_label("Headline (English)").fill("Every vote counts")

    page.locator(".preview button").first.click()

    expect(page.frame_locator("iframe[name=preview]").locator("h1")).to_have_text(
        "Every vote counts"
    )


def test_leaving_with_unsaved_changes_shows_a_warning(work):
    page = work("campaigner", width=1280)
    make_campaign(page, "Fair trial")
    page.get_by_label("Headline (English)").press_sequentially("Judges")
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.get_by_role("link", name="History").click()

    expect(page).to_have_url(re.compile("/history/"))
    assert asked == ["beforeunload"]


def test_text_written_before_the_scripts_have_arrived_counts_as_unsaved(work):
    page = work("campaigner", width=1280)
    address = make_campaign(page, "Slow connection")
    held = []
    page.route(re.compile(r"/text_editor\b.*\.js"), lambda route: held.append(route))
    page.goto(f"{address}edit/", wait_until="commit")
    page.get_by_label("Headline (English)").press_sequentially("Judges")
    expect(page.get_by_text("Not saved yet.")).to_be_hidden()

    for route in held:
        route.continue_()

    expect(page.get_by_text("Not saved yet.")).to_be_visible()


def test_the_preview_follows_the_field_that_is_written(work):
    page = work("campaigner", width=1280)
    make_campaign(page, "Follow me")
    paragraphs = [f"Paragraph number {number}.\n\n" * 3 for number in range(1, 9)]
    body = "## Why it matters\n\n" + "".join(paragraphs) + "## What now\n\n- **Sign** today"
    shown = page.frame_locator("iframe[name=preview]")
    spot = shown.locator(".spot")

    page.get_by_label("Headline (English)").fill("Everyone may meet in peace")
    expect(spot).to_have_text("Everyone may meet in peace")
    expect(spot).to_have_attribute("data-spot", "Headline")
    page.get_by_label("Page text (English)").fill(body)
    expect(spot).to_have_text("Sign today")
    expect(spot).to_be_in_viewport()
    expect(shown.locator("h1")).not_to_be_in_viewport()

    page.get_by_label("Page text (English)").press("Control+Home")
    expect(spot).to_have_text("Why it matters")
    page.get_by_label("Topic (English)").focus()
    expect(spot).to_have_text("Follow me")
    expect(spot).to_be_in_viewport()
    page.get_by_label("Page address", exact=True).focus()
    expect(spot).to_have_count(0)


def test_the_name_of_an_empty_place_is_one_line_inside_the_preview(work):
    page = work("campaigner", width=1280)
    page.goto("/staff/campaigns/1/actions/2/edit/")  # a pledge of the demo
    line = page.get_by_label("Line above the pledge (English)")
    spot = page.frame_locator("iframe[name=preview]").locator(".spot")

    line.fill("Whom")
    expect(spot).to_have_text("Whom")
    line.fill("")
    expect(spot).to_have_text("")

    height, left = spot.evaluate(
        "place => { const name = getComputedStyle(place, '::after'); return ["
        "parseFloat(name.height), place.getBoundingClientRect().left + parseFloat(name.left)]; }"
    )
    assert height < 20
    assert left >= 0


def test_the_preview_follows_a_new_question_from_its_text_to_its_answers(work):
    page = work("campaigner", width=1280)
    action = make_action(page, make_campaign(page, "Ask me"), "Sign here")
    page.goto(f"{action}questions/new/choice/")
    spot = page.frame_locator("iframe[name=preview]").locator(".spot")

    page.get_by_label("Question (English)").fill("How did you hear of us?")
    expect(spot).to_contain_text("How did you hear of us?")
    expect(spot).to_be_in_viewport()
    page.get_by_label("Answer 1 (English)").fill("From a friend")

    expect(spot).to_contain_text("From a friend")
    page.get_by_label("How long answers are kept").focus()
    expect(spot).to_have_attribute("data-spot", "How long answers are kept")
    expect(spot).to_be_in_viewport()
    expect(spot).to_be_in_viewport()
    page.get_by_label("How long answers are kept").focus()
    expect(spot).to_have_attribute("data-spot", "How long answers are kept")
    expect(spot).to_be_in_viewport()


def test_a_text_that_publishing_needs_is_marked_until_it_is_there(work):
    page = work("campaigner", width=1280)
    make_campaign(page, "Needed")
    field = page.get_by_label("Summary (English)")
    mark = page.locator("[data-need='texts.en.summary']")

    expect(mark.get_by_text("Needed to publish")).to_be_visible()
    field.fill("Two sentences.")
    expect(mark.get_by_text("Needed to publish")).to_be_hidden()
    expect(mark.get_by_text("Needed, filled in")).to_be_visible()
    expect(mark).to_have_class("need met")
    field.fill(" ")
    expect(mark).to_have_class("need")


def test_the_headline_grows_with_its_text_and_stays_one_sentence(work):
    page = work("campaigner", width=1280)
    make_campaign(page, "Growing")
    wait_for_editor(page)
    field = page.get_by_label("Headline (English)")
    before = field.bounding_box()["height"]

    field.fill("Everyone may meet in peace, wherever they are and whatever they think. " * 2)
    field.press("Enter")

    assert field.bounding_box()["height"] > before + 10
    assert "\n" not in field.input_value()
    save(page)


def test_switching_the_second_language_keeps_what_was_typed_and_the_warning(work):
    page = work("campaigner", width=1280)
    make_campaign(page, "Switching")
    choose_second_language(page, "ru")
    page.get_by_label("Topic (Russian)").fill("Набранное")

    choose_second_language(page, "fr")

    expect(page.get_by_label("Topic (French)")).to_be_visible()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    choose_second_language(page, "ru")
    expect(page.get_by_label("Topic (Russian)")).to_have_value("Набранное")
    page.get_by_label("Topic (Russian)").press("Enter")
    expect(page.get_by_text(SAVED)).to_be_visible()


def test_without_scripts_the_second_language_can_be_switched(work):
    page = work("campaigner", java_script_enabled=False)
    make_campaign(page, "No scripts")
    page.get_by_label("Headline (English)").fill("Typed")

    page.get_by_label("Second language").select_option("fr")
    press(page, "Show language")

    expect(page.get_by_label("Headline (English)")).to_have_value("Typed")
    expect(page.get_by_label("Topic (French)")).to_be_visible()


def test_a_phone_shows_one_of_two_languages_at_a_time(work):
    page = work("campaigner")
    address = make_campaign(page, "One at a time")
    page.goto(f"{address}edit/?left=en&right=ru")
    switch = page.get_by_role("group", name="Language of the texts")
    english, russian = (page.locator(f"[id='texts.{tag}.headline']") for tag in ("en", "ru"))
    expect(english).to_be_visible()
    expect(russian).to_be_hidden()

    switch.get_by_role("button", name="Русский").click()

    expect(russian).to_be_visible()
    expect(english).to_be_hidden()
    page.goto(f"{address}edit/?left=en&right=ru#texts.ru.headline")
    expect(russian).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(english).to_be_visible()
    expect(russian).to_be_visible()


def test_the_last_tab_is_in_view_on_a_phone(work):
    page = work("campaigner", width=360)
    address = make_campaign(page, "The last tab")

    page.goto(f"{address}history/")

    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)


def test_a_part_of_the_tab_before_is_in_view_on_a_phone(work):
    page = work("campaigner", width=360)
    address = make_campaign(page, "The tab before")

    page.goto(f"{address}appearance/")

    before = page.locator(".tabs a:has(+ [aria-current])")
    box = before.bounding_box()
    assert box["x"] < 30 < box["x"] + box["width"]
    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("width", "rows"), [(1280, 1), (800, 2)])
def test_every_tab_can_be_clicked_with_a_mouse(work, workplace, width, rows):
    """In Russian, for a member who has all tabs: a mouse cannot scroll a row of tabs sideways."""
    page = work(width=width)
    roles = "campaigner", "exporter", "administrator", "translator", "reviewer"
    workplace.set_language(workplace.log_in(page.context, *roles), "ru")

    with workplace.app.app_context():
        campaign = factories.make_campaign(slug=f"tabs-{width}")
        action = factories.make_action(campaign=campaign, slug=f"tabs-{width}")
        address = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/history/"
    page.goto(address)

    tabs = page.locator(".tabs a").all()
    for tab in tabs:
        expect(tab).to_be_in_viewport(ratio=1)
    assert len(tabs) > 10, [tab.inner_text() for tab in tabs]
    assert len({round(tab.bounding_box()["y"]) for tab in tabs}) == rows


def test_the_button_that_shows_a_language_comes_with_the_arrow_keys_only(work):
    page = work("campaigner")
    make_campaign(page, "Chosen by keys")
    button = page.get_by_role("button", name="Show language")
    expect(button).to_be_hidden()

    page.get_by_label("Second language").press("ArrowDown")

    expect(button).to_be_visible()


def test_a_language_that_is_chosen_before_the_script_arrives_has_its_button(work):
    page = work("campaigner")
    make_campaign(page, "Chosen on a slow line")
    held = []
    page.route("**/text_editor*.js*", lambda route: held.append(route))
    with page.expect_request("**/text_editor*.js*"):
        page.goto(page.url, wait_until="commit")
    page.get_by_label("Second language").select_option("fr")

    [route] = held
    with page.expect_event("load"):
        route.continue_()
    press(page, "Show language")

    expect(page.get_by_label("Topic (French)")).to_be_visible()


def test_the_preview_follows_a_field_that_was_written_in_before_the_script_arrived(work):
    page = work("campaigner", width=1280)
    make_campaign(page, "Written on a slow line")
    held = []
    page.route("**/preview.*js*", lambda route: held.append(route))
    with page.expect_request("**/preview.*js*"):
        page.goto(page.url, wait_until="commit")
    page.get_by_label("Headline (English)").fill("Everyone may meet in peace")

    [route] = held
    route.continue_()

    spot = page.frame_locator("iframe[name=preview]").locator(".spot")
    expect(spot).to_have_text("Everyone may meet in peace")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("fragment", ["", "#texts.en.title"])
def test_after_saving_one_writes_on_at_the_same_place(work, width, fragment):
    page = work("campaigner", width=width)
    address = make_campaign(page, f"Written on {width} {fragment}")
    page.goto(f"{address}edit/?right=ru{fragment}")
    if width == 360:
        page.get_by_role("button", name="Русский").first.click()
    page.get_by_label("Topic (Russian)").fill("Тема")
    text = page.get_by_label("Page text (Russian)")
    text.fill("Один.\n\nДва.")
    text.evaluate("field => field.setSelectionRange(3, 3)")
    before = text.bounding_box()["y"]

    page.keyboard.press("Control+s")

    expect(page.get_by_text(SAVED)).to_be_in_viewport()
    expect(text).to_be_focused()
    assert text.evaluate("field => [field.selectionStart, field.value.length]") == [3, 11]
    assert text.bounding_box()["y"] == pytest.approx(before, abs=2)
    text.press("End")
    page.keyboard.type(" ")
    expect(page.get_by_text(SAVED)).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_link_to_a_fault_shows_the_whole_field_and_selects_the_line(work, width):
    page = work("campaigner", width=width)
    make_campaign(page, f"Faults on {width}")
    text = page.get_by_label("Page text (English)")
    text.fill("::: facts\n- **one**\n\n::: pionts\ntext\n:::")
    page.keyboard.press("Control+s")

    page.locator("#errors a").nth(1).click()

    selected = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert text.evaluate(selected) == "::: pionts"
    for part in ("label", ".error", ".tools"):
        expect(field_of(text).locator(part).first).to_be_in_viewport(ratio=1)
    bar = page.locator("header.bar").bounding_box()["height"]
    assert field_of(text).bounding_box()["y"] >= bar


@pytest.mark.parametrize("width", [360, 1280])
def test_a_link_from_a_check_selects_the_line_in_the_editor(work, width):
    page = work("campaigner", width=width)
    address = make_campaign(page, f"Places on {width}")
    body = "\n\n".join(
        [*["A paragraph."] * 30, "Here is TODO a place.", "[a](https://example.org/)"]
    )
    page.get_by_label("Page text (English)").fill(body)
    save(page)
    selected = "field => field.value.slice(field.selectionStart, field.selectionEnd)"

    for words, line in (("TODO", "Here is TODO"), ("only an example", "[a](https")):
        page.goto(f"{address}publish/")
        page.locator(".prelist > li", has_text=words).locator(
            "a", has_text="Go to the field"
        ).click()
        text = page.get_by_label("Page text (English)")
        expect(text).to_be_focused()
        assert text.evaluate(selected).startswith(line)
        assert text.evaluate("field => field.scrollTop") > 0
        bottom = text.bounding_box()["y"] + text.bounding_box()["height"]
        assert bottom <= page.locator(".savebar").bounding_box()["y"], "the line is the last one"

    text.evaluate("field => field.setSelectionRange(0, 0)")
    field_of(text).locator(".error a").click()
    assert text.evaluate(selected) == "[a](https://example.org/)"


@pytest.mark.parametrize("width", [360, 1280])
def test_a_problem_that_blocks_publishing_is_below_the_bar_after_saving(work, width):
    page = work("campaigner", width=width)
    make_campaign(page, f"Blocked on {width}")
    page.get_by_label("Summary (English)").fill("A summary.")
    text = page.get_by_label("Page text (English)")
    text.fill("[Report](https://example.org/)")
    save(page)

    page.goto(f"{page.url.partition('#')[0]}#texts.en.body")

    bar = page.locator("header.bar").bounding_box()["height"]
    expect(field_of(text).locator(".error")).to_contain_text("This link is only an example")
    assert field_of(text).locator(".label-line").bounding_box()["y"] >= bar


def test_a_text_that_can_be_left_out_is_folded_until_a_link_leads_to_it(work):
    page = work("campaigner")
    address = make_campaign(page, "Folded")
    page.goto(f"{address}actions/new/")
    page.locator("#title").fill("Clean water")
    page.locator("main .btn.main").click()
    background = page.get_by_label("Background (English)")
    expect(background).to_be_hidden()

    page.goto(f"{page.url.partition('#')[0]}#texts.en.background")

    expect(background).to_be_in_viewport()


def test_with_room_a_text_that_can_be_left_out_is_open_even_without_scripts(work):
    page = work("campaigner", width=1280, java_script_enabled=False)
    address = make_campaign(page, "Unfolded")
    page.goto(f"{address}actions/new/")
    page.locator("#title").fill("Clean water")
    page.locator("main .btn.main").click()

    background = page.get_by_label("Background (English)")
    background.fill("Since March the water is brown.")
    page.set_viewport_size({"width": 999, "height": 900})

    expect(background).to_be_hidden()


def test_the_first_field_is_in_the_upper_half_of_a_phone(work):
    page = work("campaigner", width=360)
    address = make_campaign(page, "A short head")

    page.goto(f"{address}edit/?right=ru")

    assert page.get_by_label("Topic (English)").bounding_box()["y"] < 330


def test_on_a_phone_the_buttons_that_do_not_fit_are_announced_by_a_shadow(work):
    page = work("campaigner", width=360)
    make_campaign(page, "A shadow")
    tools = page.locator("[id='texts.en.body-tools']")

    is_cut = tools.evaluate("one => one.scrollWidth > one.clientWidth")
    shadows = tools.evaluate("one => getComputedStyle(one).backgroundAttachment")

    assert is_cut
    assert shadows == "local, local, scroll, scroll, scroll"


def test_arabic_text_with_markup_has_the_font_of_texts(work):
    page = work("campaigner", width=1280)
    address = make_campaign(page, "The font of Arabic")
    page.goto(f"{address}edit/?left=en&right=ar")
    font = "field => getComputedStyle(field).fontFamily"

    assert "monospace" in page.locator("[id='texts.en.body']").evaluate(font)
    assert "monospace" not in page.locator("[id='texts.ar.body']").evaluate(font)


def field_of(text):
    return text.locator("xpath=..")
