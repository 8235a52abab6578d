"""Consent texts: every change is published as a new version, and the old ones are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from campaign_actions.actions.models import ConsentText
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction


def consent_versions(locale: str, *, offset: int = 0, limit: int) -> Sequence[ConsentText]:
    """Texts of a language, newest first."""
    versions = select(ConsentText).filter_by(locale=locale).order_by(ConsentText.version.desc())
    return db.session.scalars(versions.offset(offset).limit(limit)).all()


def find_newest_consent(locale: str) -> ConsentText | None:
    """The text that people agree to now."""
    return next(iter(consent_versions(locale, limit=1)), None)


def publish_consent(locale: str, body: str, *, now: datetime, actor: str = "") -> int:
    """Make `body` the consent text of a language. Returns its version number.

    An unchanged text keeps its version. Without an actor, as when the demo is loaded, there is no
    entry in the audit log.
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
    newest = find_newest_consent(locale)
    if newest and newest.body == body:
        return newest.version
    version = newest.version + 1 if newest else 1
    row = {"locale": locale, "version": version, "body": body, "published_at": now}
    connection.execute(insert(ConsentText), row)
    if actor:
        details: dict[str, Any] = {"language": locale, "version": version}
        add_entry(connection, "consent-published", actor=actor, now=now, subject=subject, **details)
    return version
