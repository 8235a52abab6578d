"""When campaigns and actions become public, and what happens when two people decide at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.models import Action
from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.queries import campaign_locales
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import DomainError
from campaign_actions.publishing.archive import archive
from campaign_actions.publishing.checklist.leave_out import leave_out_step
from campaign_actions.publishing.close import close_action
from campaign_actions.publishing.conflicts import AlreadyOpen, NotOpen, ScheduleConflict
from campaign_actions.publishing.languages import Languages, set_languages
from campaign_actions.publishing.publish import cancel, open_action, publish, unpublish
from campaign_actions.publishing.queries import find_plan
from tests.support.drafts import make_draft, opening_times, set_opening_time
from tests.support.factories import NOON, make_action

HOUR = timedelta(hours=1)
GRACE = {"actor": "grace@example.org", "now": NOON}


def action_ids(campaign) -> list[int]:
    return [action.id for action in find_plan(campaign.id).actions]


def events() -> list[tuple[str, str, str]]:
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.event, entry.subject, entry.details.get("did", "")) for entry in entries]


def test_a_campaign_and_its_actions_open_together_and_the_audit_log_records_it(app):
    campaign = make_draft()

    publish(campaign.id, at=NOON + HOUR, seen=None, action_ids=action_ids(campaign), **GRACE)

    assert opening_times(campaign.id) == (NOON + HOUR, [NOON + HOUR])
    assert events() == [("published", "racism", "published")]


def test_the_audit_log_tells_publishing_at_once_from_setting_a_time(app):
    campaign = make_draft()

    publish(campaign.id, at=NOON, seen=None, action_ids=action_ids(campaign), **GRACE)

    assert events() == [("published", "racism", "published-now")]


def make_archived(*, with_draft: bool = False):
    """Unpublished from the archive; with an action that never opened, if asked for."""
    campaign = make_draft(published_at=NOON - HOUR)
    if with_draft:
        added = make_action(campaign=campaign, slug="speak-up")
        db.session.execute(update(Action).filter_by(id=added.id).values(published_at=None))
        db.session.commit()
    archive(campaign.id, results=None, **GRACE)
    unpublish(campaign.id, seen=NOON - HOUR, **GRACE)
    return campaign


def archived_since():
    db.session.rollback()
    return db.session.scalar(select(Campaign.archived_at))


def test_a_campaign_unpublished_from_the_archive_returns_to_it(app):
    campaign = make_archived()

    publish(campaign.id, at=NOON, seen=None, action_ids=[], **GRACE)

    assert opening_times(campaign.id) == (NOON, [NOON - HOUR])
    assert archived_since() == NOON


@pytest.mark.parametrize("opens_later", [False, True])
def test_a_campaign_unpublished_from_the_archive_leaves_it_if_an_action_opens(app, opens_later):
    """Otherwise it would be back in the archive at once, and nobody could take part."""
    campaign = make_archived(with_draft=True)
    (_closed, draft_id) = action_ids(campaign)
    if opens_later:
        open_action(campaign.id, draft_id, at=NOON + HOUR, seen=None, **GRACE)

    ids = [] if opens_later else [draft_id]
    publish(campaign.id, at=NOON, seen=None, action_ids=ids, **GRACE)

    assert archived_since() is None


def test_a_campaign_unpublished_from_the_archive_leaves_it_if_it_opens_later(app):
    campaign = make_archived()

    publish(campaign.id, at=NOON + HOUR, seen=None, action_ids=[], **GRACE)

    assert opening_times(campaign.id) == (NOON + HOUR, [NOON - HOUR])
    assert archived_since() is None


@pytest.mark.parametrize("is_ticked", [False, True])
def test_an_action_that_had_closed_comes_back_closed(app, is_ticked):
    campaign = make_draft(published_at=NOON - HOUR)
    (action_id,) = action_ids(campaign)
    close_action(campaign.id, action_id, at=NOON, **GRACE)
    unpublish(campaign.id, seen=NOON - HOUR, **GRACE)
    assert opening_times(campaign.id) == (None, [NOON - HOUR])

    ids = [action_id] if is_ticked else []
    publish(campaign.id, at=NOON, seen=None, action_ids=ids, **GRACE)

    assert opening_times(campaign.id) == (NOON, [NOON - HOUR])
    assert db.session.scalar(select(Action.closes_at)) == NOON


def test_a_time_that_has_passed_means_now(app):
    campaign = make_draft()

    publish(campaign.id, at=NOON - HOUR, seen=None, action_ids=[], **GRACE)

    assert opening_times(campaign.id) == (NOON, [None])


def test_a_new_opening_time_applies_to_the_actions_that_open_with_the_campaign(app):
    campaign = make_draft()
    ids = action_ids(campaign)
    publish(campaign.id, at=NOON + HOUR, seen=None, action_ids=ids, **GRACE)

    publish(campaign.id, at=NOON + 2 * HOUR, seen=NOON + HOUR, action_ids=ids, **GRACE)

    assert opening_times(campaign.id) == (NOON + 2 * HOUR, [NOON + 2 * HOUR])


def test_an_action_keeps_a_later_time_of_its_own(app):
    campaign = make_draft()
    (action_id,) = action_ids(campaign)
    open_action(campaign.id, action_id, at=NOON + 3 * HOUR, seen=None, **GRACE)

    publish(campaign.id, at=NOON + HOUR, seen=None, action_ids=[], **GRACE)

    assert opening_times(campaign.id) == (NOON + HOUR, [NOON + 3 * HOUR])


def test_an_action_never_opens_before_its_campaign(app):
    campaign = make_draft()
    (action_id,) = action_ids(campaign)
    open_action(campaign.id, action_id, at=NOON + HOUR, seen=None, **GRACE)

    publish(campaign.id, at=NOON + 3 * HOUR, seen=None, action_ids=[], **GRACE)

    assert opening_times(campaign.id) == (NOON + 3 * HOUR, [NOON + 3 * HOUR])


def test_what_is_open_cannot_be_rescheduled(app):
    campaign = make_draft(published_at=NOON)
    (action_id,) = action_ids(campaign)

    for act in (
        lambda: publish(campaign.id, at=NOON + HOUR, seen=NOON, action_ids=[], **GRACE),
        lambda: cancel(campaign.id, seen=NOON, **GRACE),
        lambda: open_action(campaign.id, action_id, at=NOON + HOUR, seen=NOON, **GRACE),
    ):
        with pytest.raises(AlreadyOpen):
            act()
    assert opening_times(campaign.id) == (NOON, [NOON])
    assert events() == []


def test_cancelling_applies_to_the_actions_that_open_with_the_campaign(app):
    campaign = make_draft(published_at=NOON + HOUR)

    cancel(campaign.id, seen=NOON + HOUR, **GRACE)

    assert opening_times(campaign.id) == (None, [None])
    assert events() == [("published", "racism", "cancelled")]


def test_an_open_campaign_is_unpublished_with_its_actions(app):
    campaign = make_draft(published_at=NOON)

    unpublish(campaign.id, seen=NOON, **GRACE)

    assert opening_times(campaign.id) == (None, [None])
    assert events() == [("unpublished", "racism", "")]


def test_the_checklist_of_an_unpublished_campaign_leaves_nothing_out(app):
    campaign = make_draft(published_at=NOON)
    leave_out_step(campaign.id, "languages")

    unpublish(campaign.id, seen=NOON, **GRACE)

    assert db.session.scalar(select(Campaign.left_out_steps)) == ""


@pytest.mark.parametrize("at", [None, NOON + HOUR])
def test_what_is_not_open_cannot_be_unpublished(app, at):
    campaign = make_draft(published_at=at)

    with pytest.raises(NotOpen):
        unpublish(campaign.id, seen=at, **GRACE)


def test_a_change_based_on_another_time_is_a_conflict(app):
    campaign = make_draft(published_at=NOON + HOUR)
    (action_id,) = action_ids(campaign)

    for act in (
        lambda: publish(campaign.id, at=NOON, seen=None, action_ids=[], **GRACE),
        lambda: cancel(campaign.id, seen=NOON, **GRACE),
        lambda: unpublish(campaign.id, seen=None, **GRACE),
        lambda: open_action(campaign.id, action_id, at=NOON, seen=None, **GRACE),
        lambda: set_languages(campaign.id, Languages(["en"], ["en"]), **GRACE),
        lambda: publish(0, at=NOON, seen=None, action_ids=[], **GRACE),
    ):
        with pytest.raises(ScheduleConflict):
            act()
    assert opening_times(campaign.id) == (NOON + HOUR, [NOON + HOUR])
    assert events() == []


def test_an_action_of_another_campaign_is_not_opened(app):
    campaign, other = make_draft(), make_draft(slug="women")
    (action_id,) = action_ids(campaign)

    with pytest.raises(ScheduleConflict):
        open_action(other.id, action_id, at=NOON, seen=None, **GRACE)


def test_when_many_publish_at_once_one_succeeds(app):
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

    opens_at, actions = opening_times(campaign.id)
    assert done.count(True) == 1
    assert opens_at == NOON + (done.index(True) + 1) * HOUR
    assert actions == [opens_at]
    assert len(events()) == 1


def test_exactly_the_chosen_languages_are_public(app):
    campaign = make_draft()

    set_languages(campaign.id, Languages(["ru"], ["en", "ru"]), **GRACE)

    assert campaign_locales(campaign.id) == ["ru"]
    assert events() == [("published", "racism", "languages")]


def test_a_campaign_opens_in_exactly_the_chosen_languages(app):
    campaign = make_draft()

    publish(
        campaign.id,
        at=NOON,
        seen=None,
        action_ids=[],
        languages=Languages(["en"], ["en", "ru"]),
        **GRACE,
    )

    assert campaign_locales(campaign.id) == ["en"]
    assert opening_times(campaign.id) == (NOON, [None])


def test_nothing_opens_in_languages_that_were_chosen_from_others(app):
    campaign = make_draft()

    with pytest.raises(ScheduleConflict):
        publish(
            campaign.id,
            at=NOON,
            seen=None,
            action_ids=[],
            languages=Languages(["en"], ["en"]),
            **GRACE,
        )

    assert campaign_locales(campaign.id) == ["en", "ru"]
    assert opening_times(campaign.id) == (None, [None])


def test_a_second_action_opens_later_than_its_campaign(app):
    campaign = make_draft(published_at=NOON)
    later = make_action(campaign=campaign, slug="later", locales=("en", "ru"))
    set_opening_time(campaign.id, NOON - HOUR)
    db.session.execute(db.text(f"update actions set published_at = null where id = {later.id}"))
    db.session.commit()

    open_action(campaign.id, later.id, at=NOON + HOUR, seen=None, **GRACE)

    assert opening_times(campaign.id) == (NOON - HOUR, [NOON - HOUR, NOON + HOUR])
    assert events() == [("published", "racism/later", "opened")]
