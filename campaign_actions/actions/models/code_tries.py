"""How often someone has tried to confirm with a code."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base
from campaign_actions.core.security.email_address import KEY_LENGTH


class CodeTries(Base):
    """The tries of a code that was sent to a mailbox for an action; see `signatures/codes/tries`.

    Also for mailboxes that have no code, because nobody may learn which have one.
    """

    __tablename__ = "code_tries"
    __table_args__ = (Index("ix_code_tries_tried_at", "tried_at"),)

    email_key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    code_sent_at: Mapped[datetime | None]  # which code was tried; null: there was none
    tries: Mapped[int]
    tried_at: Mapped[datetime]  # the last time
