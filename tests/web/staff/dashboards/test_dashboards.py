"""Dashboards: figures by range, lists that agree with them, and files."""

import csv
import re
from datetime import timedelta
from html import unescape
from io import BytesIO, StringIO

import pytest
from PIL import Image

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.models import COUNTED_PROVIDERS
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db, utc_now
from tests.support.batches import mark, undo
from tests.support.factories import (
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_staff,
    make_update,
)
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
PANELS = ("total", "states", "source-times", "steps", "country", "locale", "source", "channel")


@pytest.fixture
def action(app):
    """With a signature in each state two days ago, and one from 50 days ago."""
    action, then = make_action(), utc_now() - 2 * DAY
    make_confirmed(action, now=then, source="leaflet", country_code="DE")
    make_confirmed(action, now=then, country_code="RU")
    make_signature(action, now=then)
    withdraw(make_confirmed(action, now=then), now=then)
    signature = make_confirmed(action, now=then)
    invalidate(signature, action="a", reason="test", actor="grace@example.org", now=then)
    make_confirmed(action, now=utc_now() - 50 * DAY)
    fold_states(utc_now())
    return action


def page_of(action, page=""):
    return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/{page}"


def figures_of(page):
    """The first two lines of each key figure."""
    blocks = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    return {name: re.sub(r"<[^>]+>", "", figure).strip() for name, figure in blocks}


def rows_of(page, panel):
    """The label, the first cell and the address of each row of a table."""
    table = page.partition(f'id="{panel}"')[2].partition("</table>")[0]
    body = table.partition("<tbody>")[2].partition("</tbody>")[0]
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        label = re.sub(r"<[^>]+>", "", re.split(r"</th>|<p ", row)[0]).strip()
        cell = re.search(r'class="n">(.*?)</td>', row)[1]
        address = re.search(r'href="([^"]+)"', row)
        found.append((label, cell, unescape(address[1]) if address else ""))
    return found


@pytest.mark.parametrize(
    ("query", "confirmed"),
    [("", 2), ("?range=24h", 0), ("?range=7d", 2), ("?range=all", 3), ("?range=nonsense", 2)],
)
def test_figures_are_those_of_the_range(staff, action, query, confirmed):
    figures = figures_of(staff.get(page_of(action, query)).text)

    assert figures["Confirmed"] == "3"
    assert figures["Confirmed in this period"] == str(confirmed)


def test_24_full_hours_are_compared_with_the_24_hours_before_them(staff, action):
    hour = utc_now().replace(minute=0, second=0, microsecond=0)
    for moment in (hour, hour - MINUTE, hour - DAY, hour - DAY - MINUTE, hour - 2 * DAY + MINUTE):
        make_confirmed(action, now=moment)
    fold_states(utc_now())

    page = staff.get(page_of(action, "?range=24h")).text

    assert "2 in the last 24 full hours, 4 in the 24 hours before them" in page
    assert figures_of(page)["Confirmed in this period"] == "3"
    address = re.search(r'<dt>Confirmed in this period</dt>\s*<dd><a href="([^"]+)"', page)[1]
    assert staff.get(unescape(address)).text.count('class="nw"><time') == 3


def test_a_period_of_hours_has_its_times_and_no_days_in_the_form(staff, action):
    hour = f"{utc_now():%H}:00"

    page = staff.get(page_of(action, "?range=24h")).text

    assert re.search(rf", {hour} to [^,]+, {utc_now():%H}:\d\d\. ?\s", page)
    assert re.findall(r'type="date" value="([^"]*)"', page) == ["", ""]
    assert re.findall(r'type="date" value="([^"]*)"', staff.get(page_of(action)).text) != ["", ""]


def test_own_ranges_are_whole_days(staff, action):
    then = (utc_now() - 2 * DAY).date()
    own = f"?range=own&from={then}&to={then}"
    before = f"?range=own&from={then - 2 * DAY}&to={then - DAY}"

    assert figures_of(staff.get(page_of(action, own)).text)["Confirmed in this period"] == "2"
    assert figures_of(staff.get(page_of(action, before)).text)["Confirmed in this period"] == "0"


