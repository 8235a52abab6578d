"""Messages for the second of two people who open, close, archive or publish the same thing."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import flash, get_template_attribute, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview, get_action_and_campaign
from campaign_actions.actions.newest.drafts import Draft, SubjectKey
from campaign_actions.audit.models import AuditEntry
from campaign_actions.audit.queries import latest_entry
from campaign_actions.campaigns.texts import campaign_name
from campaign_actions.campaigns.versioning.draft_ends import DraftEnd, find_draft_end
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.errors import Conflict
from campaign_actions.core.i18n.gettext import isolate
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.publishing.changes import ChangesConflict, TimeChanged
from campaign_actions.publishing.conflicts import CampaignArchived, NotOpen
from campaign_actions.staff.queries import find_member
from campaign_actions.web.staff.access.authorization import current_staff
from campaign_actions.web.staff.publishing.changed_fields import seen_drafts

CHANGED = _l(
    "Someone else has changed something since you opened this page. Check it, then try again."
)
NOW_PART_OF_IT = _l(
    "The unpublished changes are part of it now. If you publish it again, they are public."
)
TIME_CHANGED = _l(
    "Since you opened this page, someone has set or cancelled a time for these changes. Check"
    " the time, then try again."
)
# Every event that can be the reason of a conflict: so the newest is not older than the page.
CHANGES = ("campaign-saved", "action-saved", "published", "closed", "reopened", "unpublished")

ENDS = ("closed", "reopened", "unpublished")


@dataclass(frozen=True)
class Decision:
    """That a member of staff saved, opened, closed or archived something. `is_own`: it was the reader."""

    by: str
    at: datetime
    is_own: bool = False


def requested_part() -> str:
    """The name of the view that was asked for: a blueprint has one answer to the conflicts of all."""
    return (request.endpoint or "").rpartition(".")[2]


def get_with_times(campaign_id: int, action_id: int) -> tuple[CampaignOverview, ActionOverview]:
    """An action whose times can still change. Raises NotFound, CampaignArchived."""
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    if campaign.state == "archived":
        raise CampaignArchived
    return campaign, action


def changed_since(campaign_id: int) -> str:
    return change_in_words(_latest_decision(campaign_id))


def change_in_words(last: Decision | None) -> str:
    """That something has changed, and who has changed it if that is known."""
    if last is None:
        return str(CHANGED)
    if last.is_own:
        own: str = _(
            "You changed something on %(moment)s, after you had opened this page. Check it, then try"
            " again.",
            moment=datetime_here(last.at),
        )
        return own
    words: str = _(
        "%(name)s changed something on %(moment)s, after you had opened this page. Check it, then try"
        " again.",
        name=isolate(last.by),
        moment=datetime_here(last.at),
    )
    return words


def news_since(error: Conflict, campaign_id: int, drafts: Sequence[Draft]) -> str:
    """Says how the drafts have changed since the page was opened."""
    if isinstance(error, TimeChanged):
        return str(TIME_CHANGED)
    try:
        seen, _times = seen_drafts()
    except ChangesConflict:
        return str(error.message)
    saved = [draft for draft in drafts if seen.get(draft.key, draft.number) != draft.number]
    gone = seen.keys() - {draft.key for draft in drafts}
    if not (saved or gone):
        saved = [draft for draft in drafts if draft.key not in seen]
    return (
        news_of(saved, reader=current_staff().name)
        if saved
        else news_of_gone(campaign_id, has_others=True)
    )


def news_of_gone(campaign_id: int, *, has_others: bool) -> str:
    """Says who has published or discarded the drafts that the page showed, if that is known."""
    seen: Mapping[SubjectKey, int] = {}
    with suppress(ChangesConflict):
        seen, _times = seen_drafts()
    ends = [find_draft_end(*key, number) for key, number in seen.items()]
    known = list(dict.fromkeys(end for end in ends if end))
    return ended_words(known, history_address(campaign_id, seen), has_others=has_others)


def news_of_hidden() -> str:
    """The campaign has left the site since the page was opened, so it has no drafts."""
    return f"{NotOpen.title}. {NOW_PART_OF_IT}"


def ended_words(ends: Sequence[DraftEnd], history: str, *, has_others: bool) -> str:
    """As HTML. `history`: its address."""
    words: str = get_template_attribute("staff/publishing/draft_ends.html", "ended_words")(
        ends, has_others, history
    )
    return words


def history_address(campaign_id: int, keys: Collection[SubjectKey]) -> str:
    """Of the action that all of these drafts are of, or else of the campaign."""
    match list(keys):
        case [("action", its_id)]:
            there = "staff_campaigns_history.action_history"
            return url_for(there, campaign_id=campaign_id, action_id=its_id)
    return url_for("staff_campaigns_history.campaign_history", campaign_id=campaign_id)


def news_of(saved: Sequence[Draft], *, reader: str = "") -> str:
    """That someone has saved these, and who saved last. `reader`: the name of who reads it."""
    newest = max(saved, key=lambda draft: draft.saved_at)
    by = newest.saved_by
    last = Decision(by, newest.saved_at, is_own=by == reader) if by else None
    return change_in_words(last)


def leave_page(error: Conflict, campaign_id: int, words: str = "") -> ResponseReturnValue:
    """Return to the publish page, which says why the request can no longer be carried out.

    `words`: instead of those of the error.
    """
    flash(words or f"{error.title}. {error.message}", "warning")
    return redirect(url_for("staff_publishing_publish.show", campaign_id=campaign_id), 303)


def name_of_closer(campaign_id: int) -> str:
    """Of the colleague who closed all actions, if that was the last decision on what is open; or ""."""
    return _name_of_last(campaign_id, event="closed", did="closed")


def name_of_reopener(campaign_id: int) -> str:
    """The same for reopening the campaign."""
    return _name_of_last(campaign_id, event="reopened", did=None)


def _name_of_last(campaign_id: int, *, event: str, did: str | None) -> str:
    entry = _latest_entry(campaign_id, ENDS)
    details = entry.details if entry and isinstance(entry.details, dict) else {}
    if entry is None or entry.event != event or details.get("did") != did:
        return ""
    member = find_member(entry.actor)
    return member.name if member and member.id != current_staff().id else ""


def _latest_entry(campaign_id: int, events: Collection[str]) -> AuditEntry | None:
    return latest_entry(campaign_name(db.session.connection(), campaign_id), events)


def _latest_decision(campaign_id: int) -> Decision | None:
    """None if the person is unknown: after a command, a departure or a change of the campaign’s address."""
    entry = _latest_entry(campaign_id, CHANGES)
    member = find_member(entry.actor) if entry else None
    if not (entry and entry.at and member):
        return None
    return Decision(member.name, entry.at, is_own=member.id == current_staff().id)
