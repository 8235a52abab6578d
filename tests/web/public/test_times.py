"""The public reads times in the organisation's time zone, and to the minute when an action closes."""

from datetime import UTC, datetime

import pytest
from lxml import html

from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.sample_emails import sample_mail
from campaign_actions.core.db.session import db
from campaign_actions.organization.edit import set_timezone
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed, make_staff
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

CAMPAIGN = "/en/campaigns/racism/"
PAGE = f"{CAMPAIGN}hate-crimes/"

# Berlin is two hours ahead of UTC in April, New York four hours behind: both days differ from UTC's.
OPEN = [
    ("Europe/Berlin", datetime(2099, 4, 9, 22, 30, tzinfo=UTC), "10 April 2099, 00:30 (Berlin)"),
    (
        "America/New_York",
        datetime(2099, 4, 10, 3, 59, tzinfo=UTC),
        "9 April 2099, 23:59 (New York)",
    ),
]
CLOSED = [
    ("Europe/Berlin", datetime(2025, 4, 9, 22, 30, tzinfo=UTC), "10 April 2025"),
    ("America/New_York", datetime(2025, 4, 10, 3, 59, tzinfo=UTC), "9 April 2025"),
]


def words_of(client, address: str) -> str:
    return " ".join(html.fromstring(client.get(address).text).text_content().split())


@pytest.mark.parametrize(("zone", "closes_at", "moment"), OPEN)
def test_the_page_says_to_the_minute_until_when_it_is_open(app, client, zone, closes_at, moment):
    app.config["TIMEZONE"] = zone
    make_action(closes_at=closes_at)

    assert f"Open until {moment}." in words_of(client, PAGE)


@pytest.mark.parametrize(("zone", "closes_at", "moment"), OPEN)
def test_the_receipt_says_to_the_minute_until_when_the_page_is_open(app, zone, closes_at, moment):
    app.config["TIMEZONE"] = zone
    make_action(closes_at=closes_at)
    action = find_action("racism", "hate-crimes", locale="en", now=NOON)
    assert action is not None

    mail = sample_mail(action, "receipt", days=14)

    for part in (mail.text, html.fromstring(mail.html).text_content()):
        assert f"The page is open until {moment}." in " ".join(part.split())


@pytest.mark.parametrize(("zone", "closes_at", "day"), CLOSED)
def test_a_closed_page_and_its_card_have_the_day_in_the_time_zone(
    app, client, zone, closes_at, day
):
    app.config["TIMEZONE"] = zone
    make_action(closes_at=closes_at)

    assert f"Closed on {day} " in words_of(client, PAGE)
    assert f"Closed on {day} " in words_of(client, CAMPAIGN)


@pytest.mark.parametrize(("zone", "closes_at", "day"), CLOSED)
def test_an_archived_campaign_has_the_day_in_the_time_zone(app, client, zone, closes_at, day):
    app.config["TIMEZONE"] = zone
    make_action(campaign=make_campaign(archived_at=closes_at), closes_at=closes_at)

    assert f"This campaign ended on {day}." in words_of(client, CAMPAIGN)


@pytest.mark.parametrize(
    ("zone", "moment"),
    [("Europe/Berlin", "1 January 2026, 00:30 (Berlin)"), ("UTC", "31 December 2025, 23:30 (UTC)")],
)
def test_pages_and_the_live_count_say_up_to_when_was_counted_in_the_time_zone(
    app, client, zone, moment
):
    app.config["TIMEZONE"] = zone
    make_confirmed(make_action(), now=datetime(2025, 12, 31, 23, 30, 59, tzinfo=UTC))

    answer = client.get(f"{PAGE}count.json").json

    assert answer["as_of"] == "2025-12-31T23:30:59Z"
    assert answer["words"]["as_of"].replace("\xa0", " ") == moment
    for address in (PAGE, CAMPAIGN, "/en/"):
        assert f"Counted up to {moment}." in words_of(client, address)


def test_another_time_zone_is_on_the_page_like_another_name(client):
    make_action(closes_at=OPEN[0][1])
    before = words_of(client, PAGE)

    set_timezone("Europe/Berlin", actor="grace@example.org", now=NOON)

    assert "Open until 9 April 2099, 22:30 (UTC)." in before
    assert "Open until 10 April 2099, 00:30 (Berlin)." in words_of(client, PAGE)


def test_a_member_of_staff_with_another_time_zone_sees_the_page_of_everyone(app, client):
    app.config["TIMEZONE"] = "Europe/Berlin"
    make_action(closes_at=OPEN[0][1])
    member = make_staff("campaigner", email="lin@example.org")
    member.timezone = "America/New_York"
    db.session.commit()
    log_in(client, member)

    assert "Open until 10 April 2099, 00:30 (Berlin)." in words_of(client, PAGE)


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("ru", "Принять участие можно до 10 апреля 2099 г., 00:30 (Берлин)."),
        ("fr", "Action ouverte jusqu’au 10 avril 2099, 00:30 (Berlin)."),
        ("es", "Puede participar hasta el 10 de abril de 2099, 0:30 (Berlín)."),
        ("ar", "المشاركة مفتوحة حتى 10 أبريل 2099، 12:30 ص (برلين)."),
    ],
)
def test_the_time_and_the_city_are_in_the_language_of_the_page(app, client, locale, sentence):
    app.config["TIMEZONE"] = "Europe/Berlin"
    campaign = make_campaign(locales=(locale,))
    make_action(campaign=campaign, closes_at=OPEN[0][1], locales=(locale,))

    assert sentence in words_of(client, f"/{locale}/campaigns/racism/hate-crimes/")
