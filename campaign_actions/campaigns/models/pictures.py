"""Tables of pictures: of campaigns and actions, public or in a draft, and the texts about them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.core.db.session import Base

PICTURE_FORMATS = ("webp", "jpeg")
MAX_ALT_LENGTH = MAX_QUOTE_LENGTH = (
    300  # characters of a picture’s description, and of its quotation
)
MAX_PERSON_LENGTH = 120  # characters of the name, and of the place, of the person quoted
MAX_CREDIT_LENGTH = 120
DEFAULT_FOCUS = 2  # at the top, where faces are: pictures are cropped from below
OF_CAMPAIGN = "action_id is null"  # the condition of a partial index


class PictureTexts:
    """The columns of texts about the picture of a campaign or an action, empty without one."""

    picture_alt: Mapped[str] = mapped_column(String(MAX_ALT_LENGTH), server_default="")
    picture_quote: Mapped[str] = mapped_column(String(MAX_QUOTE_LENGTH), server_default="")
    picture_person: Mapped[str] = mapped_column(String(MAX_PERSON_LENGTH), server_default="")
    picture_place: Mapped[str] = mapped_column(String(MAX_PERSON_LENGTH), server_default="")


class Picture(Base):
    """The picture of a campaign, or of one of its actions, re-encoded without its metadata.

    A picture that is replaced or removed is deleted at once: someone on it may be at risk.
    """

    __tablename__ = "pictures"
    __table_args__ = (
        CheckConstraint("width > 0 and height > 0", name="size"),
        CheckConstraint("focus between 1 and 9", name="focus"),
        Index(
            "ix_pictures_campaign_id",
            "campaign_id",
            unique=True,
            postgresql_where=text(OF_CAMPAIGN),
            sqlite_where=text(OF_CAMPAIGN),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(
        String(32), unique=True
    )  # in addresses: a hash of its content
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"), unique=True)
    width: Mapped[int]  # pixels of the largest file
    height: Mapped[int]
    # The part that stays when it is cropped: 1 to 9, row by row
    focus: Mapped[int] = mapped_column(default=DEFAULT_FOCUS)
    credit: Mapped[str] = mapped_column(String(MAX_CREDIT_LENGTH), default="", server_default="")
    # A name in LICENCES
    licence: Mapped[str] = mapped_column(String(20), default="", server_default="")
    quoted_on: Mapped[date | None]  # when the person quoted said so
    added_at: Mapped[datetime]

    files: Mapped[list["PictureFile"]] = relationship(cascade="all, delete-orphan")


class PictureFile(Base):
    """A picture in one size and format."""

    __tablename__ = "picture_files"
    __table_args__ = (CheckConstraint(f"format in {PICTURE_FORMATS}", name="format"),)

    picture_id: Mapped[int] = mapped_column(
        ForeignKey("pictures.id", ondelete="cascade"), primary_key=True
    )
    width: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # pixels
    format: Mapped[str] = mapped_column(String(4), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class DraftPicture(Base):
    """A picture that the newest content of a published campaign or action has, and the public not yet.

    Its name and the values that people enter are in that content.
    """

    __tablename__ = "draft_pictures"
    __table_args__ = (CheckConstraint("width > 0 and height > 0", name="size"),)

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"))
    width: Mapped[int]
    height: Mapped[int]
    added_at: Mapped[datetime]


class DraftPictureFile(Base):
    """The same picture in one size and format."""

    __tablename__ = "draft_picture_files"
    __table_args__ = (CheckConstraint(f"format in {PICTURE_FORMATS}", name="format"),)

    name: Mapped[str] = mapped_column(
        ForeignKey("draft_pictures.name", ondelete="cascade"), primary_key=True
    )
    width: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # pixels
    format: Mapped[str] = mapped_column(String(4), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
