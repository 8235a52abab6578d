"""Setting, describing and removing the picture of a campaign or an action, and choosing an accent."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns import picture_content
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import (
    DEFAULT_FOCUS,
    Campaign,
    CampaignText,
    Picture,
    PictureFile,
)
from campaign_actions.campaigns.versioning.save import saving_revision
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.content.images import ProcessedImage
from campaign_actions.core.db.session import Base, write_transaction
from campaign_actions.core.errors import Conflict, DomainError
from campaign_actions.core.theme import ACCENTS

NAME_LENGTH = 32
Texts = Mapping[str, Mapping[str, str]]  # by language, then by their names in picture_content


class PictureMissing(Conflict):
    message = _l(
        "The picture was removed while you were editing. Nothing was saved. Go back and"
        " choose a new file."
    )


class UnknownAccent(DomainError):
    message = _l("Choose an option.")


@dataclass(frozen=True)
class PictureOwner:
    """A campaign or an action, which may each have one picture. `texts`: the table of its texts."""

    subject: Versioned
    id: int
    campaign_id: int
    texts: type[Base]

    @property
    def action_id(self) -> int | None:
        return None if self.subject is CAMPAIGN else self.id

    @property
    def its_picture(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions that select its picture."""
        if self.action_id is None:
            return Picture.campaign_id == self.campaign_id, Picture.action_id.is_(None)
        return (Picture.action_id == self.action_id,)

    @property
    def its_texts(self) -> ColumnElement[bool]:
        return self.texts.__table__.c[f"{self.subject.name}_id"] == self.id


@dataclass(frozen=True)
class PictureDetails:
    """The description of a picture. `licence`: a name in LICENCES."""

    texts: Texts
    focus: int = DEFAULT_FOCUS
    credit: str = ""
    licence: str = ""
    quoted_on: date | None = None

    @property
    def columns(self) -> dict[str, Any]:
        names = ("focus", "credit", "licence", "quoted_on")
        return {name: getattr(self, name) for name in names}

    @property
    def alts(self) -> dict[str, str]:
        return {tag: text.get("picture_alt", "") for tag, text in self.texts.items()}


def of_campaign(campaign_id: int) -> PictureOwner:
    return PictureOwner(CAMPAIGN, campaign_id, campaign_id, CampaignText)


