"""The times for which something was, or is, switched off."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base
from campaign_actions.core.switches.state import KINDS

REASON_LENGTH = 500  # characters
ACTOR_LENGTH = 254
IS_OFF = "on_at is null"


class SwitchPause(Base):
    """Something was off from `off_at` until `on_at`. At most one pause of each switch has not ended.

    `target`: the id of an action or the tag of a language, else "". Rows are kept, because the clock of
    emails is computed from them (core/switches/email_clock.py).
    """

    __tablename__ = "switch_pauses"
    __table_args__ = (
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(
            "(kind in ('action', 'language', 'unproved')) = (target <> '')", name="target"
        ),
        CheckConstraint("on_at >= off_at", name="on_at"),
        CheckConstraint(
            "(on_at is null) = (on_by is null) and (on_at is null) = (on_reason is null)",
            name="on_by",
        ),
        Index(
            "ix_switch_pauses_kind_target",
            "kind",
            "target",
            unique=True,
            postgresql_where=text(IS_OFF),
            sqlite_where=text(IS_OFF),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    target: Mapped[str] = mapped_column(String(20), default="")
    off_at: Mapped[datetime]
    # As in the audit log, with the login name of someone who used a command; see actors.py.
    off_by: Mapped[str] = mapped_column(String(ACTOR_LENGTH))
    off_reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    on_at: Mapped[datetime | None]
    on_by: Mapped[str | None] = mapped_column(String(ACTOR_LENGTH))
    on_reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
