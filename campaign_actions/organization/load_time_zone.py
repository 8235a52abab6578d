"""Loads the organisation for commands that need nothing but its time zone, and no libraries for pictures."""

from collections.abc import Hashable

from sqlalchemy import select

from campaign_actions.core.db.session import db
from campaign_actions.core.organization import Organization
from campaign_actions.organization.models import OrganizationProfile


class TimeZoneLoader:
    """Reads the time zone that administrators have set."""

    def stamp(self) -> Hashable:
        with db.engine.connect() as connection:
            return connection.scalar(select(OrganizationProfile.version))

    def load(self) -> Organization:
        with db.engine.connect() as connection:
            return Organization(
                timezone=connection.scalar(select(OrganizationProfile.timezone)) or ""
            )

    def shipped(self) -> Organization:
        return Organization()
