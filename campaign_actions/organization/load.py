"""Loads the organisation for core/organization.py, and finds its pictures."""

from collections.abc import Mapping

from sqlalchemy import or_, select

from campaign_actions.core.content.images import small_logo
from campaign_actions.core.db.session import db
from campaign_actions.core.organization import TEXT_NAMES, BrandPicture, Organization
from campaign_actions.organization.load_time_zone import TimeZoneLoader
from campaign_actions.organization.models import (
    OrganizationPicture,
    OrganizationProfile,
    OrganizationText,
)

MAIL_LOGO_HEIGHT = 64  # pixels: emails show it 32 high
_PICTURE = select(OrganizationPicture.name, OrganizationPicture.width, OrganizationPicture.height)


class OrganizationLoader(TimeZoneLoader):
    """Reads the values that administrators have set."""

    def load(self) -> Organization:
        with db.engine.connect() as connection:
            row = connection.execute(select(OrganizationProfile.__table__)).mappings().one_or_none()
            if row is None:
                return Organization()
            texts = connection.execute(select(OrganizationText.__table__)).mappings().all()
            used = OrganizationPicture.name.in_([row["logo"], row["icon"]])
            pictures = {
                one.name: BrandPicture(**one._mapping)
                for one in connection.execute(_PICTURE.where(used))
            }
            logo = connection.scalar(
                select(OrganizationPicture.data).where(OrganizationPicture.name == row["logo"])
            )
        return Organization(
            version=row["version"],
            accent=row["accent"],
            timezone=row["timezone"],
            texts={text["locale"]: {name: text[name] for name in TEXT_NAMES} for text in texts},
            logo=pictures.get(row["logo"]),
            icon=pictures.get(row["icon"]),
            mail_logo=small_logo(logo, MAIL_LOGO_HEIGHT) if logo else b"",
        )


def unsaved_organization(
    *, accent: str, logo: str, icon: str, texts: Mapping[str, Mapping[str, str]]
) -> Organization:
    """The organisation as it would be with other values. `logo` and `icon`: names of stored pictures."""
    data = find_picture_data(logo, only_used=False)
    return Organization(
        accent=accent,
        texts=texts,
        logo=find_picture(logo),
        icon=find_picture(icon),
        mail_logo=small_logo(data, MAIL_LOGO_HEIGHT) if data else b"",
    )


def left_out_steps() -> frozenset[str]:
    """The first steps that someone left out for everyone."""
    names = db.session.scalar(select(OrganizationProfile.left_out_steps))
    return frozenset((names or "").split())


def find_picture(name: str) -> BrandPicture | None:
    """A picture by its name, whether it is in use or not."""
    found = db.session.execute(_PICTURE.where(OrganizationPicture.name == name)).one_or_none()
    return BrandPicture(**found._mapping) if found else None


def find_picture_data(name: str, *, only_used: bool = True) -> bytes | None:
    """The PNG file of a picture. `only_used`: if pages show it."""
    found = select(OrganizationPicture.data).where(OrganizationPicture.name == name)
    if only_used:
        in_use = or_(
            OrganizationProfile.logo == OrganizationPicture.name,
            OrganizationProfile.icon == OrganizationPicture.name,
        )
        found = found.join(OrganizationProfile, in_use)
    return db.session.scalar(found)
