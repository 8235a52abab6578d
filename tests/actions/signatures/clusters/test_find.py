"""Clusters are found where signatures have more in common than is usual for the action."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.clusters.rules import Thresholds
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.search import count_results
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db
from tests.support.clusters import (
    LOW,
    MINUTE,
    arrive,
    cover,
    look,
    make_compared_action,
    make_ordinary,
    stored,
)
from tests.support.factories import NOON, make_action, make_campaign

OFF = replace(LOW, text=0, domain=0, source=0, minute=0, burst=0)


@pytest.fixture
def action(app):
    return make_compared_action()


def found() -> list[tuple[str, dict, int]]:
    return [(one.rule, one.filter, one.rows) for one in stored()]


def test_ordinary_signatures_are_no_cluster(action):
    make_ordinary(action, 200, now=NOON + 25 * MINUTE)

    assert look() == 0


def test_many_addresses_with_one_domain_are_a_cluster(action):
    arrive(action, 10, domain="Bulk.Example", now=NOON - 3 * MINUTE)
    arrive(action, 10, domain="bulk.example")
    arrive(action, 5, domain="gmail.com")

    assert look() == 1
    (cluster,) = stored()
    assert (cluster.rule, cluster.filter, cluster.rows) == (
        "domain",
        {"domain": "bulk.example"},
        20,
    )
    assert (cluster.since, cluster.until) == (NOON - 3 * MINUTE, NOON + MINUTE)


def test_a_large_provider_is_ordinary_as_long_as_its_share_is(action):
    for domain, number in (("gmail.com", 40), ("mail.ru", 25), ("proton.me", 15)):
        arrive(action, number, domain=domain, source="newsletter")

    assert look() == 0


def test_a_large_provider_is_not_ordinary_if_nobody_else_comes(action):
    arrive(action, 40, domain="gmail.com", source="newsletter")

    look()

    assert found() == [("domain", {"domain": "gmail.com"}, 40)]


def test_the_same_comment_from_many_people_is_a_cluster(action):
    arrive(action, 5, comment="Buy cheap pills")
    arrive(action, 5)

    look()

    ((rule, wanted, rows),) = found()
    assert (rule, rows) == ("text", 5)
    same = SignatureFilter(same_comment=wanted["same_comment"])
    assert count_results(action.id, same).number == 5


def test_a_comment_that_many_people_write_anyway_is_ordinary(app):
    action = make_action()
    cover()
    arrive(action, 200, comment="Justice!", now=NOON - timedelta(days=1))
    arrive(action, 200, comment="Something else", now=NOON - timedelta(days=1))

    arrive(action, 8, comment="Justice!")
    arrive(action, 8, comment="Something else")

    assert look() == 0


def test_a_source_is_a_cluster_if_its_forms_are_filled_in_fast(action):
    for minute in range(4):
        arrive(action, 2, source="bots", fill_time="fast", now=NOON - minute * MINUTE)

    look()

    assert found() == [("source", {"source": "bots", "fill_time": "fast"}, 8)]


def test_a_new_newsletter_is_ordinary(action):
    arrive(action, 57, source="newsletter-5", fill_time="usual")
    arrive(action, 3, source="newsletter-5", fill_time="fast")

    assert look() == 0


@pytest.mark.parametrize("fill_time", ["fast", "slow"])
def test_forms_of_one_minute_are_a_cluster_if_they_are_filled_in_fast_or_slowly(action, fill_time):
    arrive(action, 6, fill_time=fill_time)
    arrive(action, 3, fill_time="usual")

    look()

    assert found() == [("minute", {"fill_time": fill_time}, 6)]


def test_minutes_of_one_attack_are_one_cluster(action):
    for minute in (5, 4, 2):
        arrive(action, 7, fill_time="fast", now=NOON - minute * MINUTE)

    look()

    (cluster,) = stored()
    assert cluster.rows == 21
    assert (cluster.since, cluster.until) == (NOON - 5 * MINUTE, NOON - MINUTE)


def test_very_many_without_a_source_are_a_cluster(action):
    arrive(action, 25)

    look()

    assert found() == [("burst", {"without": "source"}, 25)]


def test_very_many_with_the_source_of_a_newsletter_are_ordinary(action):
    arrive(action, 25, source="newsletter-5")

    assert look() == 0


def test_each_signature_is_in_one_cluster_at_most(action):
    arrive(action, 30, domain="bulk.example", fill_time="fast", source="bots")
    arrive(action, 6, comment="Buy cheap pills", fill_time="fast")

    look()

    assert [(rule, rows) for rule, _wanted, rows in found()] == [("text", 6), ("domain", 30)]


@pytest.mark.parametrize("rule", ["domain", "text", "minute", "burst"])
def test_one_less_than_a_threshold_is_no_cluster(action, rule):
    details = {
        "domain": {"domain": "bulk.example"},
        "text": {"comment": "Buy cheap pills"},
        "minute": {"fill_time": "fast"},
        "burst": {},
    }[rule]
    arrive(action, getattr(LOW, rule) - 1, **details)

    assert look() == 0


def test_thresholds_of_zero_turn_rules_off(action):
    arrive(action, 50, domain="bulk.example", comment="Buy", fill_time="fast", source="bots")

    assert look(thresholds=OFF) == 0


def test_the_settings_are_the_thresholds(app):
    assert Thresholds.by(app.config) == Thresholds(
        *(10, 40, 30, 15, 100), odds=5, rate=20, window_minutes=10
    )


def test_what_is_older_than_ten_minutes_is_not_looked_at(action):
    arrive(action, 30, domain="bulk.example", now=NOON - 11 * MINUTE)

    assert look() == 0


def test_the_minutes_that_are_looked_at_are_a_setting(action):
    arrive(action, 30, domain="bulk.example", now=NOON - 11 * MINUTE)

    assert look(thresholds=replace(LOW, window_minutes=12)) == 1


def test_how_unusual_a_share_must_be_is_a_setting(action):
    arrive(action, 20, domain="gmail.com", source="newsletter")
    arrive(action, 20, source="newsletter")

    assert look() == 0
    assert look(thresholds=replace(LOW, odds=1)) == 1
    assert found()[0][:2] == ("domain", {"domain": "gmail.com"})


def test_how_unusual_a_number_in_a_minute_must_be_is_a_setting(action):
    arrive(action, 25)

    assert look(thresholds=replace(LOW, rate=1000)) == 0
    assert look() == 1


def test_people_who_agreed_to_an_earlier_text_are_left_out(action):
    cover(version=None)
    arrive(action, 30, domain="bulk.example")

    assert look() == 0


@pytest.mark.parametrize("status", ["withdrawn", "invalid"])
def test_signatures_that_are_decided_about_are_left_out(action, status):
    arrive(action, 30, domain="bulk.example")
    change = update(Signature).where(Signature.email.endswith("bulk.example"))
    db.session.execute(
        change.values(
            status=status,
            withdrawn_at=NOON if status == "withdrawn" else None,
            invalidated_at=NOON if status == "invalid" else None,
        )
    )
    db.session.commit()

    assert look() == 0


def test_pending_signatures_are_part_of_a_cluster(action):
    arrive(action, 30, domain="bulk.example", status="pending")

    assert look() == 1


@pytest.mark.parametrize(("has_others", "wanted"), [(False, 0), (True, 1)])
def test_an_action_without_a_past_is_compared_with_others(app, has_others, wanted):
    campaign = make_campaign()
    if has_others:
        make_compared_action(campaign=campaign, slug="older")
    new = make_action(campaign=campaign, slug="new")
    cover()
    arrive(new, 10, domain="bulk.example")
    arrive(new, 9, domain="gmail.com")

    assert look() == wanted


def test_actions_are_judged_separately(action):
    other = make_compared_action(
        campaign=db.session.get(Campaign, action.campaign_id), slug="other"
    )
    for one in (action, other):
        arrive(one, 6, domain="bulk.example")

    assert look() == 0
