"""How quickly a form was filled in is one of three classes, only with consent, and for 30 days."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.models import Signature, SignatureChange
from campaign_actions.actions.personal_data.held_data import find_all_about
from campaign_actions.actions.signatures.clusters.fill_time import delete_fill_times, fill_time_of
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.search import count_results
from campaign_actions.actions.signatures.withdraw import erase
from campaign_actions.core.db.session import db, utc_now
from tests.support.clusters import cover
from tests.support.factories import NOON, make_action, make_confirmed, make_signature
from tests.support.sign_form import ADA, PAGE, Inputs, hidden_inputs, post

LIMITS = {"fast_seconds": 8, "slow_seconds": 3600}
DAY = timedelta(days=1)


def stored() -> list[str | None]:
    db.session.rollback()
    return list(db.session.scalars(select(Signature.fill_time).order_by(Signature.id)))


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [(0, "fast"), (7, "fast"), (8, "usual"), (3600, "usual"), (3601, "slow"), (600_000, "slow")],
)
def test_there_are_three_classes(app, seconds, wanted):
    action = make_action()
    cover()

    assert fill_time_of(action, 1, timedelta(seconds=seconds), **LIMITS) == wanted


def test_without_the_time_of_the_page_it_is_not_known(app):
    action = make_action()
    cover()

    assert fill_time_of(action, 1, None, **LIMITS) is None


@pytest.mark.parametrize(
    ("kind", "locale", "version", "wanted"),
    [
        ("petition", "en", 2, None),
        ("petition", "en", 1, "fast"),
        ("petition", "ru", 1, None),
        ("pledge", "en", 1, None),
    ],
)
def test_it_is_known_only_if_the_text_that_people_agree_to_says_so(
    app, kind, locale, version, wanted
):
    action = make_action(locales=("en", "ru"))
    for number in range(version):
        publish_consent(kind, locale, f"A text with number {number}.", now=NOON)
    cover(kind, locale=locale, version=version)

    assert fill_time_of(action, 1, timedelta(seconds=1), **LIMITS) == wanted


@pytest.mark.parametrize(("minutes", "wanted"), [(0, "fast"), (1, "usual"), (120, "slow")])
def test_the_form_tells_how_long_ago_its_page_was_made(client, minutes, wanted):
    make_action()
    cover()
    fields = hidden_inputs(client) | ADA

    with time_machine.travel(utc_now() + timedelta(minutes=minutes), tick=True):
        answer = client.post(PAGE, data=fields)

    assert answer.status_code == 303
    assert stored() == [wanted]


def test_a_form_that_is_shown_again_counts_from_its_first_page(client):
    make_action()
    cover()
    start = utc_now()
    wrong = hidden_inputs(client) | ADA | {"given_name": ""}

    with time_machine.travel(start + timedelta(minutes=1), tick=True):
        again = client.post(PAGE, data=wrong)
    with time_machine.travel(start + timedelta(minutes=1, seconds=3), tick=True):
        client.post(PAGE, data=Inputs(again.text).hidden | ADA)

    assert stored() == ["usual"]


def test_a_form_that_was_open_too_long_and_is_pressed_again_says_nothing(client):
    make_action()
    cover()
    fields = hidden_inputs(client) | ADA

    with time_machine.travel(utc_now() + 8 * DAY, tick=True):
        expired = client.post(PAGE, data=fields)
        answer = client.post(PAGE, data=Inputs(expired.text).hidden | ADA)

    assert (expired.status_code, answer.status_code) == (400, 303)
    assert stored() == [None]


def test_without_consent_nothing_is_kept(client):
    make_action()

    post(client)

    assert stored() == [None]


def test_it_is_deleted_after_thirty_days_and_nothing_else_changes(app):
    action = make_action()
    old = make_confirmed(action, fill_time="fast")
    make_confirmed(action, fill_time="slow", now=NOON + DAY)
    db.session.refresh(old)
    updated_at, changes = old.updated_at, count_changes()

    early = delete_fill_times(NOON + 30 * DAY)
    due = delete_fill_times(NOON + 30 * DAY + timedelta(seconds=1))
    again = delete_fill_times(NOON + 30 * DAY + timedelta(seconds=1))

    assert (early, due, again) == (0, 1, 0)
    assert stored() == [None, "slow"]
    db.session.refresh(old)
    assert (old.updated_at, old.status) == (updated_at, "confirmed")
    assert count_changes() == changes, "exports are the same"


def count_changes() -> int:
    return db.session.query(SignatureChange).count()


def test_erasing_a_person_deletes_it(app):
    signature = make_confirmed(make_action(), fill_time="fast")

    erase(signature.email, now=NOON)

    assert stored() == [None]


def test_the_database_refuses_other_values_and_those_of_erased_signatures(app):
    action = make_action()
    signature = make_signature(action, fill_time="usual")
    for values in ({"fill_time": "3.2 s"}, {"fill_time": "quick"}):
        with pytest.raises(Exception, match=r"fill_time|too long"):
            db.session.execute(update(Signature).where(Signature.id == signature.id).values(values))
        db.session.rollback()
    erase(signature.email, now=NOON)

    with pytest.raises(IntegrityError, match="fill_time"):
        db.session.execute(update(Signature).values(fill_time="fast"))


def test_a_person_who_asks_for_their_data_gets_it(app):
    signature = make_confirmed(make_action(), fill_time="slow")

    found = find_all_about(signature.email, now=NOON)

    assert found["signatures"][0]["fill_time"] == "slow"


def test_it_is_a_filter(app):
    action = make_action()
    for fill_time in ("fast", "usual", "usual", None):
        make_confirmed(action, fill_time=fill_time)

    found = {
        name: count_results(action.id, SignatureFilter(fill_time=name)).number
        for name in ("fast", "usual", "slow")
    }

    assert found == {"fast": 1, "usual": 2, "slow": 0}
