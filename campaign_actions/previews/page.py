"""What the pages of a preview have that public pages do not: a reader, a banner, links among themselves."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaign_actions.actions.queries import PublicAction, all_actions_of
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.queries import (
    PublicCampaign,
    find_written_campaign,
    written_locales,
)
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.urls import path_for, public_url

LINK = re.compile(r'(<a\b[^>]*?\bhref=")([^"#?]*)')
LIVE = re.compile(r' data-meter="[^"]*"')  # the address of a count that is not public yet
Address = Callable[..., str]  # of ("campaign"|"action"|"thanks", locale=…, action_id=…)


@dataclass(frozen=True)
class Preview:
    """What the banner of a previewed page says."""

    opens_at: datetime | None  # to come
    is_public: bool
    back: str = ""  # to publishing, for staff
    is_sent: bool = False  # the form was sent: it does nothing


@dataclass(frozen=True)
class Reader:
    """Who sees a preview: of which campaign, and where its pages and pictures are for them."""

    campaign: Campaign
    locale: str
    shown: PublicCampaign
    actions: list[PublicAction]
    address: Address
    pictures: str
    back: str

    def find_action(self, action_id: int) -> PublicAction | None:
        return next((action for action in self.actions if action.id == action_id), None)

    def alternates(self, page: str, **values: Any) -> dict[str, str]:
        written = set(written_locales(self.campaign.id))
        return {
            tag: public_url(self.address(page, locale=tag, **values))
            for tag in locales()
            if tag in written
        }

    def banner(self, now: datetime, *, is_sent: bool) -> Preview:
        opens_at = self.campaign.published_at
        return Preview(
            opens_at=opens_at if opens_at and opens_at > now else None,
            is_public=bool(opens_at and opens_at <= now),
            back=self.back,
            is_sent=is_sent,
        )

    def places(self) -> dict[str, str]:
        """The preview's addresses by the public ones."""
        places, slug = {}, self.campaign.slug
        for tag in written_locales(self.campaign.id):
            names = {"campaign_slug": slug, "locale": tag}
            places[path_for("campaigns.show", **names)] = self.address("campaign", locale=tag)
            for action in self.actions:
                names["action_slug"] = action.slug
                for page, public in (("action", "actions.show"), ("thanks", "actions.thanks")):
                    there = self.address(page, locale=tag, action_id=action.id)
                    places[path_for(public, **names)] = there
        return places


def find_reader(
    campaign_id: int, *, locale: str, now: datetime, address: Address, pictures: str, back: str = ""
) -> Reader | None:
    """None where nothing is written in the language."""
    campaign = db.session.get(Campaign, campaign_id)
    shown = find_written_campaign(campaign_id, locale=locale)
    if campaign is None or shown is None:
        return None
    actions = all_actions_of(campaign_id, locale=locale, now=now)
    return Reader(campaign, locale, shown, actions, address, pictures, back)


def relink(page: str, places: Mapping[str, str]) -> str:
    """Let a public page lead to other previewed pages, by their public addresses, where there are any."""
    linked = LINK.sub(lambda found: found[1] + places.get(found[2], found[2]), page)
    return LIVE.sub("", linked)
