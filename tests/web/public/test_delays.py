"""Pages explain delays of emails and counts, in the same words to everyone."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.outbox.models import OutboxMail
from tests.support.factories import (
    link_to,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
)

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PAGE = "/en/campaigns/racism/hate-crimes/"
THANKS = f"{PAGE}thanks/"
IN_TIME = "which should arrive within a minute"
CALM = "You don’t need to send them again."
SINCE = "Newer confirmations will be added as soon as possible"


def words(client, address: str) -> str:
    return " ".join(client.get(address).text.split())


@pytest.fixture
def action(app):
    return make_action(campaign=make_campaign(locales=("en", "ru")), locales=("en", "ru"))


def queued_before(action, **span: float) -> None:
    make_signature(action, now=utc_now() - timedelta(**span))


def confirmed_before(action, **span: float):
    """Confirmed a while ago, not counted yet, with its email sent."""
    signature = make_confirmed(action, now=utc_now() - timedelta(**span))
    db.session.execute(delete(OutboxMail))
    db.session.commit()
    return signature


def test_a_short_email_delay_is_not_mentioned(client, action):
    queued_before(action, seconds=110)

    assert "Our emails are taking" not in words(client, PAGE)
    assert IN_TIME in words(client, THANKS)


def test_an_email_delay_of_more_than_two_minutes_is_explained(client, action):
    queued_before(action, minutes=6, seconds=30)

    thanks = words(client, THANKS)

    assert "Our emails are taking about 7 minutes to arrive." in thanks
    assert CALM in thanks
    assert IN_TIME not in thanks
    assert "Our emails are taking about 7 minutes to arrive." in words(client, PAGE)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(2.5, "около 3 минут."), (20.5, "около 21 минуты."), (170, "около 3 часов.")],
)
def test_the_delay_is_written_in_the_language_of_the_page(client, action, minutes, said):
    queued_before(action, minutes=minutes)

    assert f"Сейчас наши письма идут {said}" in words(client, THANKS.replace("/en/", "/ru/"))


def test_the_delay_is_no_longer_mentioned_once_the_emails_are_sent(client, action):
    queued_before(action, minutes=30)
    db.session.execute(delete(OutboxMail))
    db.session.commit()

    assert CALM not in words(client, THANKS)


def test_a_page_that_mentions_a_delay_can_be_cached(client, action):
    queued_before(action, minutes=30)

    answer = client.get(THANKS)

    assert answer.headers["Cache-Control"].startswith("public")
    assert answer.text == client.get(THANKS).text


@pytest.mark.parametrize("address", [PAGE, "/en/campaigns/racism/", "/en/"])
def test_a_delayed_count_says_what_it_includes(client, action, address):
    confirmed_before(action, seconds=110)
    in_time = words(client, address)
    confirmed_before(action, minutes=3)
    late = words(client, address)
    fold()
    counted = words(client, address)

    assert [SINCE in page for page in (in_time, late, counted)] == [False, True, False]


def test_the_confirmed_page_says_so_while_counts_are_delayed(client, action):
    signature = confirmed_before(action, minutes=3)
    address = link_to("confirm", signature)

    late = words(client, address)
    fold()
    counted = words(client, address)

    assert SINCE in late
    assert SINCE not in counted


def test_the_count_as_json_has_the_same_keys_during_a_delay(client, action):
    confirmed_before(action, minutes=30)

    assert set(client.get(f"{PAGE}count.json").json) == {
        *("count", "goal", "as_of", "words", "heads")
    }
