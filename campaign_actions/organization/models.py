"""Tables of what administrators have set about the organisation; core/organization.py has the defaults."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base

MAX_NAME_LENGTH, MAX_FOOTER_LENGTH, MAX_IMPRINT_LENGTH = 120, 500, 4000  # characters


class OrganizationProfile(Base):
    """One row, or none while nobody has set anything. Empty values come from the settings.

    `version` grows with every change, also of the texts.
    """

    __tablename__ = "organization_profile"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    accent: Mapped[str] = mapped_column(String(7), default="")  # a colour like #b3181c
    timezone: Mapped[str] = mapped_column(String(64), default="")  # like Europe/Moscow
    logo: Mapped[str | None] = mapped_column(ForeignKey("organization_pictures.name"))
    icon: Mapped[str | None] = mapped_column(ForeignKey("organization_pictures.name"))
    # First steps that someone left out for everyone, with spaces between. `version` does not count them.
    left_out_steps: Mapped[str] = mapped_column(Text, default="", server_default="")


class OrganizationText(Base):
    """Texts of the organisation in one language. Empty ones come from another language or the settings."""

    __tablename__ = "organization_texts"

    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH), default="")
    footer: Mapped[str] = mapped_column(Text, default="")
    imprint: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(254), default="")  # an email address


class OrganizationPicture(Base):
    """A logo or an icon as PNG: one in use, or one of a form that has not been saved yet."""

    __tablename__ = "organization_pictures"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)  # a hash of its content
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]
