"""Changing what is known about the organisation."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, delete, insert, or_, select, update

from campaign_actions.audit.log import add_entry
from campaign_actions.core.content.images import ProcessedImage
from campaign_actions.core.db.session import write_transaction
from campaign_actions.core.db.upsert import dialect_insert
from campaign_actions.core.db.words import add_word
from campaign_actions.core.errors import Conflict
from campaign_actions.core.organization import TEXT_NAMES, organization_store
from campaign_actions.organization.models import (
    OrganizationPicture,
    OrganizationProfile,
    OrganizationText,
)

KEPT = timedelta(days=1)  # a picture of a form that was never saved
LOOK = ("accent", "logo", "icon")


class BrandChanged(Exception):
    """Someone has saved the brand since the page was opened."""


class PictureGone(Conflict):
    message = _l("The file you chose is no longer here. Choose it again.")


@dataclass(frozen=True)
class Brand:
    """The values that the brand page saves. `logo` and `icon`: names of pictures; None: there is none."""

    accent: str = ""
    logo: str | None = None
    icon: str | None = None
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def keep_picture(made: ProcessedImage, *, now: datetime) -> str:
    """Store a logo or an icon before the form is saved; returns its name. Old unused ones are deleted."""
    (data,) = made.files.values()
    name = hashlib.blake2b(data, digest_size=16).hexdigest()
    row = {"name": name, "width": made.width, "height": made.height, "data": data}
    with write_transaction() as connection:
        new = dialect_insert(connection.dialect.name)(OrganizationPicture)
        again = {"added_at": now}
        connection.execute(
            new.values(row | again).on_conflict_do_update(index_elements=["name"], set_=again)
        )
        _delete_unused(connection, before=now - KEPT)
    return name


def save_brand(brand: Brand, *, expected: int, actor: str, now: datetime) -> bool:
    """Save name, look and texts, if anything has changed; returns whether it has.

    `expected`: the version that the page showed. Raises BrandChanged, PictureGone.
    """
    with write_transaction() as connection:
        profile = _lock(connection)
        texts = _texts(connection)
        if profile["version"] != expected:
            raise BrandChanged
        look = {name: getattr(brand, name) for name in LOOK}
        fields = [name for name in LOOK if look[name] != profile[name]]
        changed = _changed_texts(texts, brand.texts)
        if not fields and not changed:
            return False
        _check_pictures(connection, look)
        for tag, text in changed.items():
            connection.execute(delete(OrganizationText).where(OrganizationText.locale == tag))
            if any(text.values()):
                connection.execute(insert(OrganizationText).values(locale=tag, **text))
        _write(connection, profile["version"], look)
        fields += [
            name
            for name in TEXT_NAMES
            if any(text[name] != texts.get(tag, {}).get(name, "") for tag, text in changed.items())
        ]
        details: dict[str, Any] = {"fields": fields, "languages": sorted(changed)}
        if "accent" in fields:
            details["accent"] = brand.accent
        add_entry(connection, "organization-changed", actor=actor, now=now, **details)
    organization_store().refresh_now()
    return True


def set_timezone(timezone: str, *, actor: str, now: datetime) -> bool:
    """Set the organisation's time zone, "" for that of the settings; returns whether it has changed."""
    with write_transaction() as connection:
        profile = _lock(connection)
        if profile["timezone"] == timezone:
            return False
        _write(connection, profile["version"], {"timezone": timezone})
        add_entry(
            connection,
            "organization-changed",
            actor=actor,
            now=now,
            fields=["timezone"],
            timezone=timezone,
        )
    organization_store().refresh_now()
    return True


def leave_out_step(name: str) -> None:
    """Leave out one of the first steps for everyone. Not in the audit log: nothing depends on it."""
    with write_transaction() as connection:
        _lock(connection)
        add_word(connection, OrganizationProfile.left_out_steps, OrganizationProfile.id == 1, name)


def _lock(connection: Connection) -> Mapping[str, Any]:
    """The row, inserted if need be, so that two people cannot save at the same moment."""
    new = dialect_insert(connection.dialect.name)(OrganizationProfile)
    empty = {"id": 1, "version": 0, "accent": "", "timezone": ""}
    connection.execute(new.values(empty).on_conflict_do_nothing())
    row = select(OrganizationProfile.__table__).with_for_update()
    return dict(connection.execute(row).mappings().one())


def _write(connection: Connection, version: int, values: Mapping[str, Any]) -> None:
    connection.execute(update(OrganizationProfile).values(version=version + 1, **values))


def _texts(connection: Connection) -> dict[str, dict[str, str]]:
    rows = connection.execute(select(OrganizationText.__table__)).mappings()
    return {row["locale"]: {name: row[name] for name in TEXT_NAMES} for row in rows}


def _changed_texts(
    before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """The languages whose texts have changed. A language that is not in `after` stays as it is."""
    empty = dict.fromkeys(TEXT_NAMES, "")
    return {
        tag: {**empty, **text}
        for tag, text in after.items()
        if {**empty, **text} != {**empty, **before.get(tag, {})}
    }


def _check_pictures(connection: Connection, look: Mapping[str, str | None]) -> None:
    names = {look["logo"], look["icon"]} - {None}
    found = select(OrganizationPicture.name).where(OrganizationPicture.name.in_(names))
    if {*connection.scalars(found.with_for_update())} != names:
        raise PictureGone


def _delete_unused(connection: Connection, *, before: datetime) -> None:
    in_use = select(OrganizationProfile.id).where(
        or_(
            OrganizationProfile.logo == OrganizationPicture.name,
            OrganizationProfile.icon == OrganizationPicture.name,
        )
    )
    connection.execute(
        delete(OrganizationPicture).where(OrganizationPicture.added_at < before, ~in_use.exists())
    )
