"""The links of channels on the share page, in a real browser."""

from itertools import pairwise

import pytest

from campaign_actions.core.db.session import db
from tests.support.factories import make_action, make_campaign

pytestmark = pytest.mark.slow  # it drives a browser

ENDS = """links => links.map(link => {
  const text = link.querySelector("output").firstChild, last = document.createRange();
  last.setStart(text, text.length - 10), last.setEnd(text, text.length);
  const end = last.getBoundingClientRect(), box = link.getBoundingClientRect();
  return box.left <= end.left && end.right <= box.right;
})"""


@pytest.fixture(scope="module")
def share_page(workplace) -> str:
    with workplace.app.app_context():
        action = make_action(campaign=make_campaign(slug="linked"), slug="a-rather-long-name")
        db.session.remove()
        return f"/staff/campaigns/{action.campaign_id}/share/"


@pytest.mark.parametrize("width", [1280, 360])
def test_the_end_of_each_link_is_seen_because_it_names_the_channel(work, share_page, width):
    page = work("campaigner")
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(f"{share_page}#all-links")

    ends = page.locator(".channels .link").evaluate_all(ENDS)
    assert len(ends) > 3
    assert all(ends)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_new_link_is_shown_with_the_heading_of_its_table(work, share_page, width):
    page = work("campaigner")
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(share_page)
    page.get_by_label("Another channel").fill(f"Radio {width}")

    page.get_by_role("button", name="Make link").click()
    page.wait_for_url("**#all-links")

    heading = page.get_by_role("heading", name="Links by channel").bounding_box()
    hit = "([x, y]) => document.elementFromPoint(x, y).closest('h2')?.id"
    assert page.evaluate(hit, [heading["x"] + 5, heading["y"] + 5]) == "channels"
    assert page.locator("tbody tr").first.get_by_text(f"Radio {width}").is_visible()


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_on_a_phone_each_line_of_a_channel_is_below_the_one_before(work, share_page, locale):
    page = work("campaigner", locale=locale)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(share_page)
    page.locator("#channel").fill(f"Radio {locale}")
    page.locator("#channel").press("Enter")
    page.wait_for_url("**#all-links")
    row = page.locator("tbody tr").first

    lines = row.locator("th > bdi, .more, .copy, .n, td > .deeds")
    boxes = [line.bounding_box() for line in lines.all()]

    assert len(boxes) > 4
    for above, below in pairwise(boxes):
        assert above["y"] + above["height"] <= below["y"] + 1


def test_the_copied_text_to_post_has_no_marks_of_direction(work, share_page):
    page = work("campaigner")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(share_page)

    page.get_by_role("button", name="Copy text").last.click()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#short-post").text_content()
    assert "/campaigns/linked/a-rather-long-name/" in copied
    assert copied.isascii()
