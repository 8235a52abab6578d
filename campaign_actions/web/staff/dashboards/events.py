"""Events that may explain the figures of a dashboard: publications, ends, updates and invalid batches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from string import ascii_uppercase
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.counts.states.around import Around, confirmed_around
from campaign_actions.actions.counts.states.periods import Period
from campaign_actions.actions.signatures.invalidation.batches import batches_started
from campaign_actions.campaigns.versioning.events import open_times
from campaign_actions.campaigns.versioning.public_times import Published, changes_published
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.list_format import join_list
from campaign_actions.updates.queries import StartedUpdate, updates_started
from campaign_actions.web.staff.access.authorization import allows
from campaign_actions.web.staff.dashboards.scope import Scope
from campaign_actions.web.staff.dashboards.times import moment_label

MAX_MARKS = 12  # with a letter


@dataclass(frozen=True)
class Event:
    """Something that may explain a figure, such as an update. `note`: sentences about its effect."""

    at: datetime
    words: str
    address: str = ""
    note: str = ""
    has_effect: bool = False  # whether people may have taken part because of it


@dataclass(frozen=True)
class MarkedEvent:
    """An event as the list below a chart has it."""

    day: str
    words: str
    address: str
    note: str


@dataclass(frozen=True)
class Mark:
    """A place of a chart, and all that happened there. `letter`: on the chart; empty if it is not drawn."""

    place: int
    letter: str
    events: tuple[MarkedEvent, ...]


def read_events(scope: Scope, period: Period, now: datetime) -> list[Event]:
    """Those of the period, in their order; the newest publications, updates and changes with their effect."""
    found = [
        *publications(scope, closings(scope, now)),
        *changes(scope, period),
        *updates(scope, period, now),
        *invalid_batches(scope, period),
    ]
    inside = [event for event in found if period.bucket_of(event.at) is not None]
    return _with_effects(sorted(inside, key=lambda event: event.at), scope.action_ids, now)


def _with_effects(events: Sequence[Event], action_ids: Sequence[int], now: datetime) -> list[Event]:
    measured = [event for event in events if event.has_effect][-MAX_MARKS:]
    around = confirmed_around(action_ids, [event.at for event in measured], now)
    notes = {
        id(event): around_words(counts) for event, counts in zip(measured, around, strict=True)
    }
    return [replace(event, note=notes.get(id(event), "")) for event in events]


def marks_of(events: Sequence[Event], period: Period) -> tuple[Mark, ...]:
    """The places of a period at which something happened, in their order; the newest with letters."""
    by_place: dict[int, list[MarkedEvent]] = {}
    for event in sorted(events, key=lambda one: one.at):
        if (place := period.bucket_of(event.at)) is not None:
            day = moment_label(event.at, period)
            found = MarkedEvent(day, event.words, event.address, event.note)
            by_place.setdefault(place, []).append(found)
    letters = [*[""] * (len(by_place) - MAX_MARKS), *ascii_uppercase]
    return tuple(
        Mark(place, letter, tuple(found))
        for letter, (place, found) in zip(letters, by_place.items(), strict=False)
    )


def closings(scope: Scope, now: datetime) -> dict[int, list[datetime]]:
    """By action, when it closed; with all campaigns together only if it is closed now."""
    closed = {one.id: [one.closes_at] for one in scope.actions if one.has_closed and one.closes_at}
    if scope.campaign is None:
        return closed
    for action in scope.actions:
        since = action.published_at
        times = open_times(action.id, since=since, now=now) if since else ()
        if former := [one.until for one in times if one.until]:
            closed[action.id] = former
    return closed


def publications(scope: Scope, closed: Mapping[int, Sequence[datetime]]) -> Iterator[Event]:
    """When the actions opened and `closed`, by id; with their titles, if there are several."""
    for action in scope.actions:
        title = "" if scope.action else action.title
        if action.is_public and action.published_at:
            words = _("Published: %(title)s", title=title) if title else _("Published")
            address = url_for("staff_campaigns_history.action_history", **action.ids)
            yield Event(action.published_at, words, address, has_effect=True)
        for at in closed.get(action.id, ()):
            words = _("Closed: %(title)s", title=title) if title else _("Closed")
            yield Event(at, words)


def changes(scope: Scope, period: Period) -> Iterator[Event]:
    """When changes of the campaign or the action were published; those of one moment are one event."""
    if scope.campaign is None:
        return  # of all campaigns they would be too many
    campaign_ids = () if scope.action else (scope.campaign.id,)
    titles = {("action", action.id): action.title for action in scope.actions}
    titles["campaign", scope.campaign.id] = scope.campaign.title
    found = changes_published(
        campaign_ids, scope.action_ids, since=period.since, until=period.until
    )
    for at, published in groupby(found, key=attrgetter("at")):
        all_of_it = list(published)
        words = changes_words(
            [titles[one.subject, one.subject_id] for one in all_of_it],
            is_of_action=scope.action is not None,
        )
        yield Event(at, words, _history_of(scope.campaign.id, all_of_it), has_effect=True)


def changes_words(titles: Sequence[str], *, is_of_action: bool) -> str:
    if is_of_action:
        return str(_("Changes published"))
    return str(_("Changes published: %(title)s", title=join_list(titles)))


def _history_of(campaign_id: int, published: Sequence[Published]) -> str:
    """The page that has the published revisions; of several, that of the first."""
    values: dict[str, Any] = {"campaign_id": campaign_id}
    first = published[0]
    if first.subject == "campaign":
        return url_for("staff_campaigns_history.campaign_history", **values)
    return url_for("staff_campaigns_history.action_history", action_id=first.subject_id, **values)


def updates(scope: Scope, period: Period, now: datetime) -> Iterator[Event]:
    for update in updates_started(scope.action_ids, since=period.since, until=period.until):
        yield _of_update(update, update.started_at or now)


def _of_update(update: StartedUpdate, moment: datetime) -> Event:
    words = _(
        "Update “%(subject)s”, emails: %(count)s",
        subject=update.subject,
        count=number(update.queued),
    )
    ids: dict[str, Any] = update.ids
    may_see = allows("updates.send", update.campaign_id)
    address = url_for("staff_updates_edit.edit", **ids) if may_see else ""
    return Event(moment, words, address, has_effect=True)


def around_words(counts: Around | None) -> str:
    """Empty before the moment."""
    if counts is None:
        return ""
    if counts.after is None:
        before = number(counts.before)
        return str(
            _(
                "Confirmed in the 24 hours before: %(before)s. How many since appears here within the hour.",
                before=before,
            )
        )
    values = {"before": number(counts.before), "after": number(counts.after)}
    words = ngettext(
        "Confirmed in the day before: %(before)s. In the day after: %(after)s.",
        "Confirmed in the %(num)d days before: %(before)s. In the %(num)d days after: %(after)s.",
        counts.number,
        **values,
    )
    if counts.unit == "hour":
        words = ngettext(
            "Confirmed in the hour before: %(before)s. In the hour after: %(after)s.",
            "Confirmed in the %(num)d hours before: %(before)s. In the %(num)d hours after: %(after)s.",
            counts.number,
            **values,
        )
    return str(words)


def invalid_batches(scope: Scope, period: Period) -> Iterator[Event]:
    """Participants whom staff marked invalid together, also if that was undone."""
    campaigns = {action.id: action.campaign_id for action in scope.actions}
    for batch in batches_started(campaigns, since=period.since, until=period.until):
        count = number(batch.rows)
        words = _("Marked invalid: %(count)s", count=count)
        if batch.is_undone:
            words = _("Marked invalid, then undone: %(count)s", count=count)
        ids: dict[str, Any] = {
            "campaign_id": campaigns[batch.action_id],
            "action_id": batch.action_id,
        }
        may_see = allows("signatures.change", ids["campaign_id"])
        page = "staff_signatures_bulk_invalidate.choose"
        yield Event(batch.at, words, url_for(page, batch=batch.id, **ids) if may_see else "")
