"""The staff of the test world: one of each role with all second factors, and others in each state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaign_actions.actions.signatures.invalidation.erase_batch import EraseBatch
from campaign_actions.approvals.decide import approve
from campaign_actions.approvals.request import request_approval
from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import db
from campaign_actions.staff.authentication.password_reset import reset_token
from campaign_actions.staff.change_roles import ChangeRoles
from campaign_actions.staff.invitations import invitation_token, invite
from campaign_actions.staff.manage_members import ResetSecondFactor, disable_member
from campaign_actions.staff.models import Passkey, StaffMember
from campaign_actions.staff.permissions import ROLES
from campaign_actions.staff.queries import find_member_by_id
from tests.support.factories import make_staff
from tests.support.staff_client import set_up_app


def make_people(now: datetime) -> dict[str, StaffMember]:
    """Members by role, each with a passkey and an authenticator app."""
    people = {role: make_staff(role, email=f"{role}@world.example") for role in ROLES}
    for role, member in people.items():
        set_up_app(member)
        db.session.add(_passkey(member, name=f"laptop of a {role}", now=now))
    db.session.commit()
    return people


def make_staff_values(people: dict[str, StaffMember], now: datetime) -> dict[str, Any]:
    """A member to view, who is not one of the viewers, and links that were sent to members."""
    reviewer = make_staff("reviewer", email="rosa@world.example", tf_primary_method="authenticator")
    disable_member(make_staff("translator", email="gone@world.example"), actor=COMMAND, now=now)
    invited_id = invite(
        "new@world.example", {"exporter": None}, locale="en", actor=COMMAND, now=now
    )
    invited = find_member_by_id(invited_id)
    assert invited
    return {
        "staff_id": reviewer.id,
        "passkey_id": people["campaigner"].webauthn[0].id,
        "invitation": invitation_token(invited),
        "reset": reset_token(reviewer),
    }


def make_requests(
    people: dict[str, StaffMember], batch: EraseBatch, now: datetime
) -> tuple[dict[str, Any], dict[str, Mapping[str, Any]]]:
    """A request that an administrator may approve; one of their own, and one that was approved."""
    deputy = make_staff("administrator", email="deputy@world.example", name="Данияр")
    reason = "Она ушла из организации в ноябре и больше не участвует в кампаниях."
    roles = ChangeRoles.of(people["translator"].id, {"exporter": None, "translator": None}, None)
    asked = request_approval(roles, by=deputy, reason=reason, now=now)
    boss = people["administrator"]
    own = request_approval(
        ResetSecondFactor(people["reviewer"].id), by=boss, reason=reason, now=now
    )
    gone = request_approval(batch, by=boss, reason=reason, now=now)
    approve(gone, by=deputy, note="Как договорились.", now=now)
    states = {"asked": {"request_id": own}, "gone": {"request_id": gone}}
    return {"request_id": asked}, states


def _passkey(member: StaffMember, *, name: str, now: datetime) -> Passkey:
    return Passkey(
        user_id=member.id,
        credential_id=name.encode().ljust(32, b"."),
        public_key=b"a key",
        backup_state=False,
        device_type="single_device",
        create_datetime=now,
        lastuse_datetime=now,
        name=name,
        usage="first",
    )
