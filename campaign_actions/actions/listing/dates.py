"""The moments at which campaigns and actions open, actions close, and changes are published."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, and_, case, or_, select, true

from campaign_actions.actions.models import Action
from campaign_actions.campaigns.models import Campaign, ScheduledDraft
from campaign_actions.core.db.session import db

MAX_DATES = 20


@dataclass(frozen=True)
class Date:
    """`action_id` None: of the campaign as a whole, which opens with its first actions.

    `changes`: drafts are published, of the campaign or of several of its actions.
    """

    at: datetime
    change: Literal["opens", "closes", "changes"]
    campaign_id: int
    action_id: int | None


def dates_within(
    span: timedelta, campaign_ids: Collection[int] | None, *, now: datetime
) -> list[Date]:
    """The next ones after now, earliest first; of all campaigns if `campaign_ids` is None.

    An action that opens together with its campaign has no date of its own, nor has anything in an
    archived campaign.
    """
    until = now + span
    mine = true() if campaign_ids is None else Campaign.id.in_(campaign_ids)
    is_current = mine, or_(Campaign.archived_at.is_(None), Campaign.archived_at > now)
    opening = select(Campaign.id, Campaign.published_at).where(
        *is_current, Campaign.published_at > now, Campaign.published_at <= until
    )
    dates = [Date(row.published_at, "opens", row.id, None) for row in db.session.execute(opening)]
    columns = Action.id, Action.campaign_id, Action.published_at, Action.closes_at
    actions = (
        select(*columns, Campaign.published_at.label("campaign_at"))
        .join(Campaign, Campaign.id == Action.campaign_id)
        .where(
            *is_current,
            or_(
                and_(Action.published_at > now, Action.published_at <= until),
                and_(
                    Action.published_at.is_not(None),
                    Campaign.published_at.is_not(None),
                    Action.closes_at > now,
                    Action.closes_at <= until,
                ),
            ),
        )
    )
    for row in db.session.execute(actions):
        dates += _dates_of(row, now, until)
    dates += _publications(and_(*is_current), now, until)
    return sorted(dates, key=lambda date: date.at)[:MAX_DATES]


def _publications(these: ColumnElement[bool], now: datetime, until: datetime) -> Iterator[Date]:
    """Of drafts that have not changed since someone set their time."""
    columns = ScheduledDraft.campaign_id, ScheduledDraft.at, ScheduledDraft.subject_id
    version = case((ScheduledDraft.subject == "action", Action.version), else_=Campaign.version)
    planned = (
        select(
            *columns, ScheduledDraft.subject, (ScheduledDraft.number == version).label("is_same")
        )
        .join(Campaign, Campaign.id == ScheduledDraft.campaign_id)
        .outerjoin(
            Action,
            and_(ScheduledDraft.subject == "action", Action.id == ScheduledDraft.subject_id),
        )
        .where(
            these,
            ScheduledDraft.failed_at.is_(None),
            ScheduledDraft.at > now,
            ScheduledDraft.at <= until,
        )
    )
    groups: defaultdict[tuple[datetime, int], list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in db.session.execute(planned):
        groups[row.at, row.campaign_id].append(row)
    for (at, campaign_id), rows in groups.items():
        if all(row.is_same for row in rows):
            is_one = len(rows) == 1 and rows[0].subject == "action"
            yield Date(at, "changes", campaign_id, rows[0].subject_id if is_one else None)


def _dates_of(row: Row[*tuple[Any, ...]], now: datetime, until: datetime) -> Sequence[Date]:
    dates = []
    opens_later = row.campaign_at is not None and row.published_at > row.campaign_at
    if opens_later and now < row.published_at <= until:
        dates.append(Date(row.published_at, "opens", row.campaign_id, row.id))
    if row.campaign_at is not None and row.closes_at and now < row.closes_at <= until:
        dates.append(Date(row.closes_at, "closes", row.campaign_id, row.id))
    return dates
