"""The figures, each in a real situation."""

from datetime import timedelta

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.monitoring.health import load_problems
from campaign_actions.monitoring.queries import find_load
from tests.support.factories import NOON, make_action, make_confirmed, make_signature

MINUTE = timedelta(minutes=1)


def test_an_idle_installation_has_no_delays(app):
    load = find_load(NOON)

    assert (load.mail_delay, load.count_delay) == (timedelta(), timedelta())
    assert (load.mails.due, load.new_signatures, load.uncounted) == (0, 0, 0)
    assert list(load_problems(load)) == []


def test_recent_signatures_are_counted_and_their_emails_are_due(app):
    action = make_action()
    make_signature(action, now=NOON - 3 * MINUTE)
    make_signature(action, now=NOON - MINUTE / 2)

    load = find_load(NOON)

    assert load.new_signatures == 1
    assert load.mails.due == 2
    assert (load.mail_delay, load.oldest_mail) == (3 * MINUTE, 3 * MINUTE)


def test_the_count_delay_is_the_age_of_the_oldest_unfolded_change(app):
    action = make_action()
    make_confirmed(action, now=NOON - 5 * MINUTE)
    make_confirmed(action, now=NOON - 2 * MINUTE)

    before = find_load(NOON)
    fold()
    after = find_load(NOON)

    assert (before.uncounted, before.count_delay) == (2, 5 * MINUTE)
    assert (after.uncounted, after.count_delay) == (0, timedelta())


def test_a_clock_that_was_set_back_gives_no_negative_delay(app):
    make_confirmed(make_action(), now=NOON + 60 * MINUTE)

    load = find_load(NOON)

    assert (load.mail_delay, load.count_delay) == (timedelta(), timedelta())


def test_a_delay_over_ten_minutes_is_a_problem(app):
    make_confirmed(make_action(), now=NOON)

    storm = list(load_problems(find_load(NOON + 9 * MINUTE)))
    trouble = list(load_problems(find_load(NOON + 11 * MINUTE)))

    assert storm == []
    assert [words.split(".")[0] for words in trouble] == ["Email is late", "Counts are late"]
