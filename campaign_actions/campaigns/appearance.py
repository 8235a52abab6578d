"""The appearance of campaigns: picture and accent, for every page that is about one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from campaign_actions.campaigns.licences import LICENCES, Licence
from campaign_actions.campaigns.models import (
    Campaign,
    CampaignText,
    DraftPicture,
    DraftPictureFile,
    Picture,
    PictureFile,
    PictureTexts,
)
from campaign_actions.core.content.image_worker import MAX_FACE_WIDTH, MAX_PHONE_WIDTH
from campaign_actions.core.content.images import MIMETYPES, SUFFIXES, widths_of
from campaign_actions.core.db.session import db
from campaign_actions.core.theme import ACCENTS, DEFAULT_ACCENT

PUBLIC = "/pictures/"  # where everyone finds the files of a published campaign's pictures
FOCI = range(
    1, 10
)  # what stays when a picture is cut, in reading order: 1 above left, 5 the middle


@dataclass(frozen=True)
class ShownPicture:
    """A picture as pages show it, in one language. `folder`: its addresses are below it.

    `person`, `place` and `said_on`: who is quoted, where and when. `licence`: a name in LICENCES.
    """

    name: str
    width: int
    height: int
    focus: int
    alt: str
    quote: str = ""
    person: str = ""
    place: str = ""
    said_on: date | None = None
    credit: str = ""
    licence: str = ""
    folder: str = PUBLIC

    @property
    def shape(self) -> str:
        """Of its frame: portrait (4:5) or wide (16:9)."""
        return "portrait" if self.height >= self.width else "wide"

    @property
    def has_caption(self) -> bool:
        quotation = self.quote, self.person, self.place, self.said_on
        return any((*quotation, self.credit, self.licence_details.url))

    @property
    def licence_details(self) -> Licence:
        return LICENCES.get(self.licence, LICENCES[""])

    def address(self, width: int, form: str) -> str:
        return f"{self.folder}{self.name}-{width}.{SUFFIXES[form]}"

    @property
    def sources(self) -> str:
        """All sizes, as `srcset` wants them."""
        return self._sources(widths_of(self.width, "webp"))

    @property
    def phone_sources(self) -> str:
        """The sizes that are light enough for a phone."""
        return self._sources(self._phone_widths)

    @property
    def plain(self) -> str:
        """For browsers that choose no size."""
        return self.address(self._phone_widths[-1], "webp")

    @property
    def smallest(self) -> str:
        return self.address(self._phone_widths[0], "webp")

    @property
    def shared(self) -> tuple[str, int, int]:
        """For links that are shared: address, width and height."""
        (width,) = widths_of(self.width, "jpeg")
        return self.address(width, "jpeg"), width, round(self.height * width / self.width)

    @property
    def _phone_widths(self) -> list[int]:
        most = MAX_FACE_WIDTH if self.shape == "portrait" else MAX_PHONE_WIDTH
        return [width for width in widths_of(self.width, "webp") if width <= most]

    def _sources(self, widths: Iterable[int]) -> str:
        return ", ".join(f"{self.address(width, 'webp')} {width}w" for width in widths)


@dataclass(frozen=True)
class Appearance:
    """Without a picture, pages show a crowd drawn from the slug."""

    picture: ShownPicture | None = None
    accent: str = DEFAULT_ACCENT  # a key of core.theme.ACCENTS

    def at(self, folder: str) -> "Appearance":
        """The same with the files of its picture elsewhere: in a preview."""
        return replace(self, picture=self.picture and replace(self.picture, folder=folder))


PLAIN = Appearance()


def picture_columns(texts: type[PictureTexts]) -> tuple[Any, ...]:
    """The columns that `shown_picture()` needs; `texts` are those of its owner in a language."""
    return (
        *(Picture.name, Picture.width, Picture.height, Picture.focus, Picture.quoted_on),
        *(Picture.credit, Picture.licence, texts.picture_alt, texts.picture_quote),
        *(texts.picture_person, texts.picture_place),
    )


def shown_picture(row: Row[*tuple[Any, ...]]) -> ShownPicture | None:
    """None if the row has no picture. Its texts may be missing in the language."""
    if not row.name:
        return None
    return ShownPicture(
        name=row.name,
        width=row.width,
        height=row.height,
        focus=row.focus,
        alt=row.picture_alt or "",
        quote=row.picture_quote or "",
        person=row.picture_person or "",
        place=row.picture_place or "",
        said_on=row.quoted_on,
        credit=row.credit,
        licence=row.licence,
    )


def _select() -> Select[*tuple[Any, ...]]:
    is_in_language = (CampaignText.campaign_id == Campaign.id) & (
        CampaignText.locale == bindparam("locale")
    )
    is_its_own = (Picture.campaign_id == Campaign.id) & Picture.action_id.is_(None)
    return (
        select(Campaign.id, Campaign.accent, *picture_columns(CampaignText))
        .outerjoin(Picture, is_its_own)
        .outerjoin(CampaignText, is_in_language)
    )


ONE = _select().where(Campaign.id == bindparam("campaign_id"))
SOME = _select().where(Campaign.id.in_(bindparam("ids", expanding=True)))


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


def find_pictures(campaign_id: int, names: Iterable[str]) -> dict[str, ShownPicture]:
    """Those of these pictures that are still kept, public or of a draft, without their texts, by name."""
    wanted = list(names)
    rows = (
        row
        for owner in (Picture, DraftPicture)
        for row in db.session.execute(
            select(owner.name, owner.width, owner.height).where(
                owner.campaign_id == campaign_id, owner.name.in_(wanted)
            )
        )
    )
    return {row.name: ShownPicture(*row, focus=0, alt="") for row in rows}


def find_file(picture_id: int, width: int, form: str) -> bytes | None:
    of_picture = select(PictureFile.data).filter_by(picture_id=picture_id, width=width, format=form)
    return db.session.scalar(of_picture)


def file_called(campaign_id: int, name: str, width: int, suffix: str) -> tuple[bytes | None, str]:
    """A file of a picture of a campaign or its actions, public, draft or not, and its media type."""
    its, form = {"campaign_id": campaign_id, "name": name}, format_of(suffix)
    if picture_id := db.session.scalar(select(Picture.id).filter_by(**its)):
        return find_file(picture_id, width, form), MIMETYPES[form]
    of_draft = (
        select(DraftPictureFile.data)
        .join(DraftPicture)
        .where(
            DraftPicture.campaign_id == campaign_id,
            DraftPicture.name == name,
            DraftPictureFile.width == width,
            DraftPictureFile.format == form,
        )
    )
    return db.session.scalar(of_draft), MIMETYPES[form]


def format_of(suffix: str) -> str:
    return next(form for form, ending in SUFFIXES.items() if ending == suffix)


def _appearance(row: Row[*tuple[Any, ...]]) -> Appearance:
    return Appearance(shown_picture(row), row.accent if row.accent in ACCENTS else DEFAULT_ACCENT)