def test_days_that_are_none_are_refused_with_a_reason(staff, action):
    page = staff.get(page_of(action, "?range=own&from=yesterday&to=2026-11-01")).text

    assert "Enter two days" in page
    assert figures_of(page)["Confirmed in this period"] == "2"


@pytest.mark.parametrize("query", ["", "?range=7d", "?range=all"])
@pytest.mark.parametrize("panel", ["country", "locale", "source", "channel"])
def test_every_row_leads_to_as_many_people(staff, action, query, panel):
    rows = rows_of(staff.get(page_of(action, query)).text, panel)

    assert rows
    for label, count, address in rows:
        people = staff.get(address).text
        assert people.count('class="nw"><time') == int(count), (label, address)


def test_every_bar_leads_to_its_people(staff, action):
    rows = rows_of(staff.get(page_of(action)).text, "states")

    assert len(rows) == 28
    _label, count, address = rows[2]
    assert count == "2"
    assert staff.get(address).text.count('class="nw"><time') == 5


def test_sources_beyond_the_hundredth_of_a_day_lead_to_their_people(staff, app):
    action, now = make_action(), utc_now() - HOUR
    for number in range(102):
        make_confirmed(action, now=now, source=f"s{number:03}")
    fold_states(utc_now())
    rows = rows_of(staff.get(page_of(action)).text, "source")

    others = next(row for row in rows if row[0] == "others")
    assert others[1] == "2"
    assert staff.get(others[2]).text.count('class="nw"><time') == 2


@pytest.mark.parametrize("query", ["?range=7d", "?range=24h"])
def test_every_number_of_a_channel_and_a_time_leads_to_its_people(staff, action, query):
    make_confirmed(action, now=utc_now() - 3 * HOUR, source="leaflet")
    make_confirmed(action, now=utc_now() - 2 * HOUR)
    fold_states(utc_now())

    page = staff.get(page_of(action, query)).text

    table = page.partition('<table class="heat">')[2].partition("</table>")[0]
    cells = re.findall(r'<td class="shade-[1-6]"><a href="([^"]+)" tabindex="-1">(\d+)</a>', table)
    assert {"leaflet" in address for address, _count in cells} == {True, False}
    for address, count in cells:
        people = staff.get(unescape(address)).text
        assert people.count('class="nw"><time') == int(count)
    assert not re.search(r'<td class="shade-0"><a', table)


def test_of_several_actions_no_number_of_a_time_leads_to_a_list(staff, action):
    page = staff.get("/staff/dashboard/?range=7d").text

    assert re.search(r'<td class="shade-\d"><a', page) is None


@pytest.mark.parametrize("number", [12, 14])
def test_a_long_table_says_how_many_rows_it_has_and_short_ones_have_no_box(staff, app, number):
    action = make_action()
    for place in range(number):
        make_confirmed(action, now=utc_now() - HOUR, source=f"s{place}")
    fold_states(utc_now())

    page = staff.get(page_of(action)).text

    pane = page.partition('id="source"')[2].partition("</section>")[0]
    assert ('<p class="note">14 channels</p>' in pane) == (number == 14)
    assert ('class="scroll tall"' in pane) == (number == 14)


def test_someone_who_may_not_see_people_gets_no_links_to_lists(client, action):
    log_in(client, make_staff("reviewer"))

    page = client.get(page_of(action)).text

    assert "signatures/?" not in page
    assert [row[2] for row in rows_of(page, "country")] == ["", ""]


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_is_saved_as_csv(staff, action, panel):
    response = staff.get(page_of(action, f"files/{panel}.csv?range=7d"))

    assert response.mimetype == "text/csv"
    rows = list(csv.reader(StringIO(response.text.removeprefix("\ufeff"))))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize(
    ("query", "form"), [("7d", r"\d{4}-\d\d-\d\d"), ("24h", r"\d{4}-\d\d-\d\d \d\d:\d\d")]
)
def test_the_times_of_a_file_can_be_sorted(staff, action, query, form):
    for panel in ("total", "states"):
        answer = staff.get(page_of(action, f"files/{panel}.csv?range={query}"))
        times = [row[0] for row in csv.reader(StringIO(answer.text.removeprefix("\ufeff")))][1:-1]
        assert all(re.fullmatch(form, time) for time in times)
        assert times == sorted(times)
    answer = staff.get(page_of(action, f"files/source-times.csv?range={query}"))
    headings = next(csv.reader(StringIO(answer.text)))[1:-1]
    assert all(re.fullmatch(form, time) for time in headings)


