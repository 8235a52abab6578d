"""How far the answers to a question have been deleted, because the time to keep them is over."""

import re
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base

# The key of a question, under which answers are stored, and the name of its field. Without 0 and 1, which
# look like other characters.
QUESTION_KEY = re.compile(r"q[a-z2-7]{6}")


class AnswerDeletion(Base):
    """Signatures of the action that were signed until then have no answer to the question."""

    __tablename__ = "answer_deletions"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(10), primary_key=True)  # its key
    signed_until: Mapped[datetime]
