"""How many signatures do not count, on the page of a campaign."""

from sqlalchemy import update

from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, make_action, make_confirmed, make_signature, make_staff
from tests.support.staff_client import log_in

AUDIT_DETAILS = {"action": "racism/hate-crimes", "actor": "grace@example.org"}


def test_pending_withdrawn_and_invalid_signatures_are_counted_and_shown(client):
    action = make_action()
    for _ in range(3):
        make_signature(action)
    withdraw(make_confirmed(action), now=NOON)
    for _ in range(2):
        invalidate(make_confirmed(action), reason="test", now=NOON, **AUDIT_DETAILS)
    make_signature(make_action(campaign=db.session.get(Campaign, action.campaign_id), slug="other"))
    db.session.execute(update(Signature).values(due_at=None))  # the demo's get no reminder
    db.session.commit()
    fold_states(NOON)
    log_in(client, make_staff("campaigner"))

    campaign = client.get(f"/staff/campaigns/{action.campaign_id}/").text

    assert "Pending: 3. Withdrawn: 1. Invalid: 2." in campaign
    assert "Pending: 1. Withdrawn: 0. Invalid: 0." in campaign
