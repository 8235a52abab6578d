"""Pictures of panels: nothing overlaps, bars are those of the page, and Arabic texts keep their order."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.models import COUNTED_PROVIDERS
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.bidi import END, RTL
from campaign_actions.core.i18n.gettext import drawn
from tests.support.factories import make_action, make_confirmed, make_staff
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
HOUR = timedelta(hours=1)
SCALE = 2  # pixels of a picture for one of its drawing


@pytest.fixture
def action(app):
    action, then = make_action(), utc_now() - HOUR
    set_covered("petition", "en", {COUNTED_PROVIDERS: 1}, now=then)
    for number, country in enumerate(["DE", "RU"] * 6):
        make_confirmed(action, now=then, country_code=country, email=f"{number}@gmail.com")
    fold_states(utc_now())
    return action


def address_of(action, page=""):
    return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/{page}"


def picture(client, action, panel):
    answer = client.get(address_of(action, f"files/{panel}.png"))
    return Image.open(BytesIO(answer.data)).convert("L")


def darkest(image, left, top, right, bottom):
    box = tuple(SCALE * edge for edge in (left, top, right, bottom))
    return image.crop(box).getextrema()[0]


def test_a_bar_fills_the_share_of_its_row_as_on_the_page(client, action):
    log_in(client, make_staff("campaigner"))

    image = picture(client, action, "country")

    assert darkest(image, 625, 128, 735, 134) < 100, "the first half"
    assert darkest(image, 745, 128, 855, 134) > 200


def test_long_headings_leave_room_for_the_one_before(client, action):
    log_in(client, make_staff("campaigner"))

    image = picture(client, action, "provider")

    assert darkest(image, 602, 76, 609, 112) == 255
    assert darkest(image, 610, 76, 720, 112) < 100


@pytest.mark.parametrize("panel", ["total", "country"])
def test_a_picture_names_the_action_and_the_period(client, action, panel):
    log_in(client, make_staff("campaigner"))

    image = picture(client, action, panel)

    for line in (50, 67):
        assert darkest(image, 20, line - 10, 200, line + 2) < 100


def test_dates_of_a_chart_are_in_the_order_of_the_language(client, action):
    log_in(client, make_staff("campaigner", locale="ar"))

    page = client.get(address_of(action)).text

    chart = page.partition('id="total-wide-t"')[2].partition("</svg>")[0]
    labels = re.findall(r'text-anchor="middle">([^<]+)</text>', chart)
    assert len(labels) >= 7
    assert all(label.startswith(RTL) and label.endswith(END) for label in labels)


def test_texts_of_drawings_run_in_their_own_direction(app):
    assert drawn("24 نوفمبر") == f"{RTL}24 نوفمبر{END}"
    assert drawn("24 November") == "24 November"
