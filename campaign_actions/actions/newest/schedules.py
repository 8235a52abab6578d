"""When drafts are to be published, and why some were not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from campaign_actions.campaigns.models import SCHEDULE_FAILURES, Revision, ScheduledDraft
from campaign_actions.core.db.session import db
from campaign_actions.staff.queries import member_names

State = Literal["planned", "changed", "failed"]
CHANGED, CLOSED, ARCHIVED, CHECKS, ADDRESS, RIGHTS = SCHEDULE_FAILURES
REASONS: Mapping[str, LazyString] = {
    CHANGED: _l("The draft was changed after the time was set."),
    CLOSED: _l("The campaign or action was no longer open."),
    ARCHIVED: _l("The campaign was archived before that time."),
    CHECKS: _l("The publishing checks found a problem."),
    ADDRESS: _l("Another page already has the new address."),
    RIGHTS: _l("The person who set the time can no longer publish."),
}
CLOSED_EARLY = _l("The campaign or action was closed before that time.")
_AGAIN = _l("Check the changes, then set the time again or publish them now.")
REMEDIES: Mapping[str, LazyString] = {
    CHANGED: _AGAIN,
    CLOSED: _AGAIN,
    ARCHIVED: _AGAIN,
    CHECKS: _l(
        "Fix the problems that the checks found, then set another time or publish the changes now."
    ),
    ADDRESS: _l("Choose another address, then set another time or publish the changes now."),
    RIGHTS: _l("Check the changes, then set the time yourself or publish them now."),
}


@dataclass(frozen=True)
class Schedule:
    """When a draft is to be published. `number`: of the revision that was scheduled; `by`: who did it."""

    at: datetime
    number: int
    by: str
    failed_at: datetime | None = None
    failure: str | None = None


class Scheduled(Protocol):
    """A draft with the number of its newest revision."""

    @property
    def number(self) -> int: ...

    @property
    def schedule(self) -> Schedule | None: ...


@dataclass(frozen=True)
class Publication:
    """Drafts of a campaign that are to be published together at a time. `by`: who set it.

    `changed`: one of them has changed since, so nothing will be published. `failed`: nothing was, or will be
    if `is_early`, because something was closed or archived before that time.
    """

    at: datetime
    state: State
    by: tuple[str, ...]
    pages: int
    failure: str = ""
    is_early: bool = False

    @property
    def reason(self) -> str:
        """Why nothing was published, as a sentence."""
        if self.is_early and self.failure == CLOSED:
            return str(CLOSED_EARLY)
        return str(REASONS[self.failure]) if self.failure else ""

    @property
    def remedy(self) -> str:
        """The next step of the people who publish."""
        return str(REMEDIES[self.failure]) if self.failure else ""


def schedules_of(campaign_ids: Iterable[int]) -> dict[tuple[str, int], Schedule]:
    """Of the drafts of campaigns and their actions, by the name of their kind and their id."""
    columns = ScheduledDraft.__table__.c
    these = select(*columns).where(columns.campaign_id.in_(set(campaign_ids)))
    rows = db.session.execute(these).all()
    names = member_names(row.staff_id for row in rows) if rows else {}
    return {
        (row.subject, row.subject_id): Schedule(
            row.at,
            row.number,
            names.get(row.staff_id, ""),
            row.failed_at,
            row.failure,
        )
        for row in rows
    }


def planned_times(campaign_ids: Iterable[int]) -> dict[int, datetime]:
    """By campaign, when the first of its drafts becomes public; those that changed since are left out."""
    newest = (
        select(func.max(Revision.number))
        .where(
            Revision.subject == ScheduledDraft.subject,
            Revision.subject_id == ScheduledDraft.subject_id,
        )
        .scalar_subquery()
    )
    planned = (
        select(ScheduledDraft.campaign_id, func.min(ScheduledDraft.at).label("at"))
        .where(
            ScheduledDraft.campaign_id.in_(set(campaign_ids)),
            ScheduledDraft.failed_at.is_(None),
            ScheduledDraft.number == newest,
        )
        .group_by(ScheduledDraft.campaign_id)
    )
    return {row.campaign_id: row.at for row in db.session.execute(planned)}


def publications(drafts: Iterable[Scheduled]) -> tuple[Publication, ...]:
    """Of the drafts of one campaign, earliest first; those without a time are left out."""
    groups: defaultdict[datetime, list[tuple[Schedule, bool]]] = defaultdict(list)
    for draft in drafts:
        if schedule := draft.schedule:
            groups[schedule.at].append((schedule, schedule.number != draft.number))
    return tuple(_publication(at, groups[at]) for at in sorted(groups))


def _publication(at: datetime, parts: list[tuple[Schedule, bool]]) -> Publication:
    failed = next((schedule for schedule, _is_changed in parts if schedule.failure), None)
    failure, failed_at = (failed.failure or "", failed.failed_at) if failed else ("", None)
    is_changed = any(is_changed for _schedule, is_changed in parts)
    return Publication(
        at,
        "failed" if failure else "changed" if is_changed else "planned",
        by=tuple(dict.fromkeys(schedule.by for schedule, _is_changed in parts if schedule.by)),
        pages=len(parts),
        failure=failure,
        is_early=failed_at is not None and failed_at < at,
    )
