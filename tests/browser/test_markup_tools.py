"""Buttons that write markup: they add it to what is selected or take it away, by mouse and by keyboard."""

import pytest
from playwright.sync_api import Locator, Page, expect

from campaign_actions.core.content.block_markup import markup_problems
from tests.support.browser.accessibility import violations
from tests.support.browser.campaigner import make_campaign
from tests.support.drafts import BOTH_LOCALES
from tests.support.factories import make_action
from tests.support.factories import make_campaign as make_public_campaign

pytestmark = pytest.mark.slow  # it drives a browser

TEXT = "A man is beaten on a tram."
SELECTED = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
FACTS = "::: facts\n- **One**\n- **Two**\n:::"
ADDRESS = "https://www.ohchr.org/en/housing"
QUOTE = "> We will not go.\n>\n> Anna"


@pytest.fixture(scope="module")
def opened() -> dict[str, str]:
    return {}


@pytest.fixture
def page(work, opened) -> Page:
    """The editor of one campaign, which no test saves."""
    page = work("campaigner", width=1280)
    if not opened:
        opened["address"] = make_campaign(page, "Markup")
    page.goto(f"{opened['address']}edit/")
    return page


def text_field(page: Page) -> Locator:
    return page.get_by_label("Page text (English)")


def write(page: Page, text: str, selected: str = "") -> Locator:
    """Fill in the text, and select a part of it; without one, the caret is at the end."""
    field = text_field(page)
    field.fill(text)
    if selected:
        start = text.index(selected)
        field.evaluate(f"field => field.setSelectionRange({start}, {start + len(selected)})")
    return field


def tools(page: Page) -> Locator:
    return page.locator("[id='texts.en.body-tools']")


def press(page: Page, name: str) -> None:
    tools(page).get_by_role("button", name=name, exact=True).click()


