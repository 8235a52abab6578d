"""How many comments moderators have not decided about, without reading all that there are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, text, true

from campaign_actions.actions.comments.inbox import IS_LISTED
from campaign_actions.actions.models import Action, Comment, Signature
from campaign_actions.actions.models.comments import IS_WAITING
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.models.embargo import have_opened
from campaign_actions.core.db.session import count_at_most, db


@dataclass(frozen=True)
class Undecided:
    """`oldest_at`: when the oldest of these arrived."""

    count: int
    oldest_at: datetime


def undecided_by_action(
    campaign_ids: Collection[int] | None, *, now: datetime, max_actions: int, limit: int
) -> dict[int, Undecided]:
    """The newest actions that show comments, by id, if some of their comments are undecided.

    Of campaigns that are not archived; None: of any. Counted up to `limit` each, in one statement.
    """
    newest = (
        select(Action.id)
        .join(Campaign, Campaign.id == Action.campaign_id)
        .where(
            true() if campaign_ids is None else Campaign.id.in_(campaign_ids),
            Action.shows_comments,
            have_opened(now, Action),
            or_(Campaign.archived_at.is_(None), Campaign.archived_at > now),
        )
        .order_by(Action.id.desc())
        .limit(max_actions)
        .subquery("newest")
    )
    theirs = _oldest_first(newest.c.id).correlate(newest)
    counted = select(func.count()).select_from(theirs.limit(limit).subquery())
    columns = (
        newest.c.id,
        counted.scalar_subquery().label("number"),
        theirs.limit(1).scalar_subquery().label("oldest_at"),
    )
    return {
        row.id: Undecided(row.number, row.oldest_at)
        for row in db.session.execute(select(*columns))
        if row.number
    }


def count_undecided(action_id: int, *, limit: int) -> int:
    """Of one action, counted up to `limit`."""
    return count_at_most(_oldest_first(action_id), limit)


def _oldest_first(action_id: int | ColumnElement[int]) -> Select[datetime]:
    """When the undecided comments of an action arrived, in the order of their index."""
    undecided = select(Comment.arrived_at).join_from(Comment, Signature)
    return undecided.where(Comment.action_id == action_id, IS_LISTED, text(IS_WAITING)).order_by(
        Comment.arrived_at, Comment.signature_id
    )
