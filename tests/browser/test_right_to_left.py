"""Right-to-left pages follow the conventions of their readers, and updated numbers keep their format."""

import re
from secrets import token_hex

import pytest
from playwright.sync_api import expect

from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db, utc_now
from tests.support.factories import make_campaign, make_staff

pytestmark = pytest.mark.slow  # it drives a browser

ACTION = "{locale}/campaigns/racism/hate-crimes/"
STYLE = "(element, name) => getComputedStyle(element)[name]"


def style(locator, name: str) -> str:
    return locator.first.evaluate(STYLE, name)


def test_arabic_text_has_no_letter_spacing_and_no_italics_and_enough_line_height(work):
    page = work()
    page.goto(ACTION.format(locale="/ar"))
    page.locator(".prose p").first.evaluate("p => p.append(document.createElement('em'))")

    assert style(page.locator("h1"), "letterSpacing") in ("normal", "0px")
    assert style(page.locator(".prose em"), "fontStyle") == "normal"
    size, line = (
        float(style(page.locator("h1"), name)[:-2]) for name in ("fontSize", "lineHeight")
    )
    assert line / size >= 1.25


def test_an_arabic_passage_on_an_english_page_has_no_letter_spacing(work):
    page = work()
    page.goto(ACTION.format(locale="/en"))
    heading = page.locator("h1").first
    assert style(page.locator("h1"), "letterSpacing") not in ("normal", "0px")

    heading.evaluate("(it) => { it.lang = 'ar'; it.dir = 'rtl'; }")

    assert style(page.locator("h1"), "letterSpacing") in ("normal", "0px")
    assert style(page.locator("h1"), "textAlign") == "end"


def test_the_title_above_changes_is_at_the_edge_of_the_page(work, workplace):
    with workplace.app.app_context():
        campaign = make_campaign(slug=f"titles-{token_hex(4)}")
        by = make_staff("campaigner")
        texts = {"texts.en.title": "A new title"}
        save_changes(CAMPAIGN, campaign.id, texts, opened_at=0, by=by, now=utc_now())
        db.session.remove()
    page = work("campaigner", member={"locale": "ar"})
    page.goto(f"/staff/campaigns/{campaign.id}/changes/")
    title = page.get_by_role("heading", level=3, name="A new title")

    around = title.locator("xpath=..").bounding_box()
    words = title.evaluate(
        "it => { const range = document.createRange(); range.selectNodeContents(it);"
        " return range.getBoundingClientRect().right; }"
    )

    assert style(title, "direction") == "ltr"
    assert round(words) == round(around["x"] + around["width"])


def test_an_email_field_is_left_to_right_and_aligned_with_the_others(work):
    page = work()
    page.goto(ACTION.format(locale="/ar"))
    name, email = page.locator("[name=given_name]"), page.locator("[name=email]")

    assert (style(name, "direction"), style(email, "direction")) == ("rtl", "ltr")
    assert (style(name, "textAlign"), style(email, "textAlign")) == ("start", "end")


def test_arrows_point_in_the_reading_direction(work):
    page = work()
    page.goto("/ar/campaigns/racism/")

    assert style(page.locator(".btn .turns"), "transform").startswith("matrix(-1,")


def test_the_meter_fills_in_the_reading_direction(work):
    page = work()
    page.goto("/ar/campaigns/racism/")

    assert style(page.locator(".crowd"), "transform").startswith("matrix(-1,")


@pytest.mark.parametrize("locale", ["en", "ru", "fr", "es", "ar"])
def test_an_updated_count_keeps_the_format_of_the_page(work, locale):
    page = work()
    page.clock.install()
    page.goto(ACTION.format(locale=f"/{locale}"))
    before = meter(page)

    page.locator("[data-goal]").evaluate("goal => goal.append(document.createElement('i'))")

    page.clock.run_for(10_000)

    expect(page.locator("[data-goal] i")).to_have_count(0)  # replaced by the update
    assert meter(page) == before


def meter(page) -> list[str]:
    """The contents of the meter, with 0 in place of every number."""
    parts = page.locator("[data-count], [data-goal], [data-as-of]")
    shown = parts.evaluate_all("all => all.map((each) => each.innerHTML)")
    return [re.sub(r"\d+", "0", text) for text in shown]