CASES = [  # button, text, what is selected, text afterwards
    ("Bold", TEXT, "man", "A **man** is beaten on a tram."),
    ("Bold", "A **man** is", "man", "A man is"),
    ("Bold", "A **man** is", "**man**", "A man is"),
    ("Bold", "- One\n- Two", "One\n- Two", "- **One**\n- **Two**"),
    ("Bold", "- **One**\n- **Two**", "One**\n- **Two", "- One\n- Two"),
    ("Link", TEXT, "on a tram", "A man is beaten [on a tram](https://)."),
    (
        "Link",
        "See https://ohchr.org here",
        "https://ohchr.org",
        "See [text](https://ohchr.org) here",
    ),
    ("Link", "See [it](https://ohchr.org) here", "it", "See it here"),
    ("Heading", "One\nTwo", "One", "## One\nTwo"),
    ("Heading", "## One\nTwo", "One", "One\nTwo"),
    ("Heading", "- One\n\n# Two", "- One\n\n# Two", "## One\n\n## Two"),
    ("List", "One\nTwo\n\nThree", "One\nTwo\n\nThree", "- One\n- Two\n\n- Three"),
    ("List", "- One\n- Two", "- One\n- Two", "One\nTwo"),
    ("List", "1. One\n2. Two", "1. One\n2. Two", "- One\n- Two"),
    ("Quote", "I did.\n\nTimur", "I did.\n\nTimur", "> I did.\n>\n> Timur"),
    ("Quote", "> I did.\n>\n> Timur", "> I did.\n>\n> Timur", "I did.\n\nTimur"),
    ("Facts", "**One**\n**Two**", "One**\n**Two", FACTS),
    ("Facts", "## One", "One", "::: facts\n- **…** One\n:::"),
    ("List", "## One", "One", "- One"),
    ("Quote", "## One", "One", "> One"),
    ("Facts", FACTS, "Two", "- **One**\n- **Two**"),
    ("Facts", "::: facts\n- **…** One\n- **2** Two\n:::", "One", "- One\n- **2** Two"),
    ("Timeline", FACTS, "Two", "::: timeline\n- **One**\n- **Two**\n:::"),
    ("Demands", FACTS, "Two", "::: points\n1. **One**\n2. **Two**\n:::"),
    ("Facts", f"{TEXT}\n5 men", "5", f"{TEXT}\n\n::: facts\n- **5** men\n:::"),
    ("Facts", f"{FACTS}\n\n3 men", "3", f"{FACTS}\n\n::: facts\n- **3** men\n:::"),
    (
        "Facts",
        "::: facts\n- **One**\n\n2 men",
        "2",
        "::: facts\n- **One**\n\n::: facts\n- **2** men\n:::",
    ),
    ("Facts", QUOTE, QUOTE, "::: facts\n- **…** We will not go.\n- **…** Anna\n:::"),
    ("List", "> One", "One", "- One"),
    ("Facts", "::: points\n1. One\n:::", "One", "::: facts\n- **…** One\n:::"),
    ("Demands", "::: facts\n- **…** One\n:::", "One", "::: points\n1. One\n:::"),
    ("Facts", "::: timeline\n- *Not yet* One\n:::", "One", "::: facts\n- **Not yet** One\n:::"),
]
LINES = {  # how items begin whose lines had no markup
    "Facts": {
        "4 of 10 women": "**4** of 10 women",
        "12.5 % of women": "**12.5 %** of women",
        "140 000 people": "**140 000** people",
        "1 in 9: attacks in Moscow": "**1 in 9** attacks in Moscow",
        "16th of its kind": "**…** 16th of its kind",
        "Nobody was punished": "**…** Nobody was punished",
    },
    "Timeline": {
        "21 March 1960: Sharpeville": "**21 March 1960** Sharpeville",
        "21 марта 1960 года Шарпевиль": "**21 марта 1960 года** Шарпевиль",
        "21 de marzo de 1960 Sharpeville": "**21 de marzo de 1960** Sharpeville",
        "21 مارس 1960 شاربفيل": "**21 مارس 1960** شاربفيل",
        "1960. Sharpeville": "**1960** Sharpeville",
        "2005-03-21 The law": "**2005-03-21** The law",
        "In 2005, the court refused": "**In 2005** the court refused",
        "The court refused": "**…** The court refused",
        "*Not yet* The law": "*Not yet* The law",
    },
}
EXAMPLES = [
    ("Heading", "## Heading"),
    ("Bold", "**bold**"),
    ("Link", "[text](https://)"),
    ("Quote", "> Text of the quote.\n>\n> Name of the speaker"),
    ("Facts", "::: facts\n- **2005** Description of the event. *Source*\n:::"),
    ("Timeline", "::: timeline\n- **21 March 1960** Description of the event.\n:::"),
    ("Demands", "::: points\n1. **Demand.** Details of the demand.\n:::"),
]


def test_a_button_adds_its_markup_or_takes_it_away(page):
    results = []
    for button, before, selected, _after in CASES:
        field = write(page, before, selected)
        press(page, button)
        expect(field).to_be_focused()
        results.append((button, before, selected, field.input_value()))

    assert results == CASES


@pytest.mark.parametrize("button", LINES)
def test_lines_become_items_that_begin_with_their_number_or_date(page, button):
    text = "\n".join(LINES[button])
    field = write(page, text, text)

    press(page, button)

    items = "\n".join(f"- {item}" for item in LINES[button].values())
    expect(field).to_have_value(f"::: {button.lower()}\n{items}\n:::")
    assert field.evaluate(SELECTED) == "…"
    assert not list(markup_problems(field.input_value()))


def test_another_block_goes_below_the_one_that_the_caret_is_in(page):
    samples = dict(EXAMPLES)
    results = []
    for before, button in [(FACTS, "Timeline"), (QUOTE, "Facts"), (FACTS, "Quote")]:
        for caret in (6, len(before)):
            field = write(page, f"{before}\n\nEnd")
            field.evaluate(f"field => field.setSelectionRange({caret}, {caret})")
            press(page, button)
            results.append(field.input_value() == f"{before}\n\n{samples[button]}\n\nEnd")
            assert field.evaluate(SELECTED) in samples[button]

    assert results == [True] * 6


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


