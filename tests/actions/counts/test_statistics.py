"""Statistics of an action: only confirmed signatures, from the tallies."""

from datetime import timedelta

import pytest

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.queries import UncountedSignatures, count_uncounted_signatures
from campaign_actions.actions.counts.statistics import action_statistics
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.content.drawings.bar_chart import Chart
from campaign_actions.core.db.session import db, utc_now
from tests.support.factories import NOON, make_action, make_confirmed, make_signature, make_staff
from tests.support.staff_client import log_in

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # same on both

AUDIT_DETAILS = {"action": "racism/hate-crimes", "actor": "grace@example.org"}


def test_confirmed_signatures_are_shown_by_day_country_and_source(app):
    action = make_action()
    make_confirmed(action, country_code="RU", source="newsletter")
    make_confirmed(action, country_code="RU", now=NOON - timedelta(days=1))
    make_confirmed(action, country_code="DE", now=NOON - timedelta(days=40))
    make_signature(action, country_code="FR")
    fold()

    statistics = action_statistics(action.id, today=NOON.date())

    assert (statistics.today, statistics.yesterday, statistics.total_of_days) == (1, 1, 2)
    assert [(share.name, share.count) for share in statistics.countries] == [("RU", 2), ("DE", 1)]
    assert [(share.name, share.count) for share in statistics.sources] == [
        ("", 2),
        ("newsletter", 1),
    ]


def test_the_smallest_countries_are_summed_up(app):
    action = make_action()
    for code in ("AM", "AZ", "BY", "DE", "EE", "FR", "GE", "KZ", "LT", "LV"):
        make_confirmed(action, country_code=code)
    fold()

    statistics = action_statistics(action.id, today=NOON.date())

    assert len(statistics.countries) == 8
    assert (statistics.more_countries.name, statistics.more_countries.count) == ("2", 2)


@on_sqlite
def test_the_page_has_a_chart_and_a_table(client):
    action = make_action()
    make_confirmed(action, now=utc_now())
    fold()
    log_in(client, make_staff("reviewer"))

    page = client.get(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/").text

    assert page.count("<rect") == 28
    assert "Russia" in page
    assert "1% of the goal of 100" in page


def test_pending_withdrawn_and_invalid_signatures_are_counted_and_shown(client):
    action = make_action()
    for _ in range(3):
        make_signature(action)
    withdraw(make_confirmed(action), now=NOON)
    for _ in range(2):
        invalidate(make_confirmed(action), reason="test", now=NOON, **AUDIT_DETAILS)
    make_signature(make_action(campaign=db.session.get(Campaign, action.campaign_id), slug="other"))
    log_in(client, make_staff("campaigner"))

    page = client.get(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/").text
    campaign = client.get(f"/staff/campaigns/{action.campaign_id}/").text

    assert count_uncounted_signatures(action.id) == UncountedSignatures(
        pending=3, withdrawn=1, invalid=2
    )
    for status, figure in (("pending", 3), ("withdrawn", 1), ("invalid", 2)):
        assert f'signatures/?status={status}">{figure}</a>' in page
    assert "Pending: 3. Withdrawn: 1. Invalid: 2." in campaign
    assert "Pending: 1. Withdrawn: 0. Invalid: 0." in campaign


def test_a_number_above_the_limit_is_shown_as_more_than_the_limit(client, monkeypatch):
    action = make_action()
    make_signature(action)
    make_signature(action)
    monkeypatch.setattr("campaign_actions.actions.counts.queries.MAX_COUNTED", 1)
    monkeypatch.setattr("campaign_actions.web.staff.actions.show.MAX_COUNTED", 1)
    log_in(client, make_staff("campaigner"))

    page = client.get(f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/").text

    assert ">more than 1</a>" in page


def test_a_chart_ends_at_a_round_number_above_its_bars():
    assert [Chart((most,)).highest for most in (0, 1, 4, 5, 8, 9, 390, 4000)] == [
        *(4, 4, 4, 8, 8, 20, 400, 4000)
    ]


def test_a_mirrored_chart_runs_from_the_right():
    chart, mirrored = Chart((1, 2, 3)), Chart((1, 2, 3), is_mirrored=True)

    starts = [bar.x for bar in chart.bars()]
    ends = [chart.width - bar.x - bar.width for bar in mirrored.bars()]
    assert starts == pytest.approx(ends)
    assert (mirrored.start, mirrored.end) == (chart.width - chart.start, 0)
    assert mirrored.middle(0) > mirrored.middle(2)


def test_the_highest_bar_fits_into_the_chart():
    chart = Chart((0, 3, 7))

    assert [bar.height > 0 for bar in chart.bars()] == [False, True, True]
    assert all(0 <= bar.y <= chart.base for bar in chart.bars())
