"""The drafts of campaigns and their actions: what they contain, and who saved them when."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import and_, or_, select, true, union

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.actions.newest.schedules import (
    Publication,
    Schedule,
    publications,
    schedules_of,
)
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, Revision
from campaign_actions.campaigns.versioning.row_changes import is_kept
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.db.session import db
from campaign_actions.staff.queries import member_names

SubjectKey = tuple[str, int]  # the name of a Versioned, and an id


@dataclass(frozen=True)
class Draft:
    """Changes of a published campaign or action that the public does not see yet.

    `number`: of the newest revision. `published`: of the one before the draft. `since`: when the
    first change was saved. `authors`: the names of those who saved changes; empty if only commands or
    unknown people did. `saved_by`: the one of them who saved last. `schedule`: when it is to be published,
    if someone has decided that.
    """

    subject: Versioned
    subject_id: int
    number: int
    published: int
    content: dict[str, Any]
    since: datetime
    saved_at: datetime
    authors: tuple[str, ...]
    saved_by: str = ""
    schedule: Schedule | None = None

    @property
    def key(self) -> SubjectKey:
        return self.subject.name, self.subject_id


Drafts = Mapping[SubjectKey, Draft]


@dataclass(frozen=True)
class ChangedCampaign:
    """A campaign with drafts, its own and of its actions.

    `pages`: how many are not scheduled. `authors`: of these, as in Draft.
    """

    id: int
    pages: int
    authors: tuple[str, ...]
    publications: tuple[Publication, ...] = ()


@dataclass(frozen=True)
class _Mark:
    """Something with a draft: its newest revision, and the one before the draft."""

    subject: Versioned
    subject_id: int
    campaign_id: int
    number: int
    published: int
    schedule: Schedule | None = None

    @property
    def key(self) -> SubjectKey:
        return self.subject.name, self.subject_id


def drafts_of(campaign_ids: Collection[int]) -> Drafts:
    """The drafts of campaigns and of their actions: campaigns first, then actions in display order."""
    marks = _marks(campaign_ids)
    saved, found = _revisions_since(marks), {}
    names = _names_in(saved)
    for mark in marks:
        rows = saved[mark.key]
        found[mark.key] = Draft(
            subject=mark.subject,
            subject_id=mark.subject_id,
            number=mark.number,
            published=mark.published,
            content=_content(mark),
            since=rows[0].saved_at,
            saved_at=rows[-1].saved_at,
            authors=_authors(rows, names),
            saved_by=names.get(rows[-1].staff_id, ""),
            schedule=mark.schedule,
        )
    return found


def changed_campaigns(campaign_ids: Collection[int] | None) -> list[ChangedCampaign]:
    """Campaigns with drafts among these, or among all if None.

    Archived ones are included: their pages stay public, and a correction of the result should not be
    forgotten. It does not read what the drafts contain.
    """
    marks = _marks(campaign_ids)
    saved = _revisions_since(marks)
    names = _names_in(saved)
    of_campaign: defaultdict[int, list[_Mark]] = defaultdict(list)
    for mark in marks:
        of_campaign[mark.campaign_id].append(mark)
    found = []
    for campaign_id, its in of_campaign.items():
        unscheduled = [mark for mark in its if mark.schedule is None]
        rows = [row for mark in unscheduled for row in saved[mark.key]]
        found.append(
            ChangedCampaign(campaign_id, len(unscheduled), _authors(rows, names), publications(its))
        )
    return found


def ids_with_drafts(campaign_ids: Collection[int]) -> set[int]:
    """Those of the campaigns that have a draft, or an action that has one."""
    own = select(Campaign.id).where(
        Campaign.id.in_(campaign_ids), Campaign.published_version.is_not(None)
    )
    of_actions = select(Action.campaign_id).where(
        Action.campaign_id.in_(campaign_ids), Action.published_version.is_not(None)
    )
    return set(db.session.scalars(union(own, of_actions)))


def draft_contents(campaign_ids: Collection[int]) -> Mapping[int, dict[str, Any]]:
    """The contents of the drafts of these campaigns themselves, by the ids of those that have one."""
    is_newest = and_(
        Revision.subject == CAMPAIGN.name,
        Revision.subject_id == Campaign.id,
        Revision.number == Campaign.version,
    )
    found = (
        select(Campaign.id, Revision.content)
        .join(Revision, is_newest)
        .where(Campaign.id.in_(campaign_ids), Campaign.published_version.is_not(None))
    )
    return {row.id: row.content for row in db.session.execute(found)}


def _marks(campaign_ids: Collection[int] | None) -> list[_Mark]:
    found = []
    for subject, table, campaign_id in (
        (CAMPAIGN, Campaign, Campaign.id),
        (ACTION, Action, Action.campaign_id),
    ):
        columns = table.id, campaign_id.label("campaign_id"), table.version, table.published_version
        these = true() if campaign_ids is None else campaign_id.in_(campaign_ids)
        marked = select(*columns).where(these, table.published_version.is_not(None))
        found += [
            _Mark(subject, row.id, row.campaign_id, row.version, row.published_version)
            for row in db.session.execute(marked.order_by(table.position, table.id))
        ]
    schedules = schedules_of(mark.campaign_id for mark in found) if found else {}
    return [replace(mark, schedule=schedules.get(mark.key)) for mark in found]


def _revisions_since(marks: Sequence[_Mark]) -> Mapping[SubjectKey, list[Any]]:
    """Of each, those that someone saved in the draft, without their contents, which are large.

    So without what became public at once beside it, and what kept the draft then.
    """
    saved: defaultdict[SubjectKey, list[Any]] = defaultdict(list)
    conditions = [
        and_(
            Revision.subject == mark.subject.name,
            Revision.subject_id == mark.subject_id,
            Revision.number > mark.published,
        )
        for mark in marks
    ]
    if conditions:
        columns = Revision.subject, Revision.subject_id, Revision.saved_at, Revision.staff_id
        rows = select(*columns, Revision.public_from).where(or_(*conditions))
        for row in db.session.execute(rows.order_by(Revision.number)):
            saved[row.subject, row.subject_id].append(row)
    return {
        key: [
            row
            for before, row in pairwise((None, *rows))
            if row.public_from is None and not is_kept(before, row)
        ]
        for key, rows in saved.items()
    }


def _names_in(saved: Mapping[SubjectKey, list[Any]]) -> Mapping[int, str]:
    return member_names(row.staff_id for rows in saved.values() for row in rows)


def _authors(rows: Iterable[Any], names: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names[row.staff_id] for row in rows if row.staff_id in names))


def _content(mark: _Mark) -> dict[str, Any]:
    this = {"subject": mark.subject.name, "subject_id": mark.subject_id, "number": mark.number}
    content: dict[str, Any] = db.session.scalars(select(Revision.content).filter_by(**this)).one()
    return content
