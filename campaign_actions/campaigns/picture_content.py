"""The picture of a campaign or an action as a part of its content. Only picture.py changes it."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from campaign_actions.campaigns.models import Picture

TEXTS = ("picture_alt", "picture_quote", "picture_person", "picture_place")  # in each language
FIELDS = ("picture", "focus", "credit", "licence", "quoted_on")
NO_PICTURE = {"picture": "", "focus": 0, "credit": "", "licence": "", "quoted_on": ""}


def read_picture(connection: Connection, *its: ColumnElement[bool]) -> dict[str, Any]:
    """The values of FIELDS, empty where there is no picture."""
    columns = Picture.name, Picture.focus, Picture.credit, Picture.licence, Picture.quoted_on
    row = connection.execute(select(*columns).where(*its)).one_or_none()
    if row is None:
        return dict(NO_PICTURE)
    quoted_on = row.quoted_on.isoformat() if row.quoted_on else ""
    return dict(zip(FIELDS, (*row[:4], quoted_on), strict=True))