def test_a_file_has_the_numbers_of_the_page(staff, action):
    rows = list(csv.reader(StringIO(staff.get(page_of(action, "files/country.csv")).text)))

    assert rows[1:] == [
        ["Germany", "1", "50.0", "100.0"],
        ["Russia", "1", "50.0", "50.0"],
        ["Total", "2", "100.0", "66.7"],
    ]


@pytest.fixture
def emailed(action):
    """With 18 people at three providers, and one of each with an address at an own domain."""
    set_covered("petition", "en", {COUNTED_PROVIDERS: 1}, now=utc_now())
    then = utc_now() - DAY
    for number in range(12):
        make = make_confirmed if number < 9 else make_signature
        make(action, now=then, email=f"{number}@gmail.com")
    for domain in ("mail.ru", "mail.ru", "her-own-name.org"):
        make_confirmed(action, now=then, email=f"someone-{domain}-{utc_now():%f}@{domain}")
    fold_states(utc_now())
    return action


def test_confirmation_rates_are_shown_by_large_email_provider(staff, emailed):
    page = staff.get(page_of(emailed)).text

    rows = rows_of(page, "provider")
    assert [row[:2] for row in rows] == [("gmail.com", "75%"), ("others", "100%")]
    assert "mail.ru" not in page
    assert "her-own-name.org" not in page
    file = csv.reader(StringIO(staff.get(page_of(emailed, "files/provider.csv")).text))
    assert list(file)[1:] == [
        ["gmail.com", "75.0", "9", "12", "0"],
        ["others", "100.0", "3", "3", "0"],
        ["Total", "80.0", "12", "15", "0"],
    ]


def test_a_provider_leads_to_its_people_and_the_others_to_no_list(staff, emailed):
    (_name, _forms, address), others = rows_of(staff.get(page_of(emailed)).text, "provider")

    people = staff.get(address).text
    assert people.count('class="nw"><time') == 9
    assert "gmail.com" in people
    assert others[2] == ""


def test_a_provider_of_several_actions_leads_to_the_actions_first(staff, emailed):
    page = staff.get("/staff/dashboard/").text

    address = rows_of(page, "provider")[0][2]
    assert "part=provider" in address
    by_action = staff.get(address).text
    people = re.search(rf'href="({page_of(emailed)}signatures/[^"]+)"', by_action)[1]
    assert staff.get(unescape(people)).text.count('class="nw"><time') == 9


def test_small_numbers_by_provider_are_only_for_those_who_may_see_the_lists(client, emailed):
    log_in(client, make_staff("reviewer"))

    for value in ("gmail.com", "mail.ru", "other"):
        address = f"/staff/dashboard/actions/?part=provider&value={value}"
        assert client.get(address).status_code == 404
    assert [row[2] for row in rows_of(client.get(page_of(emailed)).text, "provider")] == ["", ""]


@pytest.mark.parametrize("value", ["other", "her-own-name.org", ""])
def test_only_named_providers_have_a_page_by_action(staff, emailed, value):
    address = f"/staff/dashboard/actions/?part=provider&value={value}"

    assert staff.get(address).status_code == 404


def test_where_no_text_covers_it_the_panel_says_that_nobody_is_counted(staff, action):
    page = staff.get(page_of(action)).text

    assert "Nobody is counted by email provider in this period." in page


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("query", ["", "?range=24h", "?range=all"])
def test_every_panel_is_saved_as_png(staff, action, panel, query):
    response = staff.get(page_of(action, f"files/{panel}.png{query}"))

    image = Image.open(BytesIO(response.data))
    assert (response.mimetype, image.format, image.width) == ("image/png", "PNG", 1760)
    assert len(image.getcolors(256)) > 4


