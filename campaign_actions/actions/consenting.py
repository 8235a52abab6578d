"""Publishing what people agree to: every change is a new version, the old ones stay."""

from datetime import datetime

from sqlalchemy import insert, select

from campaign_actions.actions.models import ConsentText
from campaign_actions.core.database import db, writing


def publish_consent(locale: str, body: str, *, now: datetime) -> int:
    """Make `body` the consent text of a language; its version number. The same text stays as it is."""
    newest = select(ConsentText).filter_by(locale=locale).order_by(ConsentText.version.desc())
    with writing() as connection:
        known = db.session.scalars(newest.limit(1)).one_or_none()
        if known and known.body == body:
            return known.version
        version = known.version + 1 if known else 1
        row = {"locale": locale, "version": version, "body": body, "published_at": now}
        connection.execute(insert(ConsentText), row)
    return version