def put_picture(
    owner: PictureOwner,
    made: ProcessedImage,
    details: PictureDetails,
    *,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> str:
    """Set the picture of its owner and delete the former one; returns the new name."""
    with write_transaction() as connection:
        _lock(connection, owner)
        with saving_revision(connection, owner.subject, owner.id, staff_id=staff_id, now=now):
            had_one = _delete(connection, owner)
            name = add_picture(connection, owner, made, details, now=now)
        change = "replaced" if had_one else "added"
        _log(connection, owner, actor, now, change=change, alt=details.alts)
    return name


def add_picture(
    connection: Connection,
    owner: PictureOwner,
    made: ProcessedImage,
    details: PictureDetails,
    *,
    now: datetime,
) -> str:
    """Insert the picture of an owner that has none, in the caller's transaction; returns its name."""
    name = _content_hash(owner, made)
    picture = {"name": name, "campaign_id": owner.campaign_id, "action_id": owner.action_id}
    picture |= {"width": made.width, "height": made.height, "added_at": now, **details.columns}
    picture_id = connection.scalar(insert(Picture).values(picture).returning(Picture.id))
    files = [
        {"picture_id": picture_id, "width": width, "format": form, "data": data}
        for (width, form), data in made.files.items()
    ]
    connection.execute(insert(PictureFile), files)
    _write_texts(connection, owner, _changed_texts(connection, owner, details.texts))
    return name


def describe_picture(
    owner: PictureOwner,
    details: PictureDetails,
    *,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> None:
    """Change the details of the picture. A revision is saved only if something changed.

    Raises PictureMissing.
    """
    columns = [getattr(Picture, name) for name in details.columns]
    with write_transaction() as connection:
        _lock(connection, owner)
        former = connection.execute(select(*columns).where(*owner.its_picture)).one_or_none()
        if former is None:
            raise PictureMissing
        changed = _changed_texts(connection, owner, details.texts)
        if changed or dict(former._mapping) != details.columns:
            with saving_revision(connection, owner.subject, owner.id, staff_id=staff_id, now=now):
                new = update(Picture).where(*owner.its_picture).values(details.columns)
                connection.execute(new)
                _write_texts(connection, owner, changed)
        change = "described" if details.focus == former.focus else "focused"
        _log(connection, owner, actor, now, change=change, alt=details.alts)


def remove_picture(
    owner: PictureOwner, *, actor: str, now: datetime, staff_id: int | None = None
) -> bool:
    """Delete the picture and its texts; False if there was none."""
    with write_transaction() as connection:
        _lock(connection, owner)
        if connection.scalar(select(Picture.id).where(*owner.its_picture)) is None:
            return False
        with saving_revision(connection, owner.subject, owner.id, staff_id=staff_id, now=now):
            _delete(connection, owner)
            empty = dict.fromkeys(picture_content.TEXTS, "")
            _write_texts(connection, owner, dict.fromkeys(picture_texts(connection, owner), empty))
        _log(connection, owner, actor, now, change="removed")
    return True


def picture_texts(connection: Connection, owner: PictureOwner) -> dict[str, dict[str, str]]:
    """The texts about its picture by language; empty where there are none."""
    columns = owner.texts.__table__.c
    names = picture_content.TEXTS
    found = select(columns.locale, *(columns[name] for name in names)).where(owner.its_texts)
    rows = connection.execute(found.order_by(columns.locale)).mappings()
    return {row["locale"]: {name: row[name] for name in names} for row in rows}


def choose_accent(
    campaign_id: int,
    accent: str,
    *,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> None:
    """Give a campaign an accent of the house theme, unless it has it already. Raises UnknownAccent."""
    if accent not in ACCENTS:
        raise UnknownAccent
    with write_transaction() as connection:
        _lock(connection, of_campaign(campaign_id))
        this = Campaign.id == campaign_id
        if connection.scalar(select(Campaign.accent).where(this)) != accent:
            with saving_revision(connection, CAMPAIGN, campaign_id, staff_id=staff_id, now=now):
                connection.execute(update(Campaign).where(this).values(accent=accent))
        _log(connection, of_campaign(campaign_id), actor, now, accent=accent)


def _content_hash(owner: PictureOwner, made: ProcessedImage) -> str:
    """Two owners of the same picture have different names for it, since each is public for itself."""
    whole = hashlib.sha256(f"{owner.subject.name} {owner.id}".encode())
    for key in sorted(made.files):
        whole.update(hashlib.sha256(made.files[key]).digest())
    return whole.hexdigest()[:NAME_LENGTH]


def _log(
    connection: Connection, owner: PictureOwner, actor: str, now: datetime, **details: Any
) -> None:
    facts = {f"{owner.subject.name}_id": owner.id, **details}
    name = owner.subject.called(connection, owner.id)
    add_entry(connection, "picture-changed", actor=actor, now=now, subject=name, **facts)


def _lock(connection: Connection, owner: PictureOwner) -> None:
    """Lock the campaign against other changes of its pictures."""
    this = select(Campaign.id).where(Campaign.id == owner.campaign_id)
    connection.scalars(this.with_for_update()).one()


def _delete(connection: Connection, owner: PictureOwner) -> bool:
    ids = select(Picture.id).where(*owner.its_picture)
    connection.execute(delete(PictureFile).where(PictureFile.picture_id.in_(ids)))
    return connection.execute(delete(Picture).where(*owner.its_picture)).rowcount > 0


def _changed_texts(connection: Connection, owner: PictureOwner, texts: Texts) -> Texts:
    """The texts that change, in the languages of the owner."""
    known = picture_texts(connection, owner)
    changed = {
        tag: {name: text for name, text in texts[tag].items() if text != known[tag][name]}
        for tag in texts.keys() & known.keys()
    }
    return {tag: text for tag, text in changed.items() if text}


def _write_texts(connection: Connection, owner: PictureOwner, texts: Texts) -> None:
    for locale, text in texts.items():
        in_language = owner.texts.__table__.c.locale == locale
        connection.execute(update(owner.texts).where(owner.its_texts, in_language).values(text))
