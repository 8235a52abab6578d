"""The table of the tags of campaigns."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base

MAX_TAGS = 8  # of a campaign
MAX_TAG_LENGTH = 30  # characters


class CampaignTag(Base):
    """A word that staff gave to a campaign. The public never sees it."""

    __tablename__ = "campaign_tags"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(MAX_TAG_LENGTH), primary_key=True)
