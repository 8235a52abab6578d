"""Setting, describing and removing the picture of a campaign or an action, and choosing an accent.

Like every save, these make a draft of what is public. Only removing a picture is public at once, since
someone on it may be at risk.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Connection, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns import picture_content
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import DEFAULT_FOCUS, Campaign, CampaignText, Picture
from campaign_actions.campaigns.versioning.drafts import read_newest, saving_revision, store_newest
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.core.content.images import ProcessedImage
from campaign_actions.core.db.session import Base, write_transaction
from campaign_actions.core.errors import DomainError
from campaign_actions.core.theme import ACCENTS

NAME_LENGTH = 32
Texts = Mapping[str, Mapping[str, str]]  # by language, then by their names in picture_content


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
        return picture_content.of_owner(self.campaign_id, self.action_id)

    @property
    def its_texts(self) -> ColumnElement[bool]:
        return self.texts.__table__.c[f"{self.subject.name}_id"] == self.id


@dataclass(frozen=True)
class PictureDetails:
    """The description of a picture. `licence`: a name in LICENCES. `accent`: a new one for its campaign."""

    texts: Texts
    focus: int = DEFAULT_FOCUS
    credit: str = ""
    licence: str = ""
    quoted_on: date | None = None
    accent: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """As in the content of a revision."""
        quoted_on = self.quoted_on.isoformat() if self.quoted_on else ""
        values = self.focus, self.credit, self.licence, quoted_on
        accent = {"accent": self.accent} if self.accent else {}
        return dict(zip(picture_content.DETAILS, values, strict=True)) | accent

    def facts(self, before: Content) -> dict[str, Any]:
        """For the audit log: its descriptions, and the accent if that is new."""
        accent = {"accent": self.accent} if self.accent not in ("", before.get("accent")) else {}
        return {
            "alt": {tag: its.get("picture_alt", "") for tag, its in self.texts.items()},
            **accent,
        }


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
    """Set the picture of its owner and return its name. The former one goes once it is not public."""
    with write_transaction() as connection:
        _lock(connection, owner)
        before = read_newest(connection, owner.subject, owner.id)
        name = _content_hash(owner, made)
        picture_content.keep_draft_picture(
            connection,
            name,
            made,
            campaign_id=owner.campaign_id,
            action_id=owner.action_id,
            now=now,
        )
        after = {**before, "picture": name, **details.content}
        after |= picture_content.known_texts(before, details.texts)
        if after != before:
            _store(connection, owner, after, staff_id, now)
        change = "replaced" if before["picture"] else "added"
        _log(connection, owner, actor, now, change=change, **details.facts(before))
    return name


def add_picture(
    connection: Connection,
    owner: PictureOwner,
    made: ProcessedImage,
    details: PictureDetails,
    *,
    now: datetime,
) -> None:
    """Add the picture of an owner that has none and is not public, in the caller's transaction."""
    before = owner.subject.read(connection, owner.id)
    name = _content_hash(owner, made)
    picture_content.keep_draft_picture(
        connection, name, made, campaign_id=owner.campaign_id, action_id=owner.action_id, now=now
    )
    after = {**before, "picture": name, **details.content}
    after |= picture_content.known_texts(before, details.texts)
    owner.subject.write(connection, owner.id, before, after, now)
    owner.subject.clean(connection, owner.id, after)


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
    with write_transaction() as connection:
        _lock(connection, owner)
        before = read_newest(connection, owner.subject, owner.id)
        if not before["picture"]:
            raise picture_content.PictureMissing
        after = {**before, **details.content, **picture_content.known_texts(before, details.texts)}
        if after != before:
            _store(connection, owner, after, staff_id, now)
        change = "described" if details.focus == before["focus"] else "focused"
        _log(connection, owner, actor, now, change=change, **details.facts(before))


def remove_picture(
    owner: PictureOwner, *, actor: str, now: datetime, staff_id: int | None = None
) -> bool:
    """Delete the picture and its texts, from the public page and from a draft; False if there was none."""
    with write_transaction() as connection:
        _lock(connection, owner)
        newest = read_newest(connection, owner.subject, owner.id)
        if not newest["picture"] and not _has_picture(connection, owner):
            return False
        texts = [n for n in newest if n.rpartition(".")[2] in picture_content.TEXTS]
        gone = {**picture_content.NO_PICTURE, **dict.fromkeys(texts, "")}
        with saving_revision(
            connection, owner.subject, owner.id, staff_id=staff_id, now=now, also=gone
        ):
            picture_content.delete_picture(connection, *owner.its_picture)
            empty = dict.fromkeys(picture_content.TEXTS, "")
            connection.execute(update(owner.texts).where(owner.its_texts).values(empty))
        _log(connection, owner, actor, now, change="removed")
    return True


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
    owner = of_campaign(campaign_id)
    with write_transaction() as connection:
        _lock(connection, owner)
        before = read_newest(connection, CAMPAIGN, campaign_id)
        if before["accent"] != accent:
            _store(connection, owner, {**before, "accent": accent}, staff_id, now)
        _log(connection, owner, actor, now, accent=accent)


def _store(
    connection: Connection,
    owner: PictureOwner,
    content: Content,
    staff_id: int | None,
    now: datetime,
) -> None:
    store_newest(connection, owner.subject, owner.id, content, staff_id=staff_id, now=now)


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


def _has_picture(connection: Connection, owner: PictureOwner) -> bool:
    return connection.scalar(select(Picture.id).where(*owner.its_picture)) is not None
