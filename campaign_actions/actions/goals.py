"""The goal of an action and its milestones: as the public sees them, and as a part of its content.

The shown goal rises automatically, so that the meter is never full. Heads of the crowd show how much of it is
reached.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from campaign_actions.actions import public_page_sql
from campaign_actions.actions.kinds.base import FEW
from campaign_actions.actions.models import MAX_MILESTONES, Milestone, MilestoneText
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.content.drawings.crowd_meter import HEADS

MILESTONE = "milestone_"
MILESTONES = {f"{MILESTONE}{number}": number for number in range(1, MAX_MILESTONES + 1)}
FIRST_STEPS = (100, 250, 500)  # of goals that nobody set


@dataclass(frozen=True)
class PublicMilestone:
    """A number of people, and what it means in one language; empty if nobody has written that yet."""

    count: int
    text: str


def shown_goal(goal: int, count: int, milestones: Iterable[int] = ()) -> int:
    """The next of those numbers that staff set: the goal and the milestones.

    Once all are reached, the next round number (100, 250, 500, 1,000, …).
    """
    return min((one for one in (goal, *milestones) if one > count), default=_next_round(count))


def milestones_of(
    connection: Connection, action_ids: Collection[int], locale: str
) -> dict[int, tuple[PublicMilestone, ...]]:
    """The milestones of actions by their ids, the lowest first."""
    found: dict[int, tuple[PublicMilestone, ...]] = defaultdict(tuple)
    parameters = {"ids": list(action_ids), "locale": locale}
    for action_id, count, text in connection.execute(public_page_sql.MILESTONES, parameters):
        found[action_id] += (PublicMilestone(count, text or ""),)
    return found


def read_milestones(connection: Connection, action_id: int) -> dict[str, Any]:
    """milestone_1 and texts.<locale>.milestone_1, as far as there are any."""
    counts = select(Milestone.number, Milestone.count).filter_by(action_id=action_id)
    content: dict[str, Any] = {
        f"{MILESTONE}{number}": count for number, count in connection.execute(counts)
    }
    if not content:
        return content
    texts = select(MilestoneText.number, MilestoneText.locale, MilestoneText.text)
    for row in connection.execute(texts.filter_by(action_id=action_id)):
        content[f"texts.{row.locale}.{MILESTONE}{row.number}"] = row.text
    return content


def write_milestones(
    connection: Connection, action_id: int, before: Content, after: Content
) -> None:
    """Write all of them if any differs. A text without a number of people is dropped."""
    new = list(_texts(after))
    if counts_in(before) == counts_in(after) and list(_texts(before)) == new:
        return
    for table in (MilestoneText, Milestone):
        connection.execute(delete(table).where(table.action_id == action_id))
    for field, count in counts_in(after).items():
        milestone = {"action_id": action_id, "number": MILESTONES[field], "count": count}
        connection.execute(insert(Milestone), milestone)
    for field, locale, text in new:
        row = {"action_id": action_id, "number": MILESTONES[field], "locale": locale, "text": text}
        connection.execute(insert(MilestoneText), row)


def counts_in(content: Content) -> dict[str, int]:
    """The numbers of people in a content, by field."""
    return {field: content[field] for field in MILESTONES if content.get(field)}


def _texts(content: Content) -> Iterator[tuple[str, str, str]]:
    """Field, locale and text of each milestone that has a number."""
    counts = counts_in(content)
    for locale, texts in sorted(texts_in(content).items()):
        for field in MILESTONES:
            if field in counts and texts.get(field):
                yield field, locale, texts[field]


def _next_round(count: int) -> int:
    scale = 1
    while True:
        for step in FIRST_STEPS:
            if step * scale > count:
                return step * scale
        scale *= 10


def filled_heads(count: int, goal: int) -> int:
    """How many heads of the crowd stand for the people counted so far."""
    return 0 if count < FEW else min(max(HEADS * count // goal, 1), HEADS)


def passed_step(count: int, goal: int, milestones: Iterable[int] = ()) -> int:
    """The largest of these numbers that a count has reached, 0 for none.

    They are FEW, 50, the round numbers of shown_goal(), the goal and the milestones.
    """
    steps = {FEW, 50, goal, *milestones}
    scale = 1
    while FIRST_STEPS[0] * scale <= count:
        steps |= {step * scale for step in FIRST_STEPS}
        scale *= 10
    return max((step for step in steps if step <= count), default=0)