@pytest.mark.parametrize(
    ("panel", "query", "name"),
    [
        ("total", "?range=7d", "total-7d"),
        ("source", "", "channel-28d"),
        ("channel", "?range=own&from=2026-11-02&to=2026-11-03", "way-"),
    ],
)
def test_the_name_of_a_file_has_the_words_of_the_page_and_the_period(
    staff, action, panel, query, name
):
    for suffix in ("csv", "png"):
        response = staff.get(page_of(action, f"files/{panel}.{suffix}{query}"))
        found = re.search(r'filename="([^"]+)"', response.headers["Content-Disposition"])[1]
        assert found.startswith(f"racism-hate-crimes-{name}")
        assert found.endswith(f"-{utc_now():%Y-%m-%d}.{suffix}")
        assert "own" not in found


def test_a_picture_says_what_its_marks_mean(staff, action):
    plain = Image.open(BytesIO(staff.get(page_of(action, "files/total.png")).data))
    sent = {"status": "sent", "started_at": utc_now() - DAY, "ended_at": utc_now(), "queued": 3}
    make_update(action, **sent)

    image = Image.open(BytesIO(staff.get(page_of(action, "files/total.png")).data))

    assert image.height == plain.height + 2 * 36, "two lines: the update, and before and after it"


def test_every_panel_offers_both_files(staff, action):
    page = staff.get(page_of(action)).text

    for panel in PANELS:
        for suffix in ("csv", "png"):
            assert f"files/{panel}.{suffix}" in page


def test_a_picture_of_more_rows_than_fit_says_how_many_the_file_has(staff, app):
    action = make_action()
    for number in range(45):
        make_confirmed(action, now=utc_now() - HOUR, source=f"s{number:03}")
    fold_states(utc_now())

    image = Image.open(BytesIO(staff.get(page_of(action, "files/source.png")).data))

    assert image.height < 2500


def test_a_day_is_not_an_average_of_hours(staff, action):
    page = staff.get(page_of(action, "?range=24h")).text

    assert "per day" not in page
    assert "per day" in staff.get(page_of(action)).text


def test_key_figures_are_compared_with_the_period_before(staff, action):
    then = utc_now() - 10 * DAY
    make_confirmed(action, now=then)
    make_signature(action, now=then)
    fold_states(utc_now())

    page = staff.get(page_of(action, "?range=7d")).text

    assert "1 in the period before" in page
    assert "50% in the period before" in page
    assert "before<" not in staff.get(page_of(action, "?range=all")).text


def test_many_invalid_ones_do_not_make_the_others_unreadable(staff, action):
    address = page_of(action)
    assert "are cut off at the top" not in staff.get(address).text
    for _number in range(12):
        signature = make_confirmed(action, now=utc_now() - 2 * DAY)
        invalidate(signature, action="a", reason="t", actor="grace@example.org", now=utc_now())
    fold_states(utc_now())

    page = staff.get(address).text

    assert "Bars with very many invalid participants are cut off at the top" in page
    chart = page.partition('id="states-wide-t"')[2].partition("</svg>")[0]
    ends = re.findall(r'text-anchor="end">(\d+)</text>', chart)
    assert ends == ["0", "1", "2", "3", "4", "5"], "four confirmed, pending and withdrawn ones"
    assert rows_of(page, "states")[2][1] == "2"
    assert "\nInvalid: 13" in chart


def test_bars_and_points_have_their_numbers_and_lead_to_their_list(staff, action):
    page = staff.get(page_of(action)).text

    for panel, words in (
        ("total", "Confirmed: 2\nTotal: 3"),
        ("states", "Confirmed: 2\nPending: 1"),
    ):
        chart = page.partition(f'id="{panel}-wide-t"')[2].partition("</svg>")[0]
        places = re.findall(r'<a href="([^"]+)" tabindex="-1"><title>([^<]+)</title>', chart)
        assert len(places) == 28
        assert words in places[-3][1]
        assert unescape(places[-3][0]) == rows_of(page, panel)[2][2]


def test_few_bars_are_reached_with_the_keyboard(staff, action):
    page = staff.get(page_of(action, "?range=7d")).text

    chart = page.partition('id="states-wide-t"')[2].partition("</svg>")[0]
    assert len(re.findall(r'<a href="[^"]+"><title>', chart)) == 7


