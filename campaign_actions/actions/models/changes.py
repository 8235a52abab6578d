"""The changes of signatures, in the order in which readers see them."""

from sqlalchemy import BigInteger, CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.actions.models.signature_status import STATUSES
from campaign_actions.core.db.session import Base, BigId

IS_NUMBERED = "number is not null"
IS_NEW = "number is null"


class SignatureChange(Base):
    """One change of one signature: which, and its status afterwards. Nothing personal, and no time.

    A trigger on `signatures` adds the row, in the transaction of the change. `number` is the place in the
    order of all changes, which `changes/number.py` gives once the change is committed. So someone who has
    read all changes up to a number never misses one, however late it is committed.
    """

    __tablename__ = "signature_changes"
    __table_args__ = (
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint("number > 0", name="number"),
        Index(
            "ix_signature_changes_number",
            "number",
            unique=True,
            postgresql_where=text(IS_NUMBERED),
            sqlite_where=text(IS_NUMBERED),
        ),
        Index(
            "ix_signature_changes_of_action",
            "action_id",
            "number",
            "signature_id",
            postgresql_where=text(IS_NUMBERED),
            sqlite_where=text(IS_NUMBERED),
        ),
        Index(
            "ix_signature_changes_new",
            "id",
            postgresql_where=text(IS_NEW),
            sqlite_where=text(IS_NEW),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # Without a foreign key: the trigger takes both from the row, and checking them would cost as much again.
    action_id: Mapped[int]
    signature_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(10))
    number: Mapped[int | None] = mapped_column(BigInteger)
