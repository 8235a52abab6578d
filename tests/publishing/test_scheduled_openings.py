"""A scheduled campaign with problems does not open at its time: it is a draft again, and says so."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.audit.models import AuditEntry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import CampaignText, ScheduledDraft
from campaign_actions.campaigns.versioning.events import decisions
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db
from campaign_actions.publishing.publish import publish
from campaign_actions.publishing.scheduled.openings import LEAD, stop_openings
from tests.support.drafts import make_draft, opening_times, set_opening_time
from tests.support.factories import LONG_AGO, NOON, make_action, make_staff

HOUR = timedelta(hours=1)
OPENING = NOON + HOUR
LIFETIMES = Lifetimes(remind_after=timedelta(hours=48), link=timedelta(days=14))


@pytest.fixture
def campaign(app):
    return make_draft(published_at=OPENING)


def spoil(*, locale="en") -> None:
    db.session.execute(update(CampaignText).filter_by(locale=locale).values(headline=""))
    db.session.commit()


def work(*, at=OPENING - LEAD / 2) -> None:
    """What the worker does at that time."""
    stop_openings(at, lifetimes=LIFETIMES)
    db.session.rollback()


def overview_of(campaign):
    found = get_campaign_overview(campaign.id, now=OPENING + HOUR)
    db.session.rollback()
    return found


def test_a_campaign_without_problems_opens(campaign):
    work()

    assert opening_times(campaign.id) == (OPENING, [OPENING])
    assert overview_of(campaign).state == "open"
    assert db.session.scalars(select(Signature)).all() == [], "the test entry is gone"


def test_a_campaign_with_problems_does_not_open(campaign):
    spoil()

    work()

    found = overview_of(campaign)
    assert (found.state, found.is_public, found.missed_at) == ("draft", False, OPENING)
    assert opening_times(campaign.id) == (None, [None]), "the action was never open"
    (decided,) = decisions("campaign", campaign.id)
    assert (decided.name, decided.failure, decided.due_at) == ("opening-stopped", "checks", OPENING)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.event, entry.actor, entry.details["did"]) == (
        "published",
        "command",
        "opening-stopped",
    )


def test_it_is_checked_only_shortly_before(campaign):
    spoil()

    work(at=OPENING - 2 * LEAD)
    work(at=OPENING)

    assert opening_times(campaign.id) == (OPENING, [OPENING])


def test_problems_of_what_does_not_open_with_it_do_not_stop_it(campaign):
    set_opening_time(campaign.id, LONG_AGO)
    other = make_action(campaign=campaign, slug="later", locales=("en", "ru"))
    set_opening_time(campaign.id, OPENING)
    values = {"published_at": None, "closes_at": NOON, "retain_from": NOON}
    db.session.execute(update(Action).filter_by(id=other.id).values(**values))
    db.session.execute(update(CampaignText).filter_by(locale="ru").values(is_public=False))
    db.session.commit()
    spoil(locale="ru")

    work()

    assert overview_of(campaign).missed_at is None


def test_the_links_are_checked_with_the_rights_of_the_publisher(campaign):
    secret = make_draft(slug="secret")
    grace = make_staff("campaigner", email="grace@example.org", campaigns=(campaign.id,))
    publish_at(campaign, OPENING, staff_id=grace.id)
    link = f"/en/campaigns/{secret.slug}/"
    db.session.execute(update(CampaignText).filter_by(locale="en").values(body=f"[It]({link})"))
    db.session.commit()

    work()

    assert overview_of(campaign).missed_at == OPENING


def publish_at(campaign, at, *, seen=OPENING, staff_id=None) -> None:
    ids = db.session.scalars(select(Action.id).filter_by(campaign_id=campaign.id)).all()
    db.session.rollback()
    facts = {"actor": "grace@example.org", "staff_id": staff_id, "now": NOON}
    publish(campaign.id, at=at, seen=seen, action_ids=ids, **facts)


def test_saving_a_text_does_not_hide_that_it_did_not_open(campaign):
    grace = make_staff("campaigner", email="grace@example.org")
    spoil()
    work()

    changes = {"texts.en.headline": "Fixed"}
    save_changes(CAMPAIGN, campaign.id, changes, opened_at=0, by=grace, now=OPENING)

    assert overview_of(campaign).missed_at == OPENING


def test_publishing_it_ends_the_note(campaign):
    spoil()
    work()

    publish_at(campaign, OPENING + HOUR, seen=None)

    assert overview_of(campaign).missed_at is None
    assert db.session.scalars(select(ScheduledDraft)).all() == []