@pytest.fixture
def clipboard(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])


@pytest.mark.usefixtures("clipboard")
def test_an_address_pasted_after_the_link_button_is_the_address_of_the_link(page):
    field = write(page, TEXT, "on a tram")
    press(page, "Link")
    assert field.evaluate(SELECTED) == "https://"

    paste(page, ADDRESS)

    linked = f"A man is beaten [on a tram]({ADDRESS})."
    expect(field).to_have_value(linked)
    write(page, "[a](https://)").evaluate("field => field.setSelectionRange(12, 12)")
    paste(page, ADDRESS)
    expect(field).to_have_value(f"[a]({ADDRESS})")


PASTED = [  # text, what is selected, what is pasted, text afterwards
    (TEXT, "on a tram", ADDRESS, f"A man is beaten [on a tram]({ADDRESS})."),
    (
        TEXT,
        "tram",
        "https://un.org/a_(b)",
        "A man is beaten on a [tram](https://un.org/a_%28b%29).",
    ),
    (TEXT, "tram", f"see {ADDRESS}", f"A man is beaten on a see {ADDRESS}."),
    (TEXT, "tram", "bus", "A man is beaten on a bus."),
    ("One\nTwo", "One\nTwo", ADDRESS, ADDRESS),
    ("See [it] now", "[it]", ADDRESS, f"See {ADDRESS} now"),
    ("See https://un.org", "https://un.org", ADDRESS, f"See {ADDRESS}"),
    ("See [it](https://un.org)", "https://un.org", ADDRESS, f"See [it]({ADDRESS})"),
]


@pytest.mark.usefixtures("clipboard")
def test_an_address_pasted_over_words_links_them(page):
    results = []
    for before, selected, pasted, _after in PASTED:
        field = write(page, before, selected)
        paste(page, pasted)
        results.append((before, selected, pasted, field.input_value()))

    assert results == PASTED
    write(page, TEXT, "tram")
    paste(page, ADDRESS)
    page.keyboard.press("Control+z")
    expect(field).to_have_value(TEXT)


FORMATTED = [  # what is pasted, and what it becomes
    (
        "<h1>Title</h1><p>Some <b>bold</b> and a <a href='https://un.org/a_(b)'>link</a>.</p>"
        "<ul><li>one</li><li>two</li></ul>",
        "## Title\n\nSome **bold** and a [link](https://un.org/a_%28b%29).\n\n- one\n- two",
    ),
    ("<h3>Why</h3><div>Because.</div>", "### Why\n\nBecause."),
    ("<p>One<br>line</p><p>Two</p>", "One  \nline\n\nTwo"),
    ("<div>One<br><br><b>Two</b></div>", "One\n\n**Two**"),
    ("<ol start=3><li><p>c</p></li><li>d<ul><li>e</li></ul></li></ol>", "3. c\n4. d\n   - e"),
    (
        "<blockquote><p>We stay.</p><p>Anna</p></blockquote><p>So.</p>",
        "> We stay.\n>\n> Anna\n\nSo.",
    ),
    ("<p>21. <i>M\u00e4rz</i></p><p>- a*b</p>", "21\\. M\u00e4rz\n\n\\- a\\*b"),
    ("<b>All <a href='https://un.org'>of </a>it</b>now", "**All [of](https://un.org) it**now"),
    ("<table><tr><td>a</td><td><b>b</b></td></tr><tr><td>c</td></tr></table>", "a **b**\n\nc"),
    ("<b>x</b><script>y</script><img src=x alt=z><span style='display:none'>w</span>", "**x**"),
    ("<a href='javascript:x()'>a</a> <a href='#x'>b</a> <strong>c</strong>", "a b **c**"),
    ("<b>Note:</b>one<b>(two)</b>", "**Note:** one **(two)**"),
    ("Write <a href='mailto:a@un.org'>to us</a>", "Write to us (a@un.org)"),
    (  # Google Docs
        "<meta charset=utf-8><b style='font-weight:normal;' id='docs-internal-guid-1'>"
        "<p dir=ltr><span style='font-weight:400'>Some </span><span style='font-weight:700'>bold</span></p>"
        "<ul><li dir=ltr><p><span>one</span></p></li><ul><li><p>in</p></li></ul></ul></b>",
        "Some **bold**\n\n- one\n  - in",
    ),
    (  # Word
        "<html><head><style>p.MsoNormal {margin:0}</style></head><body><!--StartFragment-->"
        "<p class=MsoNormal>A <b style='mso-bidi-font-weight:normal'>bold</b>\n word<o:p></o:p></p>"
        "<p class=MsoListParagraphCxSpFirst style='text-indent:-18pt'><![if !supportLists]>"
        "<span style='mso-list:Ignore'>\u00b7<span>&nbsp;&nbsp; </span></span><![endif]>one</p>"
        "<p class=MsoListParagraphCxSpLast><span style='mso-list:Ignore'>\u00b7</span>two</p>"
        "<p class=MsoListParagraph><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>three</p>",
        "A **bold** word\n\n- one\n- two\n1. three",
    ),
    ("<div>a</div><div style='color:red'>b <i>c</i></div>", "PLAIN"),
    ("<p>One paragraph</p>", "PLAIN"),
]
PASTE_HTML = """(field, html) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", html);
    clipboardData.setData("text/plain", "PLAIN");
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    if (field.dispatchEvent(event)) field.setRangeText("PLAIN", field.selectionStart, field.selectionEnd);
}"""