@pytest.mark.parametrize(
    ("first", "last", "words", "shown"),
    [
        (400, 430, "is in the future. Today is shown.", (0, 0)),
        (-400, -390, "Nobody took part before", (-50, -50)),
        (-60, -45, "The period is shown from that day.", (-50, -45)),
        (-3, 20, "ends after today. It is shown up to today.", (-3, 0)),
        (-20, -10, "", (-20, -10)),
    ],
)
def test_a_range_without_figures_is_replaced_by_the_nearest_and_says_so(
    staff, action, first, last, words, shown
):
    today = utc_now().date()
    own = f"?range=own&from={today + first * DAY}&to={today + last * DAY}"

    page = staff.get(page_of(action, own)).text

    assert words in page
    assert ('role="alert"' in page) == bool(words)
    assert re.findall(r'type="date" value="([^"]+)"', page) == [
        str(today + days * DAY) for days in shown
    ]


@pytest.mark.parametrize(
    ("query", "shown"),
    [("from={}&to=", (-20, 0)), ("from={}", (-20, 0)), ("from=&to={}", (-50, -20))],
)
def test_a_day_that_is_left_out_is_today_or_the_first(staff, action, query, shown):
    today = utc_now().date()

    page = staff.get(page_of(action, "?range=own&" + query.format(today - 20 * DAY))).text

    assert 'role="alert"' not in page
    assert re.findall(r'type="date" value="([^"]+)"', page) == [
        str(today + days * DAY) for days in shown
    ]


def test_a_period_that_is_cut_off_at_both_ends_says_so_of_both(staff, action):
    page = staff.get(page_of(action, "?range=own&from=1900-01-01&to=2400-12-31")).text

    assert "The period is shown from that day. The period you entered ends after today." in page


def test_each_step_is_compared_with_the_forms_that_were_sent(staff, action):
    file = csv.reader(StringIO(staff.get(page_of(action, "files/steps.csv")).text))

    assert list(file)[1:] == [
        ["Forms sent", "5", "100.0"],
        ["Emails accepted by mail servers", "0", "0.0"],
        ["Confirmed", "2", "40.0"],
    ]
    page = staff.get(page_of(action)).text
    table = page.partition('id="steps"')[2].partition("</table>")[0]
    assert "Of forms sent" in table
    assert re.findall(r'<td class="n">([^<]+)</td>', table)[-2:] == ["2", "40%"]


def test_headings_by_action_say_which_figures_are_of_the_period(staff, action):
    page = staff.get("/staff/dashboard/").text

    table = page.partition('id="actions"')[2].partition("</table>")[0]
    headings = re.findall('<th scope="col"[^>]*>(.*?)</th>', table)
    assert [re.sub("<[^>]+>", "", words).rstrip(" ↓") for words in headings] == [
        "Action",
        "Confirmed in this period",
        "Pending in this period",
        "Confirmation rate",
        "Goal",
        "Of the goal, since the start",
    ]


def test_each_action_of_a_campaign_has_its_goal_and_outlook(staff, action):
    campaign = db.session.get(Campaign, action.campaign_id)
    make_action(campaign=campaign, slug="other", goal=250)
    fold()

    for address in (f"/staff/campaigns/{campaign.id}/dashboard/", "/staff/dashboard/"):
        table = staff.get(address).text.partition('id="actions"')[2].partition("</table>")[0]
        first, other = table.partition("<tbody>")[2].split("</tr>")[:2]
        assert re.findall(r'class="n">([^<]+)<', first)[-2:] == ["100", "3%"]
        assert "At the pace of these 28 days: not within two years" in first
        assert re.findall(r'class="n">([^<]+)<', other)[-2:] == ["250", "0%"]
        assert "At the pace" not in other


@pytest.mark.parametrize("file", ["files/nothing.png", "files/nothing.csv", "files/actions.png"])
def test_what_is_not_there_is_not_found(staff, action, file):
    assert staff.get(page_of(action, file)).status_code == 404


