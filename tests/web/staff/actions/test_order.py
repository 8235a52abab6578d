"""The order of actions is public at once, and staff are told so."""

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import Action
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from tests.support.drafts import set_opening_time
from tests.support.factories import make_action, make_campaign, make_staff
from tests.support.staff_client import log_in
from tests.support.staff_forms import fields_of

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
AT_ONCE = "the public page shows it at once"


@pytest.fixture
def staff(client):
    log_in(client, make_staff("campaigner", tf_primary_method="authenticator"))
    return client


def make_two(*, is_public=True):
    campaign = make_campaign()
    first = make_action(campaign=campaign, slug="first")
    second = make_action(campaign=campaign, slug="second", position=1)
    if not is_public:
        set_opening_time(campaign.id, None)
    return f"/staff/campaigns/{campaign.id}/", first.id, second.id


def move(client, address, action_id, *, to):
    token = fields_of(client.get("/staff/campaigns/new/").text)["csrf_token"]
    moved = client.post(f"{address}actions/{action_id}/move/", data={"to": to, "csrf_token": token})
    return client.get(moved.location).text


def test_of_a_public_campaign_it_says_before_and_after_that_it_is_public_at_once(staff):
    address, first, second = make_two()
    before = staff.get(address).text

    after = move(staff, address, second, to="up")

    assert AT_ONCE in before
    assert "Order saved. The public page shows it now." in after
    order = db.session.scalars(select(Action.id).order_by(Action.position)).all()
    assert order == [second, first]
    newest = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
    assert db.session.scalars(newest).one().details["moved"] == -1


def test_of_a_draft_it_does_not(staff):
    address, _first, second = make_two(is_public=False)

    after = move(staff, address, second, to="up")

    assert AT_ONCE not in after
    assert "Order saved" in after
    assert "The public page shows it now" not in after


def test_nothing_is_said_if_it_is_at_that_end_already(staff):
    address, first, _second = make_two()

    assert "Order saved" not in move(staff, address, first, to="up")