def test_formatted_text_that_is_pasted_becomes_markup(page):
    results = []
    for html, _markup in FORMATTED:
        field = write(page, "")
        field.evaluate(PASTE_HTML, html)
        results.append((html, field.input_value()))

    assert results == FORMATTED


PLACED = [  # text up to the caret and after it, what is pasted, text afterwards
    ("A ", " man.", "<b>tall</b>", "A **tall** man."),
    ("One.", "\nTwo.", "<ul><li>a</li></ul>", "One.\n\n- a\n\nTwo."),
    ("- one\n- ", "", "<ul><li>a</li><li>b</li></ul>", "- one\n- a\n- b"),
    ("[a", "b](https://un.org)", "<b>x</b>", "[aPLAINb](https://un.org)"),
]


def test_formatted_text_goes_into_the_line_or_between_paragraphs(page):
    results = []
    for before, after, html, _text in PLACED:
        field = write(page, before + after)
        field.evaluate("(field, at) => field.setSelectionRange(at, at)", len(before))
        field.evaluate(PASTE_HTML, html)
        results.append((before, after, html, field.input_value()))

    assert results == PLACED


@pytest.mark.usefixtures("clipboard")
def test_formatted_text_from_the_clipboard_can_be_undone_and_stays_plain_in_one_line(page):
    copied = {
        "text/html": "<h2>Why</h2><p>Some <b>bold</b></p>",
        "text/plain": "Why Some bold",
    }
    page.evaluate("copied => navigator.clipboard.write([new ClipboardItem(copied)])", copied)
    field = write(page, "One.")
    page.keyboard.press("Control+v")
    expect(field).to_have_value("One.\n\n## Why\n\nSome **bold**")

    page.keyboard.press("Control+z")
    expect(field).to_have_value("One.")
    line = page.get_by_label("Topic (English)")
    line.fill("")
    page.keyboard.press("Control+v")
    expect(line).to_have_value("Why Some bold")


