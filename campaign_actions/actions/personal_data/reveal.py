"""How many people's addresses a member may see or delete in a day, one by one.

All addresses at once are an export, which needs two people. So after a number of them a member has to
log in again, and after as many more, a second person has to agree.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from sqlalchemy import Connection, delete, insert, select

from campaign_actions.actions.models import RevealedAddress
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import has_rows, write_transaction
from campaign_actions.core.db.upsert import advisory_lock
from campaign_actions.staff.dual_control import Approval, Operation
from campaign_actions.staff.models import StaffMember

DAY = timedelta(days=1)
LOCK = 0x7365656E  # "seen": the key of PostgreSQL's advisory lock
Obstacle = Literal["login", "approval"]


@dataclass(frozen=True)
class RevealMore(Operation):
    """Let a member start counting again."""

    kind: ClassVar[str] = "reveal-more"
    permission: ClassVar[str] = "signatures.export"

    campaign: int
    staff_id: int
    email: str

    @property
    def target(self) -> str:
        return f"member-{self.staff_id}"

    @property
    def campaign_id(self) -> int | None:
        return self.campaign

    def subject(self) -> str:
        return self.email

    def apply(self, connection: Connection, approval: Approval, now: datetime) -> None:
        connection.execute(delete(RevealedAddress).filter_by(staff_id=self.staff_id))
        add_entry(
            connection,
            "addresses-allowed",
            actor=approval.actor,
            now=now,
            subject=self.email,
            **approval.details(),
        )


def is_revealed(public_id: str, member: StaffMember, now: datetime) -> bool:
    """Whether a member has asked for this address in the last day."""
    its = select(RevealedAddress.staff_id).filter_by(staff_id=member.id, public_id=public_id)
    return has_rows(its.where(RevealedAddress.revealed_at > now - DAY))


def reveal(
    public_id: str,
    *,
    action: str,
    member: StaffMember,
    proved_at: datetime,
    limit: int,
    now: datetime,
) -> Obstacle | None:
    """Count an address that a member sees or deletes; what they need first, if it is one too many.

    `proved_at`: when they last proved who they are. `limit`: the setting REVEAL_LIMIT.
    """
    with write_transaction() as connection:
        advisory_lock(connection, LOCK)
        own = RevealedAddress.staff_id == member.id
        connection.execute(delete(RevealedAddress).where(RevealedAddress.revealed_at <= now - DAY))
        columns = select(RevealedAddress.public_id, RevealedAddress.revealed_at).where(own)
        rows = connection.execute(columns.order_by(RevealedAddress.revealed_at)).all()
        if any(row.public_id == public_id for row in rows):
            return None
        if len(rows) >= 2 * limit:
            return "approval"
        if len(rows) >= limit and (not limit or proved_at <= rows[limit - 1].revealed_at):
            return "login"
        row = {"staff_id": member.id, "public_id": public_id, "revealed_at": now}
        connection.execute(insert(RevealedAddress).values(row))
        add_entry(
            connection,
            "address-shown",
            actor=member.email,
            now=now,
            subject=public_id,
            rows=1,
            action=action,
        )
    return None
