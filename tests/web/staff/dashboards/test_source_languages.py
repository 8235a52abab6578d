"""The channels of a dashboard by language, since the start."""

import csv
import re
from datetime import timedelta
from html import unescape
from io import BytesIO, StringIO

import pytest
from PIL import Image
from sqlalchemy import update

from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.models import Signature
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.staff.permissions import ROLES
from tests.support.factories import make_action, make_confirmed, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import dashboards_of, log_in
from tests.support.statements import recorded

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
DAY = timedelta(days=1)
CAME = (  # source, language, how many, and how many days ago
    ("leaflet", "ru", 3, 50),
    ("leaflet", "en", 1, 2),
    ("poster", "ru", 1, 2),
    ("poster", "en", 1, 50),
    (None, "en", 1, 2),
)


@pytest.fixture
def action(app):
    action = make_action(locales=("en", "ru"))
    for source, locale, number, days in CAME:
        for _number in range(number):
            make_confirmed(action, now=utc_now() - days * DAY, source=source, locale=locale)
    fold_states(utc_now())
    return action


def pane(page):
    return page.partition('aria-labelledby="source-languages"')[2].partition("</section>")[0]


def table(page):
    """Its rows in words, the headings first."""
    rows = re.findall(r"<tr>(.*?)</tr>", pane(page), re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[visible_text(cell).strip() for cell in row] for row in cells]


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("query", ["", "?range=24h", "?range=all"])
def test_whatever_the_range_it_has_everyone_since_the_start(staff, action, place, query):
    page = staff.get(f"{dashboards_of(action)[place]}{query}").text

    assert "Channels by language, since the start" in visible_text(pane(page))
    assert table(page) == [
        ["Channel", "Russian", "English", "Total"],
        ["leaflet", "3", "1", "4"],
        ["Poster", "1", "1", "2"],
        ["Unknown", "0", "1", "1"],
        ["Total", "4", "3", "7"],
    ]


def people_of(staff, address):
    """How many people are in a list, or in the lists that the actions of a figure lead to."""
    page = staff.get(address).text
    if "/dashboard/actions/" not in address:
        return page.count('class="nw"><time')
    lists = re.findall(r'<th scope="row"><a href="([^"]+)"', page)
    return sum(people_of(staff, unescape(one)) for one in lists)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_each_number_and_row_leads_to_as_many_people(staff, action, place):
    rows = re.findall(
        r"<tr>(.*?)</tr>", pane(staff.get(dashboards_of(action)[place]).text), re.DOTALL
    )
    found = [
        (unescape(address), int(words) if words.isdecimal() else words)
        for row in rows
        for address, words in re.findall(r'<a href="([^"]+)"[^>]*>(?:<bdi>)?(\w+)', row)
    ]

    assert [words for _address, words in found] == ["leaflet", 3, 1, "Poster", 1, 1, "Unknown", 1]
    totals = {"leaflet": 4, "Poster": 2, "Unknown": 1}
    for address, words in found:
        assert people_of(staff, address) == totals.get(words, words), address


def test_people_of_whom_the_language_is_unknown_have_a_list_if_their_channel_is_known(
    staff, action
):
    make_confirmed(action, now=utc_now(), locale="ru")
    db.session.execute(update(Signature).filter_by(locale="ru").values(locale=None))
    db.session.commit()
    fold_states(utc_now())

    page = staff.get(dashboards_of(action)[0]).text
    found = re.findall(r'<a href="([^"]+)" tabindex="-1">(\d)</a>', pane(page))
    of_campaign = staff.get(f"{dashboards_of(action)[1]}actions/?part=source&value=&language=").text

    assert table(page)[:3] == [
        ["Channel", "Unknown", "English", "Total"],
        ["leaflet", "3", "1", "4"],
        ["Poster", "1", "1", "2"],
    ]
    assert table(page)[3] == ["Unknown", "1", "1", "2"]
    counts = [(people_of(staff, unescape(address)), int(words)) for address, words in found]
    assert counts == [(3, 3), (1, 1), (1, 1), (1, 1), (1, 1)]
    assert "Unknown: Unknown" in visible_text(of_campaign)
    assert 'href=""' not in of_campaign


def test_a_figure_of_several_actions_is_named_by_channel_and_language(staff, action):
    there = f"{dashboards_of(action)[1]}actions/?part=source&value=leaflet&language=ru"

    page = visible_text(staff.get(there).text)

    assert "leaflet: Russian" in page
    assert staff.get(f"{there}&range=24h").text.count(">3</td>") == 2
    assert staff.get(there.replace("source", "country")).status_code == 404
    assert staff.get(f"{there}%00").status_code == 404


def test_nobody_leads_to_lists_that_they_may_not_see(client, action, monkeypatch):
    monkeypatch.setitem(ROLES, "reviewer", ROLES["reviewer"] - {"signatures.view"})
    log_in(client, make_staff("reviewer"))

    page = pane(client.get(dashboards_of(action)[0]).text)

    assert ">leaflet<" in page
    assert "/signatures/" not in page


def test_in_one_language_there_is_no_such_table(staff):
    action = make_action()
    make_confirmed(action, now=utc_now(), source="leaflet")
    fold_states(utc_now())

    assert not pane(staff.get(dashboards_of(action)[0]).text)
    there = f"{dashboards_of(action)[0]}files/source-languages.csv"
    assert staff.get(there).status_code == 404


def test_the_file_has_the_same_numbers_and_no_range_in_its_name(staff, action):
    there = dashboards_of(action)[0]

    answer = staff.get(f"{there}files/source-languages.csv?range=24h")

    assert list(csv.reader(StringIO(answer.text.removeprefix("\ufeff")))) == [
        ["Channel", "Russian", "English", "Total"],
        ["leaflet", "3", "1", "4"],
        ["Poster", "1", "1", "2"],
        ["Unknown", "0", "1", "1"],
        ["Total", "4", "3", "7"],
    ]
    name = f"racism-hate-crimes-channel-languages-{utc_now():%Y-%m-%d}.csv"
    assert f'"{name}"' in answer.headers["Content-Disposition"]
    picture = staff.get(f"{there}files/source-languages.png").data
    assert Image.open(BytesIO(picture)).format == "PNG"


def test_more_channels_than_the_page_shows_are_in_the_file(staff, action):
    for number in range(12):
        make_confirmed(action, now=utc_now(), source=f"radio-{number:02}", locale="ru")
    fold_states(utc_now())

    page = staff.get(dashboards_of(action)[0]).text

    assert len(table(page)) == 14
    assert "3 more rows are in the CSV file" in visible_text(pane(page))


def test_however_many_actions_there_are_it_takes_one_statement(staff, action):
    campaign = db.session.get(Campaign, action.campaign_id)
    for number in range(3):
        make_action(slug=f"other-{number}", campaign=campaign, locales=("en", "ru"))

    with recorded() as statements:
        staff.get(dashboards_of(action)[1])

    assert len([one for one in statements if "state_source_languages" in one]) == 1
