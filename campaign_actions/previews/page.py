"""A campaign as its previews show it, whose pages lead to each other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from campaign_actions.actions.newest.pages import NewestPages, find_newest_pages
from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.queries import PublicCampaign
from campaign_actions.core.content.html_document import parse_document, write_document
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.urls import path_for, public_url

PUBLIC_ENDPOINTS = {
    "action": "actions.show",
    "thanks": "thanks.show",
    "poster": "sharing.poster",
}


class AddressOf(Protocol):
    """The address of a preview page: `campaign`, `action`, `thanks` or `poster`."""

    def __call__(self, page: str, *, locale: str, action_id: int | None = None) -> str: ...


@dataclass(frozen=True)
class PreviewedCampaign:
    """A campaign in one language, with its drafts.

    `pictures`: the folder that its pictures are served from.
    """

    campaign: Campaign
    locale: str
    shown: PublicCampaign
    newest: NewestPages
    address: AddressOf
    pictures: str
    back: str

    @property
    def actions(self) -> list[PublicAction]:
        return self.newest.actions

    def alternates(self, page: str, *, action_id: int | None = None) -> dict[str, str]:
        """The addresses of a page in all served languages the campaign is written in."""
        return {
            tag: public_url(self.address(page, locale=tag, action_id=action_id))
            for tag in locales()
            if tag in self.newest.locales
        }

    def preview_addresses(self) -> dict[str, str]:
        """The addresses of all preview pages, by the public addresses of the same pages."""
        found, slug = {}, self.shown.slug
        for tag in self.newest.locales:
            names = {"campaign_slug": slug, "locale": tag}
            found[path_for("campaigns.show", **names)] = self.address("campaign", locale=tag)
            for action in self.actions:
                for page, endpoint in PUBLIC_ENDPOINTS.items():
                    public = path_for(endpoint, action_slug=action.slug, **names)
                    found[public] = self.address(page, locale=tag, action_id=action.id)
        return found


def find_previewed_campaign(
    campaign_id: int,
    *,
    locale: str,
    now: datetime,
    address: AddressOf,
    pictures: str,
    back: str = "",
) -> PreviewedCampaign | None:
    """None if it is not written in the language."""
    campaign = db.session.get(Campaign, campaign_id)
    newest = find_newest_pages(campaign_id, locale=locale, now=now)
    if campaign is None or newest.campaign is None:
        return None
    return PreviewedCampaign(campaign, locale, newest.campaign, newest, address, pictures, back)


def link_to_previews(page: str, addresses: Mapping[str, str]) -> str:
    """Replace links to public pages by links to their previews, as far as `addresses` has them.

    The address of the live count is removed, since it is not public yet.
    """
    document = parse_document(page)
    for link in document.iter("a"):
        address = link.get("href", "")
        path = re.split("[?#]", address, maxsplit=1)[0]
        if path in addresses:
            link.set("href", addresses[path] + address.removeprefix(path))
    for meter in document.xpath("//*[@data-meter]"):
        del meter.attrib["data-meter"]
    return write_document(document)