HEADED = "- **2005** A law."
ENTERED = [  # text up to the caret and after it, what is typed after Enter, text afterwards
    ("- one", "", "two", "- one\n- two"),
    ("- one ", "two", "X ", "- one\n- X two"),
    ("* one\n  * two", "", "X", "* one\n  * two\n  * X"),
    ("> - one", "", "X", "> - one\n> - X"),
    ("1. one", "\n2. two\n3. three\n\nEnd", "X", "1. one\n2. X\n3. two\n4. three\n\nEnd"),
    ("9) one", "", "X", "9) one\n10) X"),
    ("- **one", "** two", "X", "- **one** two\n- X"),
    ("- one\n- ", "", "X", "- one\n\nX"),
    ("1. one\n2. ", "", "X", "1. one\n\nX"),
    ("> - one\n> - ", "", "X", "> - one\n>\n> X"),
    ("> We stay", "", "X", "> We stay\n> X"),
    ("> We ", "stay\n>\n> Anna", "X ", "> We \n> X stay\n>\n> Anna"),
    ("> We stay\n> ", "\n>\n> Anna\n\nEnd", "", "> We stay\n>\n> Anna\n\nEnd"),
    ("> We stay\n>", "\n> Anna", "", "> We stay\n>\n> Anna"),
    ("> We stay\n> ", "", "X", "> We stay\n\nX"),
    ("> We stay\n>\n> ", "\nEnd", "X", "> We stay\n\nX\n\nEnd"),
    ("> ", "", "X", "X"),
    ("> We stay\n>\n> Anna", "", "X", "> We stay\n>\n> Anna\n\nX"),
    ("> We stay\n>\n> Anna", "\n\nEnd", "X", "> We stay\n>\n> Anna\n\nX\n\nEnd"),
    ("No list", "", "X", "No list\nX"),
    ("-", " one", "X", "-\nX one"),
    (f"::: facts\n{HEADED}", "\n:::", "7", f"::: facts\n{HEADED}\n- **7** \n:::"),
    ("::: facts\n- **2005", "** A law.\n:::", "7", f"::: facts\n{HEADED}\n- **7** \n:::"),
    (
        "::: timeline\n- **2005** A law.",
        " No law.\n- *Not yet* A.\n:::",
        "7",
        "::: timeline\n- **2005** A law.\n- **7** No law.\n- *Not yet* A.\n:::",
    ),
    (
        "::: points\n1. **Stop",
        "** now.\n:::",
        "Go",
        "::: points\n1. **Stop** now.\n2. **Go** \n:::",
    ),
    ("::: points\n1. Stop", "\n:::", "Go", "::: points\n1. Stop\n2. Go\n:::"),
    (f"::: facts\n{HEADED}\n- **…** ", "\n:::", "X", f"::: facts\n{HEADED}\n:::\n\nX"),
    ("::: points\n1. A\n2. ", "\n:::\n\nEnd", "X", "::: points\n1. A\n:::\n\nX\n\nEnd"),
]


def test_enter_in_a_list_adds_an_item_or_ends_the_list(page):
    results = []
    for before, after, typed, _text in ENTERED:
        field = write(page, before + after)
        field.evaluate("(field, at) => field.setSelectionRange(at, at)", len(before))
        page.keyboard.press("Enter")
        page.keyboard.type(typed)
        results.append((before, after, typed, field.input_value()))

    assert results == ENTERED


def test_a_quote_is_written_with_enter_from_its_words_to_the_text_below(page):
    field = write(page, "")
    page.keyboard.press("Control+Shift+Digit9")
    page.keyboard.type("We stay.")
    for words in ("", "Anna", "So."):
        page.keyboard.press("Enter")
        page.keyboard.type(words)

    expect(field).to_have_value("> We stay.\n>\n> Anna\n\nSo.")


def test_a_block_made_of_a_part_of_a_quote_leaves_the_quote_whole(page):
    field = write(page, QUOTE, "We will not go.")

    press(page, "Facts")

    expect(field).to_have_value(f"{QUOTE}\n\n{dict(EXAMPLES)['Facts']}")


