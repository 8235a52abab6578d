"""Publishing what people agree to: every change is a new version, the old ones stay."""

from datetime import datetime

from sqlalchemy import insert

from campaign_actions.actions.models import ConsentText
from campaign_actions.actions.queries import find_consent
from campaign_actions.core.database import writing


def publish_consent(locale: str, body: str, *, now: datetime) -> int:
    """Make `body` the consent text of a language; its version number. The same text stays as it is."""
    with writing() as connection:
        newest = find_consent(locale)
        if newest and newest.body == body:
            return newest.version
        version = newest.version + 1 if newest else 1
        row = {"locale": locale, "version": version, "body": body, "published_at": now}
        connection.execute(insert(ConsentText), row)
    return version
