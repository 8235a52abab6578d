"""Leaving out a step of the checklist that can wait: for everyone, until it is done after all."""

from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.words import add_word


def leave_out_step(campaign_id: int, name: str) -> None:
    """`name`: of STEPS. Not in the audit log: the step can still be done, and publishing ignores this."""
    with write_transaction() as connection:
        add_word(connection, Campaign.left_out_steps, Campaign.id == campaign_id, name)
    db.session.expire_all()
