"""Everything that gave access when a list of removals was last written."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base


class RecordedAccess(Base):
    """Something that gives access and is not on a list yet. It goes back with a restored database."""

    __tablename__ = "recorded_access"

    list_id: Mapped[str] = mapped_column(String(16), primary_key=True)  # each machine has a list
    code: Mapped[str] = mapped_column(String(26), primary_key=True)
