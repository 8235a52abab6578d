"""Groups of signatures that look as if a robot had sent them, for staff to decide about."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, Json

CLUSTER_RULES = ("text", "domain", "source", "minute", "burst")
CLUSTER_STATES = ("open", "dismissed", "invalidated")
IS_OPEN = "state = 'open'"
IS_UNTOLD = "told_at is null"
CLUSTER_KEY_LENGTH = 64


class SignatureCluster(Base):
    """Signatures of one action and period that have more in common than is usual there.

    `rule`: one of CLUSTER_RULES. `key`: a hash of what they have in common, by which the same cluster is
    recognised. `since` (inclusive) and `until` (exclusive) are whole minutes; they grow while it goes on.
    """

    __tablename__ = "signature_clusters"
    __table_args__ = (
        CheckConstraint(f"rule in {CLUSTER_RULES}", name="rule"),
        CheckConstraint(f"state in {CLUSTER_STATES}", name="state"),
        CheckConstraint("(state = 'open') = (decided_at is null)", name="decided_at"),
        CheckConstraint("since < until", name="period"),
        Index("ix_signature_clusters_of_action", "action_id", "until"),
        Index(
            "ix_signature_clusters_open",
            "action_id",
            postgresql_where=text(IS_OPEN),
            sqlite_where=text(IS_OPEN),
        ),
        Index(
            "ix_signature_clusters_untold",
            "id",
            postgresql_where=text(IS_UNTOLD),
            sqlite_where=text(IS_UNTOLD),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    rule: Mapped[str] = mapped_column(String(6))
    key: Mapped[str] = mapped_column(String(CLUSTER_KEY_LENGTH))
    filter: Mapped[dict[str, Any]] = mapped_column(Json)  # a SignatureFilter without the period
    since: Mapped[datetime]
    until: Mapped[datetime]
    rows: Mapped[int]  # the most that were found at once
    found_at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # when staff who want it were told by email
    state: Mapped[str] = mapped_column(String(11), default="open")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]  # staff id
    batch_id: Mapped[int | None]  # the first batch with its filter; stays when it is proposed again
