"""Publishing: when a campaign and each of its actions become public.

An action opens with its campaign, later, or not at all yet. A caller passes the time that its page
showed as `seen`: if someone else has changed it since, nothing happens.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Connection, Row, select, update

from campaign_actions.actions.models import Action
from campaign_actions.actions.naming import action_name
from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.drafts import read_newest, saving_revision
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict
from campaign_actions.publishing.changes import take_drafts


@dataclass(frozen=True)
class Languages:
    """Those of a campaign that are to be `public`. `seen`: those that were, when someone chose."""

    public: Collection[str]
    seen: Collection[str]


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


class CampaignArchived(Conflict):
    title = _l("This campaign is archived")
    message = _l("Its actions no longer open or close. Reopen the campaign first.")


def publish(
    campaign_id: int,
    *,
    at: datetime,
    seen: datetime | None,
    action_ids: Collection[int],
    languages: Languages | None = None,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> None:
    """Open a campaign and these actions at a time, or now if that has passed.

    Other actions keep a later time of their own, or stay hidden. `languages`: in which it is public;
    None: as saved. This can be repeated until the campaign is open. Raises ScheduleConflict, AlreadyOpen.
    """
    at = max(at, now)
    with write_transaction() as connection:
        campaign = _lock_campaign(connection, campaign_id, seen)
        if campaign.published_at and campaign.published_at <= now:
            raise AlreadyOpen
        if languages:
            _set_languages(
                connection, campaign_id, languages, actor=actor, now=now, staff_id=staff_id
            )
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
        did = "published" if at > now else "published-now"
        _log(connection, actor, now, campaign.slug, did=did, **details)


def cancel(campaign_id: int, *, seen: datetime | None, actor: str, now: datetime) -> None:
    """Cancel a scheduled opening. Raises ScheduleConflict, AlreadyOpen."""
    with write_transaction() as connection:
        campaign = _lock_campaign(connection, campaign_id, seen)
        if campaign.published_at and campaign.published_at <= now:
            raise AlreadyOpen
        _set(connection, Campaign, campaign_id, None)
        for action in _actions(connection, campaign_id):
            if action.published_at == campaign.published_at:
                _set(connection, Action, action.id, None)
        _log(connection, actor, now, campaign.slug, did="cancelled")


def unpublish(
    campaign_id: int,
    *,
    seen: datetime | None,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> None:
    """Take a campaign and its open actions off the site, with their drafts.

    Raises ScheduleConflict, NotOpen.
    """
    with write_transaction() as connection:
        campaign = _lock_campaign(connection, campaign_id, seen)
        if campaign.published_at is None or campaign.published_at > now:
            raise NotOpen
        take_drafts(connection, campaign_id, staff_id=staff_id, now=now)
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
    """Open one action at a time of its own, though never before its campaign. None: not yet.

    Raises ScheduleConflict, AlreadyOpen, CampaignArchived.
    """
    with write_transaction() as connection:
        campaign = _lock_row(connection, Campaign, Campaign.id == campaign_id)
        if is_archived(connection, campaign_id):
            raise CampaignArchived
        in_campaign = Action.campaign_id == campaign_id
        action = _lock_row(connection, Action, Action.id == action_id, in_campaign)
        if action.published_at != seen:
            raise ScheduleConflict
        if is_action_public(action.published_at, campaign.published_at, now):
            raise AlreadyOpen
        at = at and max(at, now)
        _set(connection, Action, action_id, at)
        subject = action_name(campaign.slug, action.slug)
        _log(connection, actor, now, subject, did="opened", at=at.isoformat() if at else None)


def set_languages(
    campaign_id: int,
    languages: Languages,
    *,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> None:
    """Make these languages of a campaign public and hide the others. Raises ScheduleConflict.

    A language that only a draft has is public once the draft is published.
    """
    with write_transaction() as connection:
        _set_languages(connection, campaign_id, languages, actor=actor, now=now, staff_id=staff_id)


def parse_instant(text: str | None) -> datetime | None:
    """The time that a page showed, as it sent it back. Raises ScheduleConflict for anything else."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ScheduleConflict from None
    if at.tzinfo is None:
        raise ScheduleConflict
    return at


def lock_public_campaign(
    connection: Connection, campaign_id: int, now: datetime
) -> Row[str, datetime | None]:
    """A campaign that is on the site, locked. Raises NotOpen, ScheduleConflict if it is gone."""
    campaign = _lock_row(connection, Campaign, Campaign.id == campaign_id)
    if campaign.published_at is None or campaign.published_at > now:
        raise NotOpen
    return campaign


def is_archived(connection: Connection, campaign_id: int) -> bool:
    """Whether a campaign is public and has been archived."""
    row = select(Campaign.archived_at, Campaign.published_at).where(Campaign.id == campaign_id)
    campaign = connection.execute(row).one()
    return campaign.archived_at is not None and campaign.published_at is not None


def is_action_public(
    published_at: datetime | None, campaign_at: datetime | None, now: datetime
) -> bool:
    return all(at is not None and at <= now for at in (published_at, campaign_at))


def _lock_campaign(
    connection: Connection, campaign_id: int, seen: datetime | None
) -> Row[str, datetime | None]:
    campaign = _lock_row(connection, Campaign, Campaign.id == campaign_id)
    if campaign.published_at != seen:
        raise ScheduleConflict
    return campaign


def _lock_row(
    connection: Connection, table: type[Campaign] | type[Action], *conditions: ColumnElement[bool]
) -> Row[str, datetime | None]:
    """A row, locked against other staff but not against signing. Raises ScheduleConflict if it is gone."""
    row = select(table.slug, table.published_at).where(*conditions)
    found = connection.execute(row.with_for_update(key_share=True)).one_or_none()
    if found is None:
        raise ScheduleConflict
    return found


def _set_languages(
    connection: Connection,
    campaign_id: int,
    languages: Languages,
    *,
    actor: str,
    now: datetime,
    staff_id: int | None,
) -> None:
    """Nothing is stored if they are public already."""
    campaign = _lock_row(connection, Campaign, Campaign.id == campaign_id)
    newest = texts_in(read_newest(connection, CAMPAIGN, campaign_id))
    public = {tag for tag, text in newest.items() if text.get("is_public")}
    if public != set(languages.seen):
        raise ScheduleConflict
    wanted = set(languages.public)
    if wanted == public:
        return
    texts = select(CampaignText.locale).filter_by(campaign_id=campaign_id)
    rows = connection.scalars(texts).all()
    chosen = {f"texts.{tag}.is_public": tag in wanted for tag in newest}
    with saving_revision(
        connection, CAMPAIGN, campaign_id, staff_id=staff_id, now=now, also=chosen
    ):
        for locale in rows:
            text = update(CampaignText).filter_by(campaign_id=campaign_id, locale=locale)
            connection.execute(text.values(is_public=locale in wanted))
    _log(connection, actor, now, campaign.slug, did="languages", public=sorted(wanted))


def _actions(connection: Connection, campaign_id: int) -> Sequence[Row[int, str, datetime | None]]:
    rows = select(Action.id, Action.slug, Action.published_at).filter_by(campaign_id=campaign_id)
    return connection.execute(rows.order_by(Action.id).with_for_update(key_share=True)).all()


def _set(
    connection: Connection, table: type[Campaign] | type[Action], row_id: int, at: datetime | None
) -> None:
    connection.execute(update(table).where(table.id == row_id).values(published_at=at))


def _log(connection: Connection, actor: str, now: datetime, subject: str, **details: Any) -> None:
    add_entry(connection, "published", actor=actor, now=now, subject=subject, **details)
