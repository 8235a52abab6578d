"""The figures of an action: confirmed signatures only, from the tallies."""

from datetime import timedelta

from campaign_actions.actions.figures import figures_of
from campaign_actions.actions.tallying import fold
from campaign_actions.core.charts import Chart
from campaign_actions.core.database import utc_now
from tests.factories import NOON, make_action, make_confirmed, make_signature, make_staff
from tests.staff.logging_in import log_in


def test_confirmed_signatures_are_shown_by_day_country_and_source(app):
    action = make_action()
    make_confirmed(action, country_code="RU", source="newsletter")
    make_confirmed(action, country_code="RU", now=NOON - timedelta(days=1))
    make_confirmed(action, country_code="DE", now=NOON - timedelta(days=40))
    make_signature(action, country_code="FR")
    fold()

    figures = figures_of(action.id, today=NOON.date())

    assert (figures.today, figures.yesterday, figures.total_of_days) == (1, 1, 2)
    assert [(share.name, share.count) for share in figures.countries] == [("RU", 2), ("DE", 1)]
    assert [(share.name, share.count) for share in figures.sources] == [("", 2), ("newsletter", 1)]


def test_more_countries_than_have_room_are_one_line(app):
    action = make_action()
    for code in ("AM", "AZ", "BY", "DE", "EE", "FR", "GE", "KZ", "LT", "LV"):
        make_confirmed(action, country_code=code)
    fold()

    figures = figures_of(action.id, today=NOON.date())

    assert len(figures.countries) == 8
    assert (figures.more_countries.name, figures.more_countries.count) == ("2", 2)


def test_the_page_has_the_chart_and_the_same_as_a_table(client):
    action = make_action()
    make_confirmed(action, now=utc_now())
    fold()
    log_in(client, make_staff("reviewer"))

    page = client.get(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/").text

    assert page.count("<rect") == 28
    assert "Russia" in page
    assert "1 % of the goal of 100" in page


def test_a_chart_ends_at_a_round_number_above_its_bars():
    assert [Chart((most,)).highest for most in (0, 1, 4, 5, 8, 9, 390, 4000)] == [
        *(4, 4, 4, 8, 8, 20, 400, 4000)
    ]


def test_the_highest_bar_stays_in_the_picture():
    chart = Chart((0, 3, 7))

    assert [bar.height > 0 for bar in chart.bars()] == [False, True, True]
    assert all(0 <= bar.y <= chart.base for bar in chart.bars())
