"""The objects that addresses of staff pages name, or a 404 page."""

from flask import abort

from campaign_actions.actions.action_overview import ActionOverview, find_action_overview
from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import find_signature
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.updates.models import Update
from campaign_actions.updates.queries import find_update


def action_or_404(campaign_id: int, action_id: int) -> ActionOverview:
    found = find_action_overview(
        campaign_id, action_id, locales=locales_current_first(), now=utc_now()
    )
    return found or abort(404)


def signature_or_404(
    campaign_id: int, action_id: int, public_id: str
) -> tuple[ActionOverview, Signature]:
    """A signature and its action."""
    action = action_or_404(campaign_id, action_id)
    return action, find_signature(action_id, public_id) or abort(404)


def update_or_404(
    campaign_id: int, action_id: int, update_id: int
) -> tuple[ActionOverview, Update]:
    """An update and its action."""
    action = action_or_404(campaign_id, action_id)
    return action, find_update(action_id, update_id) or abort(404)
