"""All operations that may need a second person, by kind."""

import json
from collections.abc import Mapping
from typing import Any

from campaign_actions.actions.personal_data.reveal import RevealMore
from campaign_actions.actions.signatures.invalidation.erase_batch import EraseBatch
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.disclosures.guarded_export import GuardedExport
from campaign_actions.staff.change_roles import ChangeRoles
from campaign_actions.staff.dual_control import Operation, SetDualControl
from campaign_actions.staff.invitations import Invite, InviteAgain
from campaign_actions.staff.manage_members import (
    AllowCodes,
    DisableMember,
    EnableMember,
    ResetSecondFactor,
)
from campaign_actions.updates.guarded_send import SendUpdate

OPERATIONS: Mapping[str, type[Operation]] = {
    "invite": Invite,
    "invite-again": InviteAgain,
    "change-roles": ChangeRoles,
    "enable-member": EnableMember,
    "disable-member": DisableMember,
    "reset-second-factor": ResetSecondFactor,
    "allow-codes": AllowCodes,
    "dual-control": SetDualControl,
    "export": GuardedExport,
    "erase-batch": EraseBatch,
    "reveal-more": RevealMore,
    "send-update": SendUpdate,
}


def operation_of(request: ApprovalRequest) -> Operation:
    """The operation a request is for."""
    return OPERATIONS[request.kind](**json.loads(request.payload))


def seen_state(request: ApprovalRequest) -> dict[str, Any]:
    """The state at the time of a request."""
    seen: dict[str, Any] = json.loads(request.seen)
    return seen


def canonical_json(value: Mapping[str, object]) -> str:
    """JSON that is the same for equal values."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
