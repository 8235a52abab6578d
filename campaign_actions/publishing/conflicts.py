"""Conflicts between people who publish, and locks on what each of them has seen."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Connection, Row, select

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.core.errors import Conflict


class ScheduleConflict(Conflict):
    title = _l("Someone else has changed this")
    message = _l("Nothing was saved. Go back, reload the page and check what has changed.")


class AlreadyOpen(Conflict):
    title = _l("This is already open")
    message = _l(
        "The opening time has passed and can no longer be changed. To take it"
        " offline, unpublish the campaign."
    )


class NotOpen(Conflict):
    title = _l("This campaign is not public")
    message = _l("Only a public campaign can be closed, archived or unpublished.")


class AlreadyClosed(Conflict):
    title = _l("This action is already closed")
    message = _l("Its closing time has not changed. You can reopen it.")


class NothingToClose(Conflict):
    title = _l("No action is open")
    message = _l("There is nothing to close. Nothing has changed.")


class NothingToReopen(Conflict):
    title = _l("This campaign is not archived")
    message = _l(
        "No action was closed with the campaign either. You can reopen an action on its own page."
    )


class NotOpenYet(Conflict):
    title = _l("This action is not open")
    message = _l("Only an open action can be closed now. Nothing has changed.")


class CampaignArchived(Conflict):
    title = _l("This campaign is archived")
    message = _l("Its actions no longer open or close. Take the campaign out of the archive first.")


class AlreadyArchived(CampaignArchived):
    message = _l("Its result is one of its texts: choose “Write or change the result”.")


def parse_instant(text: str | None) -> datetime | None:
    """The time that a page showed, as it sent it back. Raises ScheduleConflict for anything else."""
    if not text:
        return None
    at = read_instant(text)
    if at is None:
        raise ScheduleConflict
    return at


def read_instant(text: str) -> datetime | None:
    """A time with its zone, as pages send it back; None for anything else."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def lock_campaign(
    connection: Connection, campaign_id: int, seen: datetime | None
) -> Row[str, datetime | None]:
    """A campaign, locked. Raises ScheduleConflict if it opens at another time than was `seen`."""
    campaign = lock_row(connection, Campaign, Campaign.id == campaign_id)
    if campaign.published_at != seen:
        raise ScheduleConflict
    return campaign


def lock_row(
    connection: Connection, table: type[Campaign] | type[Action], *conditions: ColumnElement[bool]
) -> Row[str, datetime | None]:
    """A row, locked against other staff but not against signing. Raises ScheduleConflict if it is gone."""
    row = select(table.slug, table.published_at).where(*conditions)
    found = connection.execute(row.with_for_update(key_share=True)).one_or_none()
    if found is None:
        raise ScheduleConflict
    return found


def lock_public_campaign(
    connection: Connection, campaign_id: int, now: datetime
) -> Row[str, datetime | None]:
    """A campaign that is on the site, locked. Raises NotOpen, ScheduleConflict if it is gone."""
    campaign = lock_row(connection, Campaign, Campaign.id == campaign_id)
    if not has_opened(now, campaign.published_at):
        raise NotOpen
    return campaign


def is_archived(connection: Connection, campaign_id: int) -> bool:
    """Whether a campaign is public and has been archived."""
    row = select(Campaign.archived_at, Campaign.published_at).where(Campaign.id == campaign_id)
    campaign = connection.execute(row).one()
    return campaign.archived_at is not None and campaign.published_at is not None
