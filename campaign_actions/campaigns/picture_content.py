"""The picture of a campaign or an action as a part of its content.

A new picture is kept apart from those that the public may see until its content is published.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Connection, delete, insert, literal, select, update

from campaign_actions.campaigns.models import DraftPicture, DraftPictureFile, Picture, PictureFile
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.content.images import ProcessedImage
from campaign_actions.core.errors import Conflict

TEXTS = ("picture_alt", "picture_quote", "picture_person", "picture_place")  # in each language
FIELDS = ("picture", "focus", "credit", "licence", "quoted_on")
DETAILS = FIELDS[1:]
NO_PICTURE = {"picture": "", "focus": 0, "credit": "", "licence": "", "quoted_on": ""}


class PictureMissing(Conflict):
    message = _l(
        "The picture was removed while you were editing. Nothing was saved. Go back and"
        " choose a new file."
    )


def read_picture(connection: Connection, *its: ColumnElement[bool]) -> dict[str, Any]:
    """The values of FIELDS, empty where there is no picture."""
    columns = Picture.name, Picture.focus, Picture.credit, Picture.licence, Picture.quoted_on
    row = connection.execute(select(*columns).where(*its)).one_or_none()
    if row is None:
        return dict(NO_PICTURE)
    quoted_on = row.quoted_on.isoformat() if row.quoted_on else ""
    return dict(zip(FIELDS, (*row[:4], quoted_on), strict=True))


def write_picture(
    connection: Connection,
    campaign_id: int,
    action_id: int | None,
    before: Content,
    after: Content,
) -> None:
    """Write the values of FIELDS that differ. A picture that is replaced is deleted at once.

    Raises PictureMissing.
    """
    changed = {name for name in FIELDS if name in after and after[name] != before.get(name)}
    if not changed:
        return
    its = of_owner(campaign_id, action_id)
    if "picture" in changed:
        delete_picture(connection, *its)
        if after["picture"]:
            _make_public(connection, after["picture"])
    if after.get("picture", before.get("picture")):
        connection.execute(update(Picture).where(*its).values(picture_columns_of(after)))


def of_owner(campaign_id: int, action_id: int | None) -> tuple[ColumnElement[bool], ...]:
    """The conditions that select the picture of a campaign, or of one of its actions."""
    if action_id is None:
        return Picture.campaign_id == campaign_id, Picture.action_id.is_(None)
    return (Picture.action_id == action_id,)


def picture_columns_of(content: Content) -> dict[str, Any]:
    """The columns of a picture that people enter."""
    quoted_on = content.get("quoted_on") or None
    return {
        "focus": content["focus"],
        "credit": content.get("credit") or "",
        "licence": content.get("licence") or "",
        "quoted_on": quoted_on and date.fromisoformat(quoted_on),
    }


def delete_picture(connection: Connection, *its: ColumnElement[bool]) -> None:
    ids = select(Picture.id).where(*its)
    connection.execute(delete(PictureFile).where(PictureFile.picture_id.in_(ids)))
    connection.execute(delete(Picture).where(*its))


def delete_drafts(
    connection: Connection, campaign_id: int, action_id: int | None, content: Content
) -> None:
    """Delete the new pictures of an owner that its newest content has not, or that are public now."""
    its = (
        DraftPicture.campaign_id == campaign_id,
        DraftPicture.action_id.is_not_distinct_from(action_id),
    )
    wanted = (DraftPicture.name == content.get("picture", "")) & DraftPicture.name.not_in(
        select(Picture.name)
    )
    unused = select(DraftPicture.name).where(*its, ~wanted)
    connection.execute(delete(DraftPictureFile).where(DraftPictureFile.name.in_(unused)))
    connection.execute(delete(DraftPicture).where(*its, ~wanted))


def _make_public(connection: Connection, name: str) -> None:
    """Copy a new picture with its files to where the public finds it."""
    draft = connection.execute(select(DraftPicture.__table__).filter_by(name=name)).one_or_none()
    if draft is None:
        raise PictureMissing
    picture_id = connection.scalar(insert(Picture).values(draft._mapping).returning(Picture.id))
    columns = DraftPictureFile.width, DraftPictureFile.format, DraftPictureFile.data
    files = select(literal(picture_id), *columns).where(DraftPictureFile.name == name)
    names = ["picture_id", "width", "format", "data"]
    connection.execute(insert(PictureFile).from_select(names, files))


def keep_draft_picture(
    connection: Connection,
    name: str,
    made: ProcessedImage,
    *,
    campaign_id: int,
    action_id: int | None,
    now: datetime,
) -> None:
    """Store a new picture where only staff and previews find it, unless it is there or public."""
    for table in (Picture, DraftPicture):
        if connection.scalar(select(table.name).filter_by(name=name)):
            return
    picture = {"name": name, "campaign_id": campaign_id, "action_id": action_id}
    picture |= {"width": made.width, "height": made.height, "added_at": now}
    connection.execute(insert(DraftPicture), picture)
    files = [
        {"name": name, "width": width, "format": form, "data": data}
        for (width, form), data in made.files.items()
    ]
    connection.execute(insert(DraftPictureFile), files)


def picture_texts(content: Content) -> dict[str, dict[str, str]]:
    """The texts about a picture by language; empty where there are none."""
    return {
        tag: {name: text.get(name) or "" for name in TEXTS}
        for tag, text in sorted(texts_in(content).items())
    }


def known_texts(content: Content, texts: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The texts about a picture in the languages that a content has, by their names in it."""
    known = texts_in(content)
    return {
        f"texts.{tag}.{name}": text
        for tag in texts.keys() & known.keys()
        for name, text in texts[tag].items()
    }
