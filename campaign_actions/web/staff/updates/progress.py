"""The pages of updates after the draft: sent at a time, being sent, or over."""

from datetime import datetime
from typing import Any

from flask import render_template

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.counts.states.around import confirmed_around
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.queries import (
    declined_updates,
    find_approval,
    find_pending,
    names_with_addresses,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.staff.queries import member_names
from campaign_actions.updates.audience import audience_of
from campaign_actions.updates.emails import RESUME_WITHIN, may_resume
from campaign_actions.updates.models import Update
from campaign_actions.updates.queries import progress_of, subjects_of, texts_of
from campaign_actions.web.staff.dashboards.events import around_words
from campaign_actions.web.staff.updates.audience import (
    all_actions_of,
    audience_facts,
    closing_before,
    people_values,
)
from campaign_actions.web.staff.updates.heads import head_of


def progress_page(action: ActionOverview, update: Update) -> str:
    if update.status == "scheduled":
        return _scheduled_page(action, update)
    texts = texts_of(update.id)
    return render_template(
        "staff/updates/progress.html",
        **head_of(action, update),
        update=update,
        tags=list(texts),
        title=subjects_of([update.id], locales=locales_current_first()).get(update.id),
        progress=progress_of(update),
        is_email_off=is_off(EMAIL),
        audience=audience_facts(action, update),
        names=member_names([update.staff_id]),
        approver=_approver(update),
        can_resume=may_resume(update, utc_now()),
        keep_days=RESUME_WITHIN.days,
        around=_around(action, update),
    )


def _around(action: ActionOverview, update: Update) -> str:
    """How many confirmed before and after the update in its campaign, in words."""
    moments = [update.started_at] if update.started_at else []
    found = confirmed_around(all_actions_of(action), moments, utc_now())
    return around_words(found[0]) if found else ""


def _scheduled_page(action: ActionOverview, update: Update) -> str:
    texts = texts_of(update.id)
    now = utc_now()
    at: datetime = update.send_at or now
    return render_template(
        "staff/updates/scheduled.html",
        **head_of(action, update),
        update=update,
        tags=list(texts),
        title=subjects_of([update.id], locales=locales_current_first()).get(update.id),
        names=member_names([update.staff_id, update.scheduled_by]),
        approver=_approver(update),
        closing=closing_before(action, update, at),
        is_due=at <= now,
        seconds_left=max(0, round((at - now).total_seconds())),
        is_email_off=is_off(EMAIL),
        audience=audience_facts(action, update),
        asked_for=pending_request(update),
        **people_values(audience_of(update), texts),
    )


def pending_request(update: Update) -> ApprovalRequest | None:
    """The request to send an update that nobody has decided yet."""
    return find_pending("send-update", f"update-{update.id}", utc_now())


def _approver(update: Update) -> str:
    """The name of the second person, if there was one."""
    found = find_approval(update)
    names = names_with_addresses([found.decided_by]) if found else {}
    return next(iter(names.values()), "")


def declined_values(update: Update) -> dict[str, Any]:
    """The request that was declined, if nobody has asked again, and the name of the person who did."""
    found = declined_updates([update]).get(update.id)
    names = names_with_addresses([found.decided_by]) if found else {}
    return {"declined": found, "declined_by": next(iter(names.values()), "")}
