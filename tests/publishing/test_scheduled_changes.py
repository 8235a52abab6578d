"""Changes are published at the time that someone has set: all of them, as they were then, or none."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action, ActionText, Signature
from campaign_actions.actions.newest.drafts import changed_campaigns
from campaign_actions.actions.newest.schedules import publications
from campaign_actions.actions.pictures import of_action
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, Revision, ScheduledDraft
from campaign_actions.campaigns.picture import PictureDetails, put_picture, remove_picture
from campaign_actions.campaigns.versioning.events import decisions
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.content.images import process_image
from campaign_actions.core.db.session import db
from campaign_actions.publishing.archive import archive
from campaign_actions.publishing.changes import (
    ChangesConflict,
    NoChanges,
    TimeChanged,
    discard_changes,
    publish_changes,
)
from campaign_actions.publishing.close import close_action, close_campaign
from campaign_actions.publishing.languages import Languages, set_languages
from campaign_actions.publishing.publish import unpublish
from campaign_actions.publishing.schedule_changes import cancel_schedule, schedule_changes
from campaign_actions.publishing.scheduled.changes import publish_scheduled
from campaign_actions.staff.models import StaffRole
from tests.support.changes import drafts_in, seen_of
from tests.support.factories import NOON, make_action, make_campaign, make_staff
from tests.support.images import picture

HOUR = timedelta(hours=1)
MORNING = NOON + 21 * HOUR
LIFETIMES = Lifetimes(remind_after=timedelta(hours=48), link=timedelta(days=14))


@pytest.fixture
def grace(app):
    return make_staff("campaigner", email="grace@example.org", name="Grace")


@pytest.fixture
def action(app):
    return make_action(locales=("en", "ru"))


@pytest.fixture
def campaign(action):
    return db.session.get(Campaign, action.campaign_id)


def save(subject, subject_id, changes, *, by, opened_at=0):
    save_changes(subject, subject_id, changes, opened_at=opened_at, by=by, now=NOON)
    db.session.rollback()


def schedule(campaign_id, *, by, at=MORNING, seen=None, times=None):
    seen = seen_of(campaign_id) if seen is None else seen
    facts = {"actor": by.email, "staff_id": by.id, "now": NOON}
    schedule_changes(campaign_id, seen=seen, at=at, times=times, **facts)


def work(*, at=MORNING) -> None:
    """What the worker does at that time."""
    publish_scheduled(at, lifetimes=LIFETIMES)
    db.session.rollback()


def title_of(action) -> str:
    """That the public sees."""
    return db.session.scalar(select(ActionText.title).filter_by(action_id=action.id, locale="en"))


def failure_of(subject_id, subject="action") -> str | None:
    this = select(ScheduledDraft.failure).filter_by(subject=subject, subject_id=subject_id)
    return db.session.scalar(this)


def missed(subject_id, subject="action") -> list[tuple]:
    """Why nothing was published, and when it should have been, as the history says."""
    return [(one.failure, one.due_at) for one in decisions(subject, subject_id) if one.failure]


def entries() -> list[str]:
    """What the audit log says was done to drafts."""
    found = db.session.scalars(
        select(AuditEntry).filter_by(event="published").order_by(AuditEntry.id)
    )
    return [entry.details["did"] for entry in found]


def test_changes_are_published_at_their_time_and_not_before(action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    schedule(action.campaign_id, by=grace)

    titles = []
    for at in (MORNING - timedelta(seconds=1), MORNING):
        work(at=at)
        titles.append(title_of(action))

    assert titles == ["Title of hate-crimes (en)", "New"]
    assert drafts_in(action.campaign_id) == {}
    assert db.session.scalars(select(ScheduledDraft)).all() == []
    assert entries() == ["changes-scheduled", "changes"]
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.actor == "grace@example.org"
    assert db.session.scalars(select(Signature)).all() == [], "the test entry is gone"


def test_all_drafts_with_one_time_are_published_together(action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    save(CAMPAIGN, action.campaign_id, {"texts.en.title": "New"}, by=grace)
    schedule(action.campaign_id, by=grace)

    work()

    assert drafts_in(action.campaign_id) == {}
    assert entries().count("changes") == 2


def test_a_draft_that_has_changed_since_is_not_published(action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    save(CAMPAIGN, action.campaign_id, {"texts.en.title": "New"}, by=grace)
    schedule(action.campaign_id, by=grace)
    save(ACTION, action.id, {"texts.en.title": "Newer"}, by=grace, opened_at=2)
    (before,) = publications(drafts_in(action.campaign_id).values())

    work()

    (after,) = publications(drafts_in(action.campaign_id).values())
    assert (before.state, after.state, after.failure) == ("changed", "failed", "changed")
    assert after.pages == 2
    assert title_of(action) == "Title of hate-crimes (en)"
    assert entries()[-2:] == ["changes-failed", "changes-failed"]
    for subject, its_id in (("action", action.id), ("campaign", action.campaign_id)):
        assert missed(its_id, subject) == [("changed", MORNING)]


def test_setting_the_time_again_publishes_what_was_changed_since(action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    schedule(action.campaign_id, by=grace)
    save(ACTION, action.id, {"texts.en.title": "Newer"}, by=grace, opened_at=2)
    schedule(action.campaign_id, by=grace)

    work()

    assert title_of(action) == "Newer"


def test_nothing_is_published_if_the_checks_fail_and_it_is_not_tried_again(action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    schedule(action.campaign_id, by=grace)
    broken = "## Why\n\n::: facts\n- **One**"
    this = {"subject": "action", "subject_id": action.id, "number": 2}
    revision = db.session.scalars(select(Revision).filter_by(**this)).one()
    revision.content = {**revision.content, "texts.en.body": broken}  # nobody could save this
    db.session.commit()

    for hours in range(2):
        work(at=MORNING + hours * HOUR)

    assert title_of(action) == "Title of hate-crimes (en)"
    assert failure_of(action.id) == "checks"
    assert entries().count("changes-failed") == 1
    assert missed(action.id) == [("checks", MORNING)]


@pytest.mark.parametrize("how", ["action", "campaign", "archive"])
def test_nothing_is_published_after_closing(action, grace, how):
    save(CAMPAIGN, action.campaign_id, {"texts.en.title": "New"}, by=grace)
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    schedule(action.campaign_id, by=grace)
    facts = {"actor": "grace", "now": NOON + HOUR}
    if how == "action":
        close_action(action.campaign_id, action.id, at=NOON + HOUR, **facts)
    elif how == "campaign":
        close_campaign(action.campaign_id, **facts)
    else:
        archive(action.campaign_id, results=None, **facts)

    work()

    assert title_of(action) == "Title of hate-crimes (en)"
    assert failure_of(action.id) in {"closed", "archived", "changed"}


@pytest.mark.parametrize("is_set_first", [True, False])
def test_changes_are_published_after_a_closing_time(action, grace, is_set_first):
    save(CAMPAIGN, action.campaign_id, {"texts.en.title": "New"}, by=grace)
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    if is_set_first:
        schedule(action.campaign_id, by=grace)
    facts = {"at": NOON + HOUR, "actor": "grace", "now": NOON}
    close_action(action.campaign_id, action.id, **facts)
    if not is_set_first:
        schedule(action.campaign_id, by=grace)
    (planned,) = publications(drafts_in(action.campaign_id).values())

    work()

    assert (planned.state, planned.pages) == ("planned", 2)
    assert title_of(action) == "New"
    assert drafts_in(action.campaign_id) == {}
    assert db.session.scalar(select(Action.closes_at)) == NOON + HOUR


def test_a_time_can_be_set_after_closing(action, grace):
    close_campaign(action.campaign_id, actor="grace", now=NOON)
    save(ACTION, action.id, {"texts.en.result": "We won."}, by=grace)
    schedule(action.campaign_id, by=grace)

    work()

    results = select(ActionText.result).filter_by(action_id=action.id, locale="en")
    assert db.session.scalar(results) == "We won."


def test_closing_one_of_two_scheduled_pages_publishes_neither(action, campaign, grace):
    other = make_action(campaign=campaign, slug="other", locales=("en", "ru"))
    for one in (action, other):
        save(ACTION, one.id, {"texts.en.title": "New"}, by=grace)
    schedule(action.campaign_id, by=grace)
    close_action(action.campaign_id, other.id, at=NOON, actor="grace", now=NOON)

    work()

    assert [failure_of(one.id) for one in (action, other)] == ["closed", "closed"]
    assert title_of(action) == "Title of hate-crimes (en)"


def test_a_language_that_is_hidden_leaves_the_time_of_other_changes(action, grace):
    save(CAMPAIGN, action.campaign_id, {"texts.en.title": "New"}, by=grace)
    schedule(action.campaign_id, by=grace)
    facts = {"actor": "grace", "now": NOON, "staff_id": grace.id}
    set_languages(action.campaign_id, Languages({"en"}, ("en", "ru")), **facts)
    (planned,) = publications(drafts_in(action.campaign_id).values())

    work()

    assert planned.state == "planned"
    assert drafts_in(action.campaign_id) == {}


def test_removing_a_picture_that_a_draft_adds_ends_its_time(action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    owner, made = of_action(action.campaign_id, action.id), process_image(picture(800, 450))
    facts = {"actor": "grace", "staff_id": grace.id, "now": NOON}
    put_picture(owner, made, PictureDetails({"en": {"picture_alt": "A crowd"}}), **facts)
    schedule(action.campaign_id, by=grace)

    remove_picture(owner, **facts)

    (changed,) = publications(drafts_in(action.campaign_id).values())
    assert changed.state == "changed"


def test_an_address_that_was_taken_since_is_not_published(action, grace):
    save(CAMPAIGN, action.campaign_id, {"slug": "free"}, by=grace)
    schedule(action.campaign_id, by=grace)
    make_campaign(slug="free")

    work()

    assert failure_of(action.campaign_id, "campaign") == "address"
    assert missed(action.campaign_id, "campaign") == [("address", MORNING)]


@pytest.mark.parametrize("how", ["role", "account"])
def test_nobody_publishes_after_losing_the_right(action, grace, how):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    schedule(action.campaign_id, by=grace)
    if how == "role":
        db.session.execute(delete(StaffRole))
    else:
        grace = db.session.merge(grace)
        grace.active = False
    db.session.commit()

    work()

    assert failure_of(action.id) == "rights"
    assert missed(action.id) == [("rights", MORNING)]
    assert title_of(action) == "Title of hate-crimes (en)"


def test_a_cancelled_time_publishes_nothing_and_keeps_the_draft(action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    schedule(action.campaign_id, by=grace)

    cancel_schedule(action.campaign_id, seen=seen_of(action.campaign_id), actor="grace", now=NOON)
    work()

    assert title_of(action) == "Title of hate-crimes (en)"
    assert len(drafts_in(action.campaign_id)) == 1
    assert entries() == ["changes-scheduled", "changes-cancelled"]


@pytest.mark.parametrize("how", ["publish", "discard", "unpublish", "undo"])
def test_whatever_ends_a_draft_ends_its_schedule(action, grace, how):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    schedule(action.campaign_id, by=grace)
    seen = seen_of(action.campaign_id)
    facts = {"actor": "grace", "staff_id": None, "now": NOON}
    if how == "publish":
        publish_changes(action.campaign_id, seen=seen, **facts)
    elif how == "discard":
        discard_changes(action.campaign_id, seen=seen, **facts)
    elif how == "unpublish":
        opened_at = db.session.scalar(select(Campaign.published_at))
        unpublish(action.campaign_id, seen=opened_at, actor="grace", now=NOON)
    else:
        public = {"texts.en.title": "Title of hate-crimes (en)"}
        save(ACTION, action.id, public, by=grace, opened_at=2)

    assert db.session.scalars(select(ScheduledDraft)).all() == []


def test_the_times_of_two_drafts_are_independent(action, campaign, grace):
    other = make_action(campaign=campaign, slug="other", locales=("en", "ru"))
    for one in (action, other):
        save(ACTION, one.id, {"texts.en.title": "New"}, by=grace)
    seen = seen_of(action.campaign_id)
    for number, one in enumerate((action, other)):
        key = ("action", one.id)
        schedule(action.campaign_id, by=grace, at=MORNING + number * HOUR, seen={key: seen[key]})

    work()

    assert (title_of(action), title_of(other)) == ("New", "Title of other (en)")


def test_a_page_that_showed_another_time_changes_nothing(action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    seen = seen_of(action.campaign_id)
    schedule(action.campaign_id, by=grace, times={})

    with pytest.raises(TimeChanged):
        schedule(action.campaign_id, by=grace, at=MORNING + HOUR, times={})
    with pytest.raises(TimeChanged):
        cancel_schedule(action.campaign_id, seen=seen, times={}, actor="grace", now=NOON)
    facts = {"actor": "grace", "staff_id": None, "now": NOON}
    with pytest.raises(TimeChanged):
        publish_changes(action.campaign_id, seen=seen, times={}, **facts)

    assert db.session.scalar(select(ScheduledDraft.at)) == MORNING
    assert title_of(action) == "Title of hate-crimes (en)"


def test_only_a_draft_as_it_was_seen_can_be_scheduled(action, grace):
    seen = {("action", action.id): 1}
    with pytest.raises(NoChanges):
        schedule(action.campaign_id, by=grace, seen=seen)
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    with pytest.raises(ChangesConflict):
        schedule(action.campaign_id, by=grace, seen=seen)

    assert db.session.scalars(select(ScheduledDraft)).all() == []


def test_two_workers_publish_once(app, action, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    schedule(action.campaign_id, by=grace)
    start = threading.Barrier(2)

    def run() -> None:
        with app.app_context():
            start.wait()
            publish_scheduled(MORNING, lifetimes=LIFETIMES)

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()

    assert title_of(action) == "New"
    assert entries() == ["changes-scheduled", "changes"]


def test_the_overview_knows_which_changes_wait_for_somebody(action, campaign, grace):
    save(ACTION, action.id, {"texts.en.title": "New"}, by=grace)
    schedule(action.campaign_id, by=grace)
    save(CAMPAIGN, action.campaign_id, {"texts.en.title": "New"}, by=grace)

    (changed,) = changed_campaigns(None)

    assert changed.pages == 1
    (planned,) = changed.publications
    assert (planned.at, planned.state, planned.by) == (MORNING, "planned", ("Grace",))