def test_enter_twice_ends_a_block_and_the_browser_can_undo_it(page):
    field = write(page, f"::: facts\n{HEADED}\n:::")
    field.evaluate("field => field.setSelectionRange(27, 27)")

    page.keyboard.press("Enter")
    assert field.evaluate(SELECTED) == "…"
    page.keyboard.press("Enter")
    expect(field).to_have_value(f"::: facts\n{HEADED}\n:::\n\n")

    page.keyboard.press("Control+z")
    expect(field).to_have_value(f"::: facts\n{HEADED}\n- **…** \n:::")
    page.keyboard.press("Control+z")
    expect(field).to_have_value(f"::: facts\n{HEADED}\n:::")


def test_enter_that_ends_the_composition_of_a_word_adds_no_item(page):
    field = write(page, "- 你")

    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})

    expect(field).to_have_value("- 你")


def test_a_long_text_scrolls_to_the_example_that_a_button_writes(page):
    field = write(page, "\n\n".join(["A paragraph."] * 60) + "\n\n")

    press(page, "Timeline")

    assert field.evaluate(SELECTED) == "21 March 1960"
    expect(field).to_be_focused()
    assert field.evaluate("field => field.scrollHeight - field.clientHeight - field.scrollTop") < 32


def test_with_nothing_selected_a_button_writes_an_example_to_be_overwritten(page):
    results = []
    for button, words in EXAMPLES:
        field = write(page, "")
        press(page, button)
        results.append((button, field.input_value()))
        selected = field.evaluate(SELECTED)
        page.keyboard.type("X")
        assert selected
        assert field.input_value() == words.replace(selected, "X", 1)

    assert results == EXAMPLES


def test_the_browser_can_undo_a_button(page):
    field = write(page, TEXT, "man")
    press(page, "Bold")
    press(page, "Quote")
    expect(field).to_have_value("> A **man** is beaten on a tram.")

    page.keyboard.press("Control+z")
    expect(field).to_have_value("A **man** is beaten on a tram.")
    page.keyboard.press("Control+z")
    expect(field).to_have_value(TEXT)
    page.keyboard.press("Control+Shift+z")
    expect(field).to_have_value("A **man** is beaten on a tram.")


def test_keys_do_the_same(page):
    keys = {
        "Control+b": "A **man** is beaten on a tram.",
        "Control+k": "A [man](https://) is beaten on a tram.",
        "Control+Shift+Digit2": f"## {TEXT}",
        "Control+Shift+Digit5": f"::: facts\n- **…** {TEXT}\n:::",
        "Control+Shift+Digit7": f"::: points\n1. {TEXT}\n:::",
        "Control+Shift+Digit8": f"- {TEXT}",
        "Control+Shift+Digit9": f"> {TEXT}",
    }
    results = {}
    for pressed in keys:
        field = write(page, TEXT, "man")
        page.keyboard.press(pressed)
        results[pressed] = field.input_value()

    assert results == keys


def test_each_button_names_a_key_of_its_own(page):
    text_field(page)
    buttons = tools(page).locator("button")

    titles = buttons.evaluate_all("all => all.map((one) => one.title)")
    keys = buttons.evaluate_all("all => all.map((one) => one.getAttribute('aria-keyshortcuts'))")

    assert len(set(keys)) == len(keys)
    for title, key in zip(titles, keys, strict=True):
        assert f"({key.replace('Control', 'Ctrl')})" in title


def test_on_a_keyboard_of_another_alphabet_the_keys_in_the_same_places_work(page):
    field = write(page, TEXT, "man")

    field.dispatch_event("keydown", {"key": "и", "code": "KeyB", "ctrlKey": True})

    expect(field).to_have_value("A **man** is beaten on a tram.")


