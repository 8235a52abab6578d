"""Setting, describing and removing the picture of a campaign, and choosing its accent."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, delete, insert, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText, Picture, PictureFile
from campaign_actions.campaigns.versioning.save import saving_revision
from campaign_actions.core.content.images import ProcessedImage
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict, DomainError
from campaign_actions.core.theme import ACCENTS


class PictureMissing(Conflict):
    message = _l(
        "The picture was removed while you were editing. Nothing was saved. Go back and"
        " choose a new file."
    )


class UnknownAccent(DomainError):
    message = _l("Choose an option.")


def put_picture(
    campaign_id: int,
    made: ProcessedImage,
    *,
    alts: Mapping[str, str],
    focus: int,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> str:
    """Set the picture of a campaign and delete its former one; returns the new name.

    `alts`: its descriptions by language.
    """
    name = secrets.token_hex(16)
    picture = {"name": name, "campaign_id": campaign_id, "focus": focus}
    picture |= {"width": made.width, "height": made.height, "added_at": now}
    with write_transaction() as connection:
        slug = _lock(connection, campaign_id)
        with saving_revision(connection, CAMPAIGN, campaign_id, staff_id=staff_id, now=now):
            had_one = _delete(connection, campaign_id)
            picture_id = connection.scalar(insert(Picture).values(picture).returning(Picture.id))
            files = [
                {"picture_id": picture_id, "width": width, "format": form, "data": data}
                for (width, form), data in made.files.items()
            ]
            connection.execute(insert(PictureFile), files)
            _describe(connection, campaign_id, _new_alts(connection, campaign_id, alts))
        change = "replaced" if had_one else "added"
        _log(connection, campaign_id, actor, now, subject=slug, change=change, alt=dict(alts))
    return name


def describe_picture(
    campaign_id: int,
    *,
    alts: Mapping[str, str],
    focus: int,
    actor: str,
    now: datetime,
    staff_id: int | None = None,
) -> None:
    """Change the descriptions and the focus of the picture. Without a change there is no revision.

    Raises PictureMissing.
    """
    its = Picture.campaign_id == campaign_id
    with write_transaction() as connection:
        slug = _lock(connection, campaign_id)
        former = connection.scalar(select(Picture.focus).where(its))
        if former is None:
            raise PictureMissing
        changed = _new_alts(connection, campaign_id, alts)
        if changed or focus != former:
            with saving_revision(connection, CAMPAIGN, campaign_id, staff_id=staff_id, now=now):
                connection.execute(update(Picture).where(its).values(focus=focus))
                _describe(connection, campaign_id, changed)
        change = "described" if focus == former else "focused"
        _log(connection, campaign_id, actor, now, subject=slug, change=change, alt=dict(alts))


def remove_picture(
    campaign_id: int, *, actor: str, now: datetime, staff_id: int | None = None
) -> bool:
    """Delete the picture and its descriptions; False if there was none."""
    with write_transaction() as connection:
        slug = _lock(connection, campaign_id)
        if connection.scalar(select(Picture.id).filter_by(campaign_id=campaign_id)) is None:
            return False
        with saving_revision(connection, CAMPAIGN, campaign_id, staff_id=staff_id, now=now):
            _delete(connection, campaign_id)
            _describe(connection, campaign_id, dict.fromkeys(_alts(connection, campaign_id), ""))
        _log(connection, campaign_id, actor, now, subject=slug, change="removed")
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
    with write_transaction() as connection:
        slug = _lock(connection, campaign_id)
        this = Campaign.id == campaign_id
        if connection.scalar(select(Campaign.accent).where(this)) != accent:
            with saving_revision(connection, CAMPAIGN, campaign_id, staff_id=staff_id, now=now):
                connection.execute(update(Campaign).where(this).values(accent=accent))
        _log(connection, campaign_id, actor, now, subject=slug, accent=accent)


def _log(
    connection: Connection, campaign_id: int, actor: str, now: datetime, **details: Any
) -> None:
    facts = {"campaign_id": campaign_id, **details}
    add_entry(connection, "picture-changed", actor=actor, now=now, **facts)


def _lock(connection: Connection, campaign_id: int) -> str:
    """Lock the campaign against other changes of its picture; returns its slug."""
    slug: str = connection.scalars(
        select(Campaign.slug).where(Campaign.id == campaign_id).with_for_update()
    ).one()
    return slug


def _delete(connection: Connection, campaign_id: int) -> bool:
    ids = select(Picture.id).where(Picture.campaign_id == campaign_id)
    connection.execute(delete(PictureFile).where(PictureFile.picture_id.in_(ids)))
    gone = connection.execute(delete(Picture).where(Picture.campaign_id == campaign_id))
    return gone.rowcount > 0


def _alts(connection: Connection, campaign_id: int) -> dict[str, str]:
    """The descriptions of the picture by language."""
    texts = select(CampaignText.locale, CampaignText.picture_alt)
    rows = connection.execute(texts.where(CampaignText.campaign_id == campaign_id))
    return {row.locale: row.picture_alt for row in rows}


def _new_alts(connection: Connection, campaign_id: int, alts: Mapping[str, str]) -> dict[str, str]:
    """The descriptions that change, in the languages of the campaign."""
    known = _alts(connection, campaign_id)
    return {tag: alt for tag, alt in alts.items() if tag in known and alt != known[tag]}


def _describe(connection: Connection, campaign_id: int, alts: Mapping[str, str]) -> None:
    for locale, alt in alts.items():
        text = (CampaignText.campaign_id == campaign_id) & (CampaignText.locale == locale)
        connection.execute(update(CampaignText).where(text).values(picture_alt=alt))
