"""Former pauses, and the actions that can be switched off."""

from collections.abc import Sequence

from sqlalchemy import select

from campaign_actions.actions.models import Action
from campaign_actions.actions.naming import action_name
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db
from campaign_actions.switches.models import SwitchPause


def latest_pauses(*, limit: int) -> Sequence[SwitchPause]:
    """Newest first."""
    newest = select(SwitchPause).order_by(SwitchPause.off_at.desc(), SwitchPause.id.desc())
    return db.session.scalars(
        newest.limit(limit), execution_options={"populate_existing": True}
    ).all()


def pauses_of_action(action_id: int) -> Sequence[SwitchPause]:
    """The times for which nobody could take part in it, because this action was switched off."""
    its = select(SwitchPause).filter_by(kind="action", target=str(action_id))
    return db.session.scalars(its.order_by(SwitchPause.id)).all()


def action_names() -> dict[int, str]:
    """The names of all actions as they are on the command line, by id."""
    slugs = select(Action.id, Campaign.slug, Action.slug).join(Campaign)
    return {
        action_id: action_name(campaign, slug)
        for action_id, campaign, slug in db.session.execute(
            slugs.order_by(Campaign.slug, Action.slug)
        )
    }
