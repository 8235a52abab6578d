"""Whose email addresses a member has seen or deleted, one by one, in the last day."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base
from campaign_actions.core.security.public_ids import PUBLIC_ID_LENGTH


class RevealedAddress(Base):
    """See `personal_data/reveal`. It is deleted with the first one that is shown a day later."""

    __tablename__ = "revealed_addresses"

    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_members.id", ondelete="cascade"), primary_key=True
    )
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True)
    revealed_at: Mapped[datetime]
