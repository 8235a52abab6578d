"""The action of a signature, for the pages and emails of the person who signed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.actions.newest.pages import find_base, values_of
from campaign_actions.actions.queries import PublicAction, find_public_action
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.public_times import contents_once_public
from campaign_actions.core.db.session import db


def find_signed_action(
    action_id: int, *, locales: Sequence[str], now: datetime
) -> PublicAction | None:
    """In the first of `locales` in which the public sees it, or else as the public saw it last.

    People who signed can still withdraw after it was unpublished, but see nothing that was written since.
    None if it was never public in one of these languages.
    """
    for locale in locales:
        if found := find_public_action(action_id, locale=locale, now=now):
            return found
    return _as_last_public(action_id, locales, now)


def _as_last_public(action_id: int, locales: Sequence[str], now: datetime) -> PublicAction | None:
    connection = db.session.connection()
    campaign_id = connection.scalar(select(Action.campaign_id).filter_by(id=action_id)) or 0
    for campaign in contents_once_public(connection, CAMPAIGN, campaign_id):
        texts = texts_in(campaign.content)
        content = _content_until(connection, action_id, campaign.until, now)
        for tag in locales:
            if texts.get(tag, {}).get("is_public") and tag in texts_in(content):
                base = find_base(campaign_id, action_id, tag, now)
                return base and replace(
                    base,
                    locale=tag,
                    campaign_slug=campaign.content["slug"],
                    campaign_title=texts[tag]["title"],
                    has_opened=False,
                    **values_of(content, tag, base, now),
                )
    return None


def _content_until(
    connection: Connection, action_id: int, until: datetime, now: datetime
) -> dict[str, Any]:
    """The contents that the public saw when the campaign, or a language of it, left the site."""
    ended = list(contents_once_public(connection, ACTION, action_id))
    if later := [one for one in ended if one.until >= until]:
        return later[-1].content
    if ACTION.is_public(connection, action_id, now):
        return ACTION.read(connection, action_id)
    return ended[0].content if ended else {}