def test_the_toolbar_is_one_stop_and_arrow_keys_move_in_it(page):
    field = write(page, TEXT, "man")
    button = tools(page).locator("button")

    page.keyboard.press("Shift+Tab")
    expect(button.nth(0)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(button.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(button.last).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(button.nth(0)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(button.last).to_be_focused()
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(button.last).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_be_focused()


def test_a_button_shows_whether_its_markup_is_there(page):
    write(page, FACTS, "Two")
    bar = tools(page)

    page.keyboard.press("ArrowLeft")

    expect(bar.get_by_role("button", name="Facts")).to_have_attribute("aria-pressed", "true")
    expect(bar.get_by_role("button", name="Timeline")).to_have_attribute("aria-pressed", "false")
    expect(bar.get_by_role("button", name="List")).to_have_attribute("aria-pressed", "true")
    page.evaluate("scrollTo(0, 0)")  # the bar on top would cover a part of a field
    assert violations(page) == []


def test_a_button_follows_a_caret_that_no_key_has_moved(page):
    field = write(page, f"## Why\n\n{TEXT}")
    heading = tools(page).get_by_role("button", name="Heading")
    expect(heading).to_have_attribute("aria-pressed", "false")

    field.evaluate("field => field.setSelectionRange(3, 3)")  # as after saving

    expect(heading).to_have_attribute("aria-pressed", "true")


EMAIL_TOOLS = ["Heading", "Bold", "Link", "List", "Quote"]
EMAIL_KEYS = {  # all markup of an email, one after another
    "Control+b": "A **man** is beaten on a tram.",
    "Control+Shift+Digit8": "- A **man** is beaten on a tram.",
    "Control+Shift+Digit9": "> - A **man** is beaten on a tram.",
}


@pytest.fixture(scope="module")
def action(workplace) -> str:
    with workplace.app.app_context():
        campaign = make_public_campaign(slug="markup-of-emails", locales=BOTH_LOCALES)
        made = make_action(campaign=campaign, slug="sign", locales=BOTH_LOCALES)
        return f"/staff/campaigns/{made.campaign_id}/actions/{made.id}/"


@pytest.mark.parametrize(
    ("address", "name"), [("updates/new/", "texts.en.body"), ("edit/", "texts.en.confirm_text")]
)
def test_the_text_of_an_email_has_the_buttons_that_emails_support(work, action, address, name):
    page = work("campaigner", width=1280)
    page.goto(f"{action}{address}")
    field, bar = page.locator(f"[id='{name}']"), page.locator(f"[id='{name}-tools']")
    if not field.is_visible():  # the words of one's own are folded until there are any
        page.get_by_text("Your own words in the emails").click()

    names = bar.get_by_role("button").evaluate_all("all => all.map(one => one.ariaLabel)")

    assert names == EMAIL_TOOLS
    field.fill(TEXT)
    field.evaluate("field => field.setSelectionRange(2, 5)")
    for pressed, text in EMAIL_KEYS.items():
        page.keyboard.press(pressed)
        expect(field).to_have_value(text)
    page.keyboard.press("Shift+Tab")
    expect(bar.get_by_role("button").first).to_be_focused()
    page.evaluate("scrollTo(0, 0)")  # the bar on top would cover a part of a field
    assert violations(page) == []


def test_without_scripts_an_update_has_no_buttons(work, action):
    page = work("campaigner", java_script_enabled=False)
    page.goto(f"{action}updates/new/")

    expect(page.locator("[name='texts.en.body']")).to_be_visible()
    expect(page.get_by_role("toolbar")).to_have_count(0)


def test_without_scripts_there_are_no_buttons(work, page, opened):
    plain = work("campaigner", java_script_enabled=False)
    plain.goto(f"{opened['address']}edit/")

    expect(plain.get_by_label("Page text (English)")).to_be_visible()
    expect(plain.get_by_role("toolbar")).to_have_count(0)
    expect(page.get_by_role("toolbar")).to_have_count(1)


def test_a_sample_that_nobody_has_changed_is_replaced_by_that_of_another_block(page):
    field = write(page, "")
    press(page, "Facts")
    press(page, "Timeline")
    press(page, "Demands")

    expect(field).to_have_value("::: points\n1. **Demand.** Details of the demand.\n:::")
    assert field.evaluate(SELECTED) == "Demand."
