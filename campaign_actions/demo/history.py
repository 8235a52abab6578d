"""The first revisions of the demo’s campaigns and actions, as if its campaigner had written them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.versioning.save import add_first_revision
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.db.session import write_transaction
from campaign_actions.demo.accounts import demo_address
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member

WRITTEN = timedelta(days=2)  # before it opened


def begin_histories(slugs: Collection[str]) -> None:
    """Call it for new campaigns, when they have their pictures."""
    writer = find_member(demo_address("campaigner"))
    assert writer
    with write_transaction() as connection:
        campaigns = select(Campaign.id, Campaign.published_at).where(Campaign.slug.in_(slugs))
        for campaign_id, opened_at in connection.execute(campaigns).all():
            _begin(connection, CAMPAIGN, campaign_id, opened_at, writer)
            actions = select(Action.id, Action.published_at).filter_by(campaign_id=campaign_id)
            for action_id, its_opening in connection.execute(actions).all():
                _begin(connection, ACTION, action_id, its_opening, writer)


def _begin(
    connection: Connection,
    subject: Versioned,
    subject_id: int,
    opened_at: datetime | None,
    writer: StaffMember,
) -> None:
    assert opened_at, "all of them are public"
    add_first_revision(connection, subject, subject_id, by=writer, now=opened_at - WRITTEN)
    publisher = update(subject.table).filter_by(id=subject_id).values(publisher_id=writer.id)
    connection.execute(publisher)
