"""Share pictures, which messengers and networks show beside a link to an action."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base


class SharePicture(Base):
    """The share picture of an action in one language.

    It is deleted together with the text and the photograph that it shows. `content_hash` is that of
    everything it was drawn from. Without `png` it could not be drawn.
    """

    __tablename__ = "share_pictures"
    __table_args__ = (
        ForeignKeyConstraint(
            ["action_id", "locale"],
            ["action_texts.action_id", "action_texts.locale"],
            ondelete="cascade",
        ),
        CheckConstraint("png is null or content_hash is not null", name="content_hash"),
    )

    action_id: Mapped[int] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)  # BCP 47
    picture_id: Mapped[int | None] = mapped_column(
        ForeignKey("pictures.id", ondelete="cascade"), index=True
    )
    content_hash: Mapped[str | None] = mapped_column(String(32))
    drawn_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]  # by the worker that draws it
    png: Mapped[bytes | None] = mapped_column(LargeBinary)
