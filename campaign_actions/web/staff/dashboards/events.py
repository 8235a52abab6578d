"""Events that may explain the figures of a dashboard: publications, ends, updates and invalid batches."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.counts.states.around import Around, confirmed_around
from campaign_actions.actions.counts.states.periods import Period
from campaign_actions.actions.signatures.invalidation.batches import batches_started
from campaign_actions.core.i18n.formatting import number
from campaign_actions.updates.queries import StartedUpdate, updates_started
from campaign_actions.web.staff.access.authorization import allows
from campaign_actions.web.staff.dashboards.charts import MAX_MARKS, Event
from campaign_actions.web.staff.dashboards.scope import Scope


def publications(scope: Scope, now: datetime) -> Iterator[Event]:
    """When the actions opened and closed; with their titles, if there are several."""
    for action in scope.actions:
        title = "" if scope.action else action.title
        if action.is_public and action.published_at:
            words = _("Published: %(title)s", title=title) if title else _("Published")
            address = url_for("staff_campaigns_history.action_history", **action.ids)
            yield Event(action.published_at, words, address)
        if action.closes_at and action.closes_at <= now:
            words = _("Closed: %(title)s", title=title) if title else _("Closed")
            yield Event(action.closes_at, words)


def updates(scope: Scope, period: Period, now: datetime) -> Iterator[Event]:
    """The newest updates, each with the number confirmed before and after it."""
    found = updates_started(scope.action_ids, since=period.since, until=period.until)[-MAX_MARKS:]
    moments = [update.started_at or now for update in found]
    around = confirmed_around(scope.action_ids, moments, now) if found else []
    for update, moment, counts in zip(found, moments, around, strict=True):
        yield _of_update(update, moment, around_words(counts))


def _of_update(update: StartedUpdate, moment: datetime, note: str) -> Event:
    words = _(
        "Update “%(subject)s”, emails: %(count)s",
        subject=update.subject,
        count=number(update.queued),
    )
    ids: dict[str, Any] = update.ids
    may_see = allows("updates.send", update.campaign_id)
    return Event(moment, words, url_for("staff_updates_edit.edit", **ids) if may_see else "", note)


def around_words(counts: Around | None) -> str:
    """Empty in the first hour."""
    if counts is None:
        return ""
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
