"""Whose pages those of an update are: of its campaign if it goes to several actions, or of its action."""

from typing import Any

from flask import url_for

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.core.db.session import utc_now
from campaign_actions.updates.audience import is_for_several
from campaign_actions.updates.models import Update


def head_values(action: ActionOverview, *, is_of_campaign: bool) -> dict[str, Any]:
    """The values of staff/campaigns/page.html. `action`: the one in the addresses of the pages."""
    if not is_of_campaign:
        return {"action": action}
    campaign = get_campaign_overview(action.campaign_id, now=utc_now())
    return {"action": action, "campaign": campaign, "is_of_campaign": True}


def head_of(action: ActionOverview, update: Update) -> dict[str, Any]:
    return head_values(action, is_of_campaign=is_for_several(update))


def log_name(action: ActionOverview, *, is_of_campaign: bool) -> str:
    """The name in the audit log and in requests for approval."""
    return action.campaign_slug if is_of_campaign else action.name


def log_name_of(action: ActionOverview, update: Update) -> str:
    return log_name(action, is_of_campaign=is_for_several(update))


def list_address(action: ActionOverview, *, is_of_campaign: bool) -> str:
    """Of the list that an update is in."""
    if is_of_campaign:
        return url_for("staff_updates_lists.of_campaign", campaign_id=action.campaign_id)
    return url_for("staff_updates_lists.of_action", **action.ids)
