"""A campaign's picture: put in its place, described, taken away. And its accent."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, delete, insert, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign, CampaignText, Picture, PictureFile
from campaign_actions.campaigns.versioning.save import revising
from campaign_actions.core.content.color import is_accent
from campaign_actions.core.content.images import ProcessedImage
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.errors import Conflict, DomainError


class NoPicture(Conflict):
    message = _l(
        "The picture was removed meanwhile. Choose a file, and nothing else is to be done again."
    )


class NoAccent(DomainError):
    message = _l("This colour cannot be read by many people.")


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
    """The picture of a campaign from now on; its name. One that it had is gone, files and all.

    `alts`: what is on it, by language.
    """
    name = secrets.token_hex(16)
    picture = {"name": name, "campaign_id": campaign_id, "focus": focus}
    picture |= {"width": made.width, "height": made.height, "added_at": now}
    with write_transaction() as connection:
        slug = _hold(connection, campaign_id)
        had_one = _delete(connection, campaign_id)
        picture_id = connection.scalar(insert(Picture).values(picture).returning(Picture.id))
        files = [
            {"picture_id": picture_id, "width": width, "format": form, "data": data}
            for (width, form), data in made.files.items()
        ]
        connection.execute(insert(PictureFile), files)
        _describe(connection, campaign_id, alts, staff_id, now)
        change = "replaced" if had_one else "added"
        _tell(connection, campaign_id, actor, now, subject=slug, change=change, alt=dict(alts))
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
    """Other words about the same picture, another part of it that stays when it is cut.

    Raises NoPicture.
    """
    its = Picture.campaign_id == campaign_id
    with write_transaction() as connection:
        slug = _hold(connection, campaign_id)
        former = connection.scalar(select(Picture.focus).where(its))
        if former is None:
            raise NoPicture
        connection.execute(update(Picture).where(its).values(focus=focus))
        _describe(connection, campaign_id, alts, staff_id, now)
        change = "described" if focus == former else "focused"
        _tell(connection, campaign_id, actor, now, subject=slug, change=change, alt=dict(alts))


def remove_picture(
    campaign_id: int, *, actor: str, now: datetime, staff_id: int | None = None
) -> bool:
    """Delete the picture and its descriptions at once; False if there was none."""
    with write_transaction() as connection:
        slug = _hold(connection, campaign_id)
        if not _delete(connection, campaign_id):
            return False
        gone = dict.fromkeys(_alts(connection, campaign_id), "")
        _describe(connection, campaign_id, gone, staff_id, now)
        _tell(connection, campaign_id, actor, now, subject=slug, change="removed")
    return True


def choose_accent(campaign_id: int, accent: str | None, *, actor: str, now: datetime) -> None:
    """The colour of a campaign; None: that of the house. Raises NoAccent."""
    if accent is not None and not is_accent(accent):
        raise NoAccent
    with write_transaction() as connection:
        slug = _hold(connection, campaign_id)
        chosen = update(Campaign).where(Campaign.id == campaign_id).values(accent=accent)
        connection.execute(chosen)
        _tell(connection, campaign_id, actor, now, subject=slug, accent=accent or "none")


def _tell(
    connection: Connection, campaign_id: int, actor: str, now: datetime, **details: Any
) -> None:
    """The history of the campaign shows these, too: what is no text has no revision."""
    facts = {"campaign_id": campaign_id, **details}
    add_entry(connection, "picture-changed", actor=actor, now=now, **facts)


def _hold(connection: Connection, campaign_id: int) -> str:
    """The slug of the campaign; whoever else changes its picture waits until we are done."""
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
    """What is said to be on the picture, by language."""
    texts = select(CampaignText.locale, CampaignText.picture_alt)
    rows = connection.execute(texts.where(CampaignText.campaign_id == campaign_id))
    return {row.locale: row.picture_alt for row in rows}


def _describe(
    connection: Connection,
    campaign_id: int,
    alts: Mapping[str, str],
    staff_id: int | None,
    now: datetime,
) -> None:
    """Other words are a revision; the same ones are none."""
    known = _alts(connection, campaign_id)
    changed = {tag: alt for tag, alt in alts.items() if tag in known and alt != known[tag]}
    if not changed:
        return
    with revising(connection, CAMPAIGN, campaign_id, staff_id=staff_id, now=now):
        for locale, alt in changed.items():
            text = (CampaignText.campaign_id == campaign_id) & (CampaignText.locale == locale)
            connection.execute(update(CampaignText).where(text).values(picture_alt=alt))