def test_updates_and_the_goals_are_marked(staff, action):
    sent = {"status": "sent", "started_at": utc_now() - DAY, "ended_at": utc_now(), "queued": 3}
    make_update(action, **sent)

    page = staff.get(page_of(action)).text

    assert "Update “The law has passed”, emails: 3" in page
    assert "Goal: 100" in page


def test_there_is_room_for_the_label_of_a_goal(staff, action):
    chart = staff.get(page_of(action)).text.partition('id="total-wide-t"')[2].partition("</svg>")[0]

    assert "Goal: 100" in chart
    ends = re.findall(r'text-anchor="end">(\d+)</text>', chart)
    assert ends[:6] == ["0", "25", "50", "75", "100", "125"]


def test_events_of_one_day_share_a_mark_and_lead_to_their_pages(staff, action):
    then = utc_now() - 3 * DAY
    sent = {"status": "sent", "started_at": then, "ended_at": then, "queued": 3}
    ids = [make_update(action, **sent).id for _number in range(2)]

    page = staff.get(page_of(action)).text

    pins = page.partition('<ul class="pins">')[2].partition("</ul>")[0]
    assert re.findall(r'<b aria-hidden="true">(.)</b>', pins) == ["A"]
    found = re.findall(r'<a href="([^"]+)"', pins)
    assert found == [page_of(action, f"updates/{update_id}/") for update_id in ids]
    chart = page.partition('id="total-wide-t"')[2].partition("</svg>")[0]
    assert chart.count('class="g-pin"') == 1


def test_marks_lead_only_where_the_member_may_go(client, action):
    sent = {"status": "sent", "started_at": utc_now() - DAY, "ended_at": utc_now(), "queued": 3}
    make_update(action, **sent)
    log_in(client, make_staff("reviewer"))

    pins = client.get(page_of(action)).text.partition('<ul class="pins">')[2].partition("</ul>")[0]

    assert "Update “The law has passed”" in pins
    assert "/updates/" not in pins


def test_the_mark_of_an_update_says_how_many_confirmed_before_and_after(staff, action):
    started_at = utc_now() - DAY
    make_update(action, status="sent", started_at=started_at, ended_at=utc_now(), queued=3)
    for hours in (-2, 3, 4):
        make_confirmed(action, now=started_at + hours * HOUR)
    fold_states(utc_now())

    page = staff.get(page_of(action)).text

    words = "Confirmed in the day before: 3. In the day after: 2."
    assert words in page.partition('<ul class="pins">')[2].partition("</ul>")[0]
    assert words in page.partition('id="total-wide-t"')[2].partition("</svg>")[0]


def test_invalid_batches_are_marked_and_lead_to_their_batch(staff, action):
    for hours in (3, 2):
        make_confirmed(action, now=utc_now() - hours * HOUR, country_code="FR")
    first = mark(action.id, SignatureFilter(country="DE"), now=utc_now() - 2 * DAY)
    undone = mark(action.id, SignatureFilter(country="FR"), now=utc_now())
    undo(undone, now=utc_now())

    page = staff.get(page_of(action)).text

    pins = page.partition('<ul class="pins">')[2].partition("</ul>")[0]
    found = re.findall(r'<a href="([^"]+)">[^<]*: (Marked invalid[^<]+)</a>', pins)
    address = page_of(action, "signatures/bulk-invalidate/")
    assert found == [
        (f"{address}?batch={first}", "Marked invalid: 1"),
        (f"{address}?batch={undone}", "Marked invalid, then undone: 2"),
    ]


def test_hours_have_a_heading_every_third_time_and_all_are_read_out(staff, action):
    make_confirmed(action, now=utc_now() - HOUR)
    fold_states(utc_now())

    page = staff.get(page_of(action, "?range=24h")).text

    head = page.partition('<table class="heat">')[2].partition("</thead>")[0]
    marked = len(re.findall(r'<span class="mark">\d\d:00</span>', head))
    assert marked in (8, 9)
    assert len(re.findall(r'<span class="sr">\d\d:00</span>', head)) == 25 - marked


