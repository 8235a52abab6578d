"""The appearance of a campaign: its picture and its accent, for every page that is about it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Row, Select, bindparam, select

from campaign_actions.campaigns.models import Campaign, CampaignText, Picture, PictureFile
from campaign_actions.core.content.images import MIMETYPES, SUFFIXES, widths_of
from campaign_actions.core.db.session import db
from campaign_actions.core.theme import ACCENTS, DEFAULT_ACCENT

PUBLIC = "/pictures/"  # where everyone finds the files of a published campaign's picture
SHARED_WIDTH = 1200  # of the file that a shared link shows
FOCI = range(
    1, 10
)  # what stays when a picture is cut, in reading order: 1 above left, 5 the middle


@dataclass(frozen=True)
class ShownPicture:
    """A picture as pages show it. `place` is the folder its addresses are in."""

    name: str
    width: int
    height: int
    focus: int
    alt: str
    place: str = PUBLIC

    def address(self, width: int, form: str) -> str:
        return f"{self.place}{self.name}-{width}.{SUFFIXES[form]}"

    def sources(self, form: str) -> str:
        """All sizes in a format, as `srcset` wants them."""
        widths = widths_of(self.width, form)
        return ", ".join(f"{self.address(width, form)} {width}w" for width in widths)

    @property
    def plain(self) -> str:
        """For browsers that choose none: in the middle of the sizes."""
        return self.address([w for w in widths_of(self.width, "jpeg") if w <= 960][-1], "jpeg")

    @property
    def shared(self) -> tuple[str, int, int]:
        """For links that are shared: address, width and height."""
        width = [w for w in widths_of(self.width, "jpeg") if w <= SHARED_WIDTH][-1]
        return self.address(width, "jpeg"), width, round(self.height * width / self.width)


@dataclass(frozen=True)
class Appearance:
    """Without a picture, pages show a crowd drawn from the slug."""

    picture: ShownPicture | None = None
    accent: str = DEFAULT_ACCENT  # a key of core.theme.ACCENTS

    def at(self, place: str) -> "Appearance":
        """The same with the files of its picture elsewhere: in a preview."""
        return replace(self, picture=self.picture and replace(self.picture, place=place))


PLAIN = Appearance()


def _select() -> Select[int, str, str, int, int, int, str]:
    is_in_language = (CampaignText.campaign_id == Campaign.id) & (
        CampaignText.locale == bindparam("locale")
    )
    return (
        select(
            Campaign.id,
            Campaign.accent,
            Picture.name,
            Picture.width,
            Picture.height,
            Picture.focus,
            CampaignText.picture_alt,
        )
        .outerjoin(Picture, Picture.campaign_id == Campaign.id)
        .outerjoin(CampaignText, is_in_language)
    )


ONE = _select().where(Campaign.id == bindparam("campaign_id"))
SOME = _select().where(Campaign.id.in_(bindparam("ids", expanding=True)))
PUBLIC_FILE = (
    select(Picture.id)
    .join(Campaign, Campaign.id == Picture.campaign_id)
    .where(
        Picture.name == bindparam("name"),
        Campaign.published_at <= bindparam("now"),
    )
)


def find_appearance(campaign_id: int, locale: str) -> Appearance:
    """Of any campaign, published or not; its picture described in a language."""
    parameters = {"campaign_id": campaign_id, "locale": locale}
    row = db.session.connection().execute(ONE, parameters).one_or_none()
    return _appearance(row) if row else PLAIN


def appearances(campaign_ids: Iterable[int], locale: str) -> dict[int, Appearance]:
    """Of some campaigns, by their ids."""
    parameters = {"ids": list(campaign_ids), "locale": locale}
    rows = db.session.connection().execute(SOME, parameters)
    return {row.id: _appearance(row) for row in rows}


def find_public_picture(name: str, now: datetime) -> int | None:
    """The id of a picture, if its campaign is published."""
    parameters = {"name": name, "now": now}
    return db.session.connection().scalar(PUBLIC_FILE, parameters)


def find_picture(campaign_id: int, name: str = "") -> Picture | None:
    """The picture of a campaign, whatever the public sees; if a name is given, only with that."""
    its: Select[Picture] = select(Picture).where(Picture.campaign_id == campaign_id)
    if name:
        its = its.where(Picture.name == name)
    return db.session.scalars(its).one_or_none()


def find_file(picture_id: int, width: int, form: str) -> bytes | None:
    of_picture = select(PictureFile.data).filter_by(picture_id=picture_id, width=width, format=form)
    return db.session.scalar(of_picture)


def file_called(campaign_id: int, name: str, width: int, suffix: str) -> tuple[bytes | None, str]:
    """A file of its picture, whatever the public sees, and its media type."""
    picture, form = find_picture(campaign_id, name), format_of(suffix)
    return find_file(picture.id, width, form) if picture else None, MIMETYPES[form]


def format_of(suffix: str) -> str:
    return next(form for form, ending in SUFFIXES.items() if ending == suffix)


def _appearance(row: Row[int, str, str, int, int, int, str]) -> Appearance:
    picture = row.name and ShownPicture(
        row.name, row.width, row.height, row.focus, row.picture_alt or ""
    )
    accent = row.accent if row.accent in ACCENTS else DEFAULT_ACCENT
    return Appearance(picture or None, accent)
