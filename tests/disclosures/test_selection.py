"""Which signatures a file contains: each filter, and selections as text."""

from datetime import UTC, datetime, timedelta

import pytest

from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.errors import NotFound
from campaign_actions.disclosures.export import (
    PresetNotForPurpose,
    RecipientMissing,
    StatusNotForPurpose,
)
from campaign_actions.disclosures.selection import Selection, in_order, selection_from_text
from campaign_actions.exports.encryption import InvalidRecipientKey
from tests.support.exports import export_file, make_export
from tests.support.factories import (
    NOON,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
)

EVERYTHING = Selection(
    actions=(2, 1),
    since="2026-11-20T12:00:00+00:00",
    language="ru",
    country="RU",
    source="x",
    status="pending",
)


def codes_of(*actions, **values) -> list[str]:
    """The signatures in the file, in its order."""
    data, record = export_file(make_export(*actions, **values))
    codes = [line.split(",")[0] for line in data.decode().splitlines()[1:]]
    assert record.rows == len(codes)
    return codes


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ["early", "noon", "late"]),
        ({"since": NOON.isoformat()}, ["noon", "late"]),
        ({"until": NOON.isoformat()}, ["early"]),
        (
            {"since": NOON.isoformat(), "until": (NOON + timedelta(seconds=1)).isoformat()},
            ["noon"],
        ),
        ({"language": "ru"}, ["late"]),
        ({"country": "FR"}, ["early"]),
        ({"source": "leaflet"}, ["noon"]),
        ({"source": "leaflet", "country": "FR"}, []),
    ],
)
def test_each_filter_selects_by_its_own_value(app, values, expected):
    action = make_action(locales=("en", "ru"))
    made = {
        "late": make_confirmed(action, now=NOON + timedelta(days=1), locale="ru"),
        "noon": make_confirmed(action, source="leaflet"),
        "early": make_confirmed(action, now=NOON - timedelta(microseconds=1), country_code="FR"),
    }

    found = codes_of(action, **values)

    assert found == [made[name].public_id for name in expected]


def test_each_status_selects_its_signatures(app):
    action = make_action()
    made = {
        "pending": make_signature(action),
        "confirmed": make_confirmed(action),
        "withdrawn": make_confirmed(action),
        "invalid": make_confirmed(action),
    }
    withdraw(made["withdrawn"], now=NOON)
    facts = {"action": "racism/hate-crimes", "actor": "grace@example.org", "now": NOON}
    invalidate(made["invalid"], reason="script", **facts)
    make_confirmed(action, email="ada@example.org")
    erase("ada@example.org", now=NOON)

    found = {status: codes_of(action, status=status) for status in made}

    assert found == {status: [signature.public_id] for status, signature in made.items()}


def test_the_actions_of_a_file_follow_each_other(app):
    campaign = make_campaign()
    one, two, three = [make_action(campaign=campaign, slug=s) for s in ("one", "two", "three")]
    later = make_confirmed(one, now=NOON + timedelta(days=1))
    earlier = make_confirmed(two)
    make_confirmed(three)

    assert codes_of(two, one) == [later.public_id, earlier.public_id]


def test_a_file_has_actions_of_its_campaign_only(app):
    here, elsewhere = make_action(), make_action(campaign=make_campaign(slug="other"))

    with pytest.raises(NotFound):
        codes_of(here, elsewhere)
    with pytest.raises(NotFound):
        codes_of(here, type("Gone", (), {"id": 999_999}))


@pytest.mark.parametrize("selection", [Selection(actions=(1,)), EVERYTHING])
def test_a_selection_is_the_same_after_it_was_stored(selection):
    assert selection_from_text(selection.to_text()) == selection


def test_equal_selections_have_equal_texts():
    orders = ([9, 16, 8, 1], [1, 8, 9, 16, 9], (16, 9, 8, 1))

    texts = {Selection(actions=in_order(ids)).to_text() for ids in orders}

    assert len(texts) == 1
    assert in_order(orders[0]) == (1, 8, 9, 16)


def test_a_filter_has_only_what_was_chosen():
    assert Selection(actions=(1,)).filter() == {}
    assert EVERYTHING.filter() == {
        "since": "2026-11-20T12:00:00+00:00",
        "language": "ru",
        "country": "RU",
        "source": "x",
        "status": "pending",
    }
    assert EVERYTHING.since_at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert EVERYTHING.until_at is None


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"purpose": "crm", "status": "pending"}, StatusNotForPurpose),
        ({"purpose": "handover", "status": "withdrawn"}, StatusNotForPurpose),
        ({"purpose": "team", "preset": "salesforce"}, PresetNotForPurpose),
        ({"purpose": "handover", "preset": "civicrm"}, PresetNotForPurpose),
        ({"purpose": "handover", "recipient": ""}, RecipientMissing),
        ({"public_key": "age1wrong"}, InvalidRecipientKey),
        ({"public_key": "AGE-SECRET-KEY-1"}, InvalidRecipientKey),
    ],
)
def test_choices_that_do_not_go_together_are_refused(app, values, error):
    with pytest.raises(error):
        codes_of(make_action(), **values)
