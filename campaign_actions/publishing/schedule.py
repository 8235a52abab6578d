"""Publishing: at which instant the public sees a campaign, and each of its actions.

An action opens with its campaign, or at a later instant of its own, or not at all yet. Whoever
changes an instant says which one they saw (`seen`): when somebody else was faster, nothing is done.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, select, update

from campaign_actions.actions.models import Action
from campaign_actions.actions.naming import action_name
from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.versioning.save import revising
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict


class ScheduleConflict(Conflict):
    title = _l("Somebody else was faster")
    message = _l("This was changed since you opened the page. Look at it again and decide anew.")


class AlreadyOpen(Conflict):
    title = _l("Already open")
    message = _l("Its opening time has come and cannot be changed any more.")


class NotOpen(Conflict):
    title = _l("Not open")
    message = _l("The public does not see the campaign, so there is nothing to take back.")


def publish(
    campaign_id: int,
    *,
    at: datetime,
    seen: datetime | None,
    action_ids: Collection[int],
    actor: str,
    now: datetime,
) -> None:
    """Open a campaign and these of its actions at an instant; one that has passed means now.

    Other actions keep a later instant of their own, or stay closed to the public. It can be done
    again until the instant has come. Raises EditConflict, AlreadyOpen.
    """
    at = max(at, now)
    with write_transaction() as connection:
        campaign = _hold(connection, campaign_id, seen)
        if campaign.published_at and campaign.published_at <= now:
            raise AlreadyOpen
        _set(connection, Campaign, campaign_id, at)
        opening = []
        for action in _actions(connection, campaign_id):
            is_later = action.published_at is not None and action.published_at > at
            if action.id in action_ids:
                _set(connection, Action, action.id, at)
                opening.append(action.slug)
            elif not is_later:
                _set(connection, Action, action.id, None)
        details = {"at": at.isoformat(), "actions": opening}
        _tell(connection, actor, now, campaign.slug, did="published", **details)


def cancel(campaign_id: int, *, seen: datetime | None, actor: str, now: datetime) -> None:
    """Take back an instant that is to come. Raises EditConflict, AlreadyOpen."""
    with write_transaction() as connection:
        campaign = _hold(connection, campaign_id, seen)
        if campaign.published_at and campaign.published_at <= now:
            raise AlreadyOpen
        _set(connection, Campaign, campaign_id, None)
        for action in _actions(connection, campaign_id):
            if action.published_at == campaign.published_at:
                _set(connection, Action, action.id, None)
        _tell(connection, actor, now, campaign.slug, did="cancelled")


def unpublish(campaign_id: int, *, seen: datetime | None, actor: str, now: datetime) -> None:
    """Take a campaign off the site, with all that is open in it. Raises EditConflict, NotOpen."""
    with write_transaction() as connection:
        campaign = _hold(connection, campaign_id, seen)
        if campaign.published_at is None or campaign.published_at > now:
            raise NotOpen
        _set(connection, Campaign, campaign_id, None)
        for action in _actions(connection, campaign_id):
            if action.published_at and action.published_at <= now:
                _set(connection, Action, action.id, None)
        add_entry(connection, "unpublished", actor=actor, now=now, subject=campaign.slug)


def open_action(
    campaign_id: int,
    action_id: int,
    *,
    at: datetime | None,
    seen: datetime | None,
    actor: str,
    now: datetime,
) -> None:
    """Open one action at an instant of its own, though never before its campaign; None: not yet.

    Raises EditConflict, AlreadyOpen.
    """
    with write_transaction() as connection:
        campaign = _lock(connection, Campaign, campaign_id)
        action = _lock(connection, Action, action_id)
        if action.published_at != seen or action.campaign_id != campaign_id:
            raise ScheduleConflict
        if is_seen(action.published_at, campaign.published_at, now):
            raise AlreadyOpen
        at = at and max(at, now)
        _set(connection, Action, action_id, at)
        subject = action_name(campaign.slug, action.slug)
        _tell(connection, actor, now, subject, did="opened", at=at.isoformat() if at else None)


def set_languages(
    campaign_id: int,
    public: Iterable[str],
    *,
    seen: Iterable[str],
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> None:
    """Which of the languages it is written in the public sees. Raises EditConflict."""
    texts = select(CampaignText.locale, CampaignText.is_public).filter_by(campaign_id=campaign_id)
    wanted = set(public)
    with write_transaction() as connection:
        campaign = _lock(connection, Campaign, campaign_id)
        rows = connection.execute(texts).all()
        if {row.locale for row in rows if row.is_public} != set(seen):
            raise ScheduleConflict
        with revising(connection, CAMPAIGN, campaign_id, staff_id=staff_id, now=now):
            for row in rows:
                text = update(CampaignText).filter_by(campaign_id=campaign_id, locale=row.locale)
                connection.execute(text.values(is_public=row.locale in wanted))
        _tell(connection, actor, now, campaign.slug, did="languages", public=sorted(wanted))


def read_instant(text: str | None) -> datetime | None:
    """What a page sent back of the instant it showed. Raises EditConflict for anything else."""
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ScheduleConflict from None
    if instant.tzinfo is None:
        raise ScheduleConflict
    return instant


def is_seen(published_at: datetime | None, campaign_at: datetime | None, now: datetime) -> bool:
    """Whether the public sees an action."""
    return all(instant is not None and instant <= now for instant in (published_at, campaign_at))


def _hold(connection: Connection, campaign_id: int, seen: datetime | None) -> Any:
    campaign = _lock(connection, Campaign, campaign_id)
    if campaign.published_at != seen:
        raise ScheduleConflict
    return campaign


def _lock(connection: Connection, table: type[Campaign] | type[Action], row_id: int) -> Any:
    """A row, held until the transaction ends, also while people sign; EditConflict if it is gone."""
    row = select(table.__table__).where(table.id == row_id).with_for_update(key_share=True)
    found = connection.execute(row).one_or_none()
    if found is None:
        raise ScheduleConflict
    return found


def _actions(connection: Connection, campaign_id: int) -> Any:
    rows = select(Action.id, Action.slug, Action.published_at).filter_by(campaign_id=campaign_id)
    return connection.execute(rows.order_by(Action.id).with_for_update(key_share=True)).all()


def _set(
    connection: Connection, table: type[Campaign] | type[Action], row_id: int, at: datetime | None
) -> None:
    connection.execute(update(table).where(table.id == row_id).values(published_at=at))


def _tell(connection: Connection, actor: str, now: datetime, subject: str, **details: Any) -> None:
    add_entry(connection, "published", actor=actor, now=now, subject=subject, **details)
