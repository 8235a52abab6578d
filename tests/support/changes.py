"""Publishes drafts, for tests of what the public sees after staff have saved something."""

from datetime import datetime

from sqlalchemy import select

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.newest.drafts import Drafts, SubjectKey, drafts_of
from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db
from campaign_actions.publishing.changes import publish_changes
from tests.support.factories import NOON, make_staff


def drafts_in(campaign_id: int) -> Drafts:
    found = drafts_of([campaign_id])
    db.session.rollback()
    return found


def seen_of(campaign_id: int) -> dict[SubjectKey, int]:
    """The drafts of a campaign, as a page would send them back."""
    return {key: draft.number for key, draft in drafts_in(campaign_id).items()}


def publish_all(*, now: datetime = NOON) -> None:
    """Publish every draft there is."""
    db.session.rollback()
    for campaign_id in db.session.scalars(select(Campaign.id)).all():
        if seen := seen_of(campaign_id):
            facts = {"actor": "a test", "staff_id": None, "now": now}
            publish_changes(campaign_id, seen=seen, **facts)
    db.session.rollback()
    db.session.expire_all()


def publish_addressee(action: PublicAction, addressee: str, *, now: datetime, locale="en") -> None:
    """Save another addressee of a public petition, and let the public see it."""
    by = make_staff("campaigner")
    texts = {f"texts.{locale}.addressee": addressee}
    opened_at = find_content(ACTION, action.id)[1]
    save_changes(ACTION, action.id, texts, opened_at=opened_at, by=by, now=now)
    publish_all(now=now)
