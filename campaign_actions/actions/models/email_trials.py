"""When staff last sent themselves the emails about an action, to see them as signers do."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base


class EmailTrial(Base):
    """The last trial in a language."""

    __tablename__ = "email_trials"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
    tried_at: Mapped[datetime]
