"""At which instant the public sees what, and who decides when two decide at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.queries import campaign_locales
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import DomainError
from campaign_actions.publishing.queries import find_plan
from campaign_actions.publishing.schedule import (
    AlreadyOpen,
    NotOpen,
    ScheduleConflict,
    cancel,
    open_action,
    publish,
    set_languages,
    unpublish,
)
from tests.support.drafts import instants, make_draft, set_instant
from tests.support.factories import NOON, make_action

HOUR = timedelta(hours=1)
GRACE = {"actor": "grace@example.org", "now": NOON}


def action_ids(campaign) -> list[int]:
    return [action.id for action in find_plan(campaign.id).actions]


def events() -> list[tuple[str, str, str]]:
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.event, entry.subject, entry.details.get("did", "")) for entry in entries]


def test_campaign_and_actions_open_at_one_instant_and_it_is_written_down(app):
    campaign = make_draft()

    publish(campaign.id, at=NOON + HOUR, seen=None, action_ids=action_ids(campaign), **GRACE)

    assert instants(campaign.id) == (NOON + HOUR, [NOON + HOUR])
    assert events() == [("published", "racism", "published")]


def test_an_instant_that_has_passed_means_now(app):
    campaign = make_draft()

    publish(campaign.id, at=NOON - HOUR, seen=None, action_ids=[], **GRACE)

    assert instants(campaign.id) == (NOON, [None])


def test_an_instant_to_come_is_moved_with_the_actions_that_follow_it(app):
    campaign = make_draft()
    ids = action_ids(campaign)
    publish(campaign.id, at=NOON + HOUR, seen=None, action_ids=ids, **GRACE)

    publish(campaign.id, at=NOON + 2 * HOUR, seen=NOON + HOUR, action_ids=ids, **GRACE)

    assert instants(campaign.id) == (NOON + 2 * HOUR, [NOON + 2 * HOUR])


def test_an_action_keeps_a_later_instant_of_its_own(app):
    campaign = make_draft()
    (action_id,) = action_ids(campaign)
    open_action(campaign.id, action_id, at=NOON + 3 * HOUR, seen=None, **GRACE)

    publish(campaign.id, at=NOON + HOUR, seen=None, action_ids=[], **GRACE)

    assert instants(campaign.id) == (NOON + HOUR, [NOON + 3 * HOUR])


def test_what_is_open_can_not_be_moved(app):
    campaign = make_draft(published_at=NOON)
    (action_id,) = action_ids(campaign)

    for act in (
        lambda: publish(campaign.id, at=NOON + HOUR, seen=NOON, action_ids=[], **GRACE),
        lambda: cancel(campaign.id, seen=NOON, **GRACE),
        lambda: open_action(campaign.id, action_id, at=NOON + HOUR, seen=NOON, **GRACE),
    ):
        with pytest.raises(AlreadyOpen):
            act()
    assert instants(campaign.id) == (NOON, [NOON])
    assert events() == []


def test_an_instant_to_come_is_taken_back_for_all_that_follow_it(app):
    campaign = make_draft(published_at=NOON + HOUR)

    cancel(campaign.id, seen=NOON + HOUR, **GRACE)

    assert instants(campaign.id) == (None, [None])
    assert events() == [("published", "racism", "cancelled")]


def test_an_open_campaign_is_taken_off_with_its_actions(app):
    campaign = make_draft(published_at=NOON)

    unpublish(campaign.id, seen=NOON, **GRACE)

    assert instants(campaign.id) == (None, [None])
    assert events() == [("unpublished", "racism", "")]


@pytest.mark.parametrize("at", [None, NOON + HOUR])
def test_what_is_not_open_can_not_be_taken_off(app, at):
    campaign = make_draft(published_at=at)

    with pytest.raises(NotOpen):
        unpublish(campaign.id, seen=at, **GRACE)


def test_who_saw_another_instant_changes_nothing(app):
    campaign = make_draft(published_at=NOON + HOUR)
    (action_id,) = action_ids(campaign)

    for act in (
        lambda: publish(campaign.id, at=NOON, seen=None, action_ids=[], **GRACE),
        lambda: cancel(campaign.id, seen=NOON, **GRACE),
        lambda: unpublish(campaign.id, seen=None, **GRACE),
        lambda: open_action(campaign.id, action_id, at=NOON, seen=None, **GRACE),
        lambda: set_languages(campaign.id, ["en"], seen=["en"], **GRACE),
        lambda: publish(0, at=NOON, seen=None, action_ids=[], **GRACE),
    ):
        with pytest.raises(ScheduleConflict):
            act()
    assert instants(campaign.id) == (NOON + HOUR, [NOON + HOUR])
    assert events() == []


def test_an_action_is_opened_by_its_campaign_and_its_own_id(app):
    campaign, other = make_draft(), make_draft(slug="women")
    (action_id,) = action_ids(campaign)

    with pytest.raises(ScheduleConflict):
        open_action(other.id, action_id, at=NOON, seen=None, **GRACE)


def test_of_many_who_publish_at_once_one_does(app):
    campaign = make_draft()
    ids = action_ids(campaign)

    def try_at(hours: int) -> bool:
        with app.app_context():
            try:
                at = NOON + hours * HOUR
                publish(campaign.id, at=at, seen=None, action_ids=ids, **GRACE)
            except DomainError:
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(try_at, range(1, 9)))

    opens_at, actions = instants(campaign.id)
    assert done.count(True) == 1
    assert opens_at == NOON + (done.index(True) + 1) * HOUR
    assert actions == [opens_at]
    assert len(events()) == 1


def test_the_public_sees_the_languages_that_are_ticked(app):
    campaign = make_draft()

    set_languages(campaign.id, ["ru"], seen=["en", "ru"], **GRACE)

    assert campaign_locales(campaign.id) == ["ru"]
    assert events() == [("published", "racism", "languages")]


def test_a_second_action_opens_later_than_its_campaign(app):
    campaign = make_draft(published_at=NOON)
    later = make_action(campaign=campaign, slug="later", locales=("en", "ru"))
    set_instant(campaign.id, NOON - HOUR)
    db.session.execute(db.text(f"update actions set published_at = null where id = {later.id}"))
    db.session.commit()

    open_action(campaign.id, later.id, at=NOON + HOUR, seen=None, **GRACE)

    assert instants(campaign.id) == (NOON - HOUR, [NOON - HOUR, NOON + HOUR])
    assert events() == [("published", "racism/later", "opened")]
