"""The filter for a channel takes its name or a part of it, and the words of dashboards for none."""

from datetime import timedelta

import pytest

from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.campaigns.models import ChannelName
from campaign_actions.core.db.session import db, utc_now
from tests.support.factories import make_action, make_confirmed, make_staff
from tests.support.page_text import visible_text
from tests.support.signature_pages import address
from tests.support.staff_client import log_in

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
PEOPLE = {"radio-echo": "Ada", "radio-interview": "Grace", "market-stall": "Nino", None: "Olga"}


@pytest.fixture
def action(client):
    log_in(client, make_staff("campaigner", "exporter"))
    action = make_action()
    then = utc_now() - timedelta(hours=2)
    for source, name in PEOPLE.items():
        make_confirmed(action, source=source, given_name=name, now=then)
    for source, name in (
        ("radio-echo", "Radio Echo, morning show"),
        ("radio-interview", "Radio interview"),
    ):
        db.session.add(ChannelName(campaign_id=action.campaign_id, source=source, name=name))
    db.session.commit()
    fold_states(utc_now())
    return action


def found(client, action, **filters):
    page = client.get(address(action, "signatures"), query_string=filters).text
    return {name for name in PEOPLE.values() if f"<bdi>{name}" in page}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("radio echo, MORNING show", "Ada"),
        ("echo", "Ada"),
        ("Interview", "Grace"),
        ("market-stall", "Nino"),
        ("Unknown", "Olga"),
        ("unknown", "Olga"),
    ],
)
def test_a_channel_is_found_by_part_of_its_name(client, action, typed, name):
    assert found(client, action, source=typed) == {name}


def test_a_part_of_several_names_is_answered_with_these(client, action):
    answer = client.get(address(action, "signatures"), query_string={"source": "radio"})

    assert answer.status_code == 400
    words = "Several channels match. Enter one of them: Radio Echo, morning show; Radio interview"
    assert words in visible_text(answer.text)
    assert 'value="radio"' in answer.text


def test_a_source_that_has_no_name_is_itself_though_a_name_has_it_in_it(client, action):
    make_confirmed(action, source="echo", given_name="Vera", now=utc_now() - timedelta(hours=1))
    fold_states(utc_now())

    page = client.get(address(action, "signatures"), query_string={"source": "echo"}).text

    assert "<bdi>Vera" in page
    assert "<bdi>Ada" not in page


def test_the_word_for_unknown_becomes_the_filter_for_none(client, action):
    page = client.get(address(action, "signatures"), query_string={"source": "Unknown"}).text

    chips = page.partition('aria-label="Filters in force"')[2].partition("</nav>")[0]
    assert "Without: a channel" in visible_text(chips)
    assert '<option value="source" selected>' in page


def test_it_is_the_word_of_the_readers_language(client, action):
    log_in(client, make_staff("campaigner", locale="ru"))

    assert found(client, action, source="неизвестен") == {"Olga"}


def test_beside_another_filter_for_none_the_word_is_no_channel(client, action):
    filters = {"source": "Unknown", "without": "country"}

    assert client.get(address(action, "signatures"), query_string=filters).status_code == 400