def test_a_dashboard_of_a_campaign_adds_up_and_compares_its_actions(staff, action):
    campaign = db.session.get(Campaign, action.campaign_id)
    other = make_action(campaign=campaign, slug="other")
    make_confirmed(other, now=utc_now() - DAY, country_code="DE")
    fold_states(utc_now())
    address = f"/staff/campaigns/{campaign.id}/dashboard/"

    page = staff.get(address).text

    assert figures_of(page)["Confirmed in this period"] == "3"
    actions = [row[:2] for row in rows_of(page, "actions")]
    assert actions == [("Title of hate-crimes (en)", "2"), ("Title of other (en)", "1")]
    assert "Actions from their first day" in page
    germany = next(row for row in rows_of(page, "country") if row[0] == "Germany")
    by_action = staff.get(germany[2]).text
    assert '<th scope="col" class="n">Confirmed</th>' in by_action
    for count, link in ((1, page_of(action)), (1, page_of(other))):
        people = re.search(rf'href="({link}signatures/[^"]+)"', by_action)[1]
        assert staff.get(unescape(people)).text.count('class="nw"><time') == count
    assert staff.get(address + "files/comparison.png").mimetype == "image/png"


def test_all_campaigns_are_those_that_the_member_may_see(client, action):
    other = make_action(campaign=make_campaign(slug="other"), slug="b")
    make_confirmed(other, now=utc_now() - DAY)
    fold_states(utc_now())
    log_in(client, make_staff("campaigner", campaigns=[other.campaign_id]))

    page = client.get("/staff/dashboard/").text

    assert figures_of(page)["Confirmed in this period"] == "1"
    assert client.get(f"/staff/campaigns/{action.campaign_id}/dashboard/").status_code == 403


def test_the_count_of_a_channel_leads_to_its_people(staff, action):
    fold()

    page = staff.get(f"/staff/campaigns/{action.campaign_id}/share/").text

    address = re.search(r'href="([^"]+source=leaflet)">1</a>', page)[1]
    assert staff.get(unescape(address)).text.count('class="nw"><time') == 1


def test_an_empty_action_has_a_dashboard(staff, app):
    page = staff.get(page_of(make_action())).text

    assert "Nobody took part in this period." in page


@pytest.mark.parametrize(
    "query",
    [
        "range=own&from=0001-01-01&to=0001-01-02",
        "range=own&from=0001-01-01&to=9999-12-31",
        "range=own&from=2001-01-01&to=2150-12-31",
        "range=own&from=%00&to=%FF",
        "range=%00",
    ],
)
def test_no_range_fails(staff, action, app, query):
    app.config["TIMEZONE"] = "Pacific/Kiritimati"

    for address in (page_of(action), page_of(action, "files/total.csv"), "/staff/dashboard/"):
        assert staff.get(f"{address}?{query}").status_code == 200


@pytest.mark.parametrize("part", ["country", "locale", "source", "channel"])
@pytest.mark.parametrize("value", ["", "other", "zz9", "../x", "%E2%80%AE"])
def test_unknown_values_have_nobody_or_are_not_found(staff, action, part, value):
    response = staff.get(f"/staff/dashboard/actions/?part={part}&value={value}")

    assert response.status_code in (200, 404)


def test_wrong_parts_are_not_found(staff, action):
    for query in ("?part=email&value=x", "?status=erased", "?part=source&value=%00"):
        assert staff.get(f"/staff/dashboard/actions/{query}").status_code == 404


@pytest.mark.parametrize(
    ("mine", "organisation", "shown"),
    [
        ("", "Asia/Tbilisi", "Times are in Tbilisi."),
        ("Europe/Berlin", "Asia/Tbilisi", "Times are in Berlin."),
        ("Asia/Kolkata", "Asia/Kathmandu", "Times are in Kolkata."),
        ("Asia/Kolkata", "Asia/Tbilisi", "Times are in Tbilisi, the time zone of the org"),
    ],
)
def test_times_are_the_readers_where_the_tallies_allow_it(
    client, action, app, mine, organisation, shown
):
    app.config["TIMEZONE"] = organisation
    log_in(client, make_staff("campaigner", timezone=mine))

    page = client.get(page_of(action)).text

    assert shown in page
