"""Consent texts, by kind of action: every change is a new version, and the old ones are kept.

The recipients and data that they name have to match `personal_data/purposes.py`; decision 0040.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, insert, select

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import ConsentText
from campaign_actions.audit.log import add_entry
from campaign_actions.core.db.session import db, write_transaction

MODELS = Path(__file__).parent / "model_consents"
ConsentKey = tuple[str, str]  # kind and locale


def consent_versions(
    kind: str, locale: str, *, offset: int = 0, limit: int
) -> Sequence[ConsentText]:
    """Texts of a kind in a language, newest first."""
    versions = (
        select(ConsentText).filter_by(kind=kind, locale=locale).order_by(ConsentText.version.desc())
    )
    return db.session.scalars(versions.offset(offset).limit(limit)).all()


def find_newest_consent(kind: str, locale: str) -> ConsentText | None:
    """The text that people agree to now."""
    return next(iter(consent_versions(kind, locale, limit=1)), None)


def newest_consents(locale: str) -> dict[str, ConsentText | None]:
    """The texts that people agree to now in a language, by kind."""
    return {kind: find_newest_consent(kind, locale) for kind in KINDS}


def existing_consents() -> frozenset[ConsentKey]:
    """The kinds and languages for which there is a text."""
    found = db.session.execute(select(ConsentText.kind, ConsentText.locale).distinct())
    return frozenset((kind, locale) for kind, locale in found)


@cache
def model_consents() -> Mapping[str, Mapping[str, str]]:
    """Texts to begin with, by locale and kind. They mention everything in `personal_data/purposes.py`."""
    return {file.stem: tomllib.loads(file.read_text("utf-8")) for file in MODELS.glob("*.toml")}


def find_model_consent(kind: str, locale: str) -> str | None:
    return model_consents().get(locale, {}).get(kind)


def publish_consent(kind: str, locale: str, body: str, *, now: datetime, actor: str = "") -> int:
    """Make `body` the consent text of a kind in a language. Returns its version number.

    An unchanged text keeps its version. Without an actor, as when the demo is loaded, there is no
    entry in the audit log.
    """
    with write_transaction() as connection:
        return add_consent(connection, kind, locale, body, now=now, actor=actor)


def add_consent(
    connection: Connection,
    kind: str,
    locale: str,
    body: str,
    *,
    now: datetime,
    actor: str = "",
    subject: str = "",
) -> int:
    """As publish_consent(), in the caller's transaction."""
    newest = find_newest_consent(kind, locale)
    if newest and newest.body == body:
        return newest.version
    version = newest.version + 1 if newest else 1
    row = {"kind": kind, "locale": locale, "version": version}
    connection.execute(insert(ConsentText), row | {"body": body, "published_at": now})
    if actor:
        add_entry(
            connection,
            "consent-published",
            actor=actor,
            now=now,
            subject=subject,
            kind=kind,
            language=locale,
            version=version,
        )
    return version
