"""Publishing what people agree to: every change is a new version, the old ones stay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from campaign_actions.actions.models import ConsentText
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction


def consent_versions(locale: str, *, skip: int = 0, most: int) -> Sequence[ConsentText]:
    """Texts of a language, the newest first."""
    versions = select(ConsentText).filter_by(locale=locale).order_by(ConsentText.version.desc())
    return db.session.scalars(versions.offset(skip).limit(most)).all()


def find_newest_consent(locale: str) -> ConsentText | None:
    """What people agree to now."""
    return next(iter(consent_versions(locale, most=1)), None)


def publish_consent(locale: str, body: str, *, now: datetime, actor: str = "") -> int:
    """Make `body` the consent text of a language; its version number. The same text stays as it is.

    Without an actor it is a part of loading a demo, and in no audit log.
    """
    with write_transaction() as connection:
        return add_consent(connection, locale, body, now=now, actor=actor)


def add_consent(
    connection: Connection,
    locale: str,
    body: str,
    *,
    now: datetime,
    actor: str = "",
    subject: str = "",
) -> int:
    """As publish_consent(), in the caller's transaction."""
    newest = select(ConsentText).filter_by(locale=locale).order_by(ConsentText.version.desc())
    known = db.session.scalars(newest.limit(1)).one_or_none()
    if known and known.body == body:
        return known.version
    version = known.version + 1 if known else 1
    row = {"locale": locale, "version": version, "body": body, "published_at": now}
    connection.execute(insert(ConsentText), row)
    if actor:
        said: dict[str, Any] = {"language": locale, "version": version}
        add_entry(connection, "consent-published", actor=actor, now=now, subject=subject, **said)
    return version
