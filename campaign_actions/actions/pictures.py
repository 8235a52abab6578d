"""Pictures of actions, and which pictures the public may see."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns.appearance import (
    Appearance,
    find_appearance,
    picture_columns,
    shown_picture,
)
from campaign_actions.campaigns.models import Campaign, Picture
from campaign_actions.campaigns.models.embargo import have_opened
from campaign_actions.campaigns.picture import PictureOwner
from campaign_actions.core.db.session import db

OF_ACTIONS = (
    select(Picture.action_id, *picture_columns(ActionText))
    .outerjoin(
        ActionText,
        (ActionText.action_id == Picture.action_id) & (ActionText.locale == bindparam("locale")),
    )
    .where(Picture.action_id.in_(bindparam("ids", expanding=True)))
)
PUBLIC_FILE = (
    select(Picture.id)
    .join(Campaign, Campaign.id == Picture.campaign_id)
    .outerjoin(Action, Action.id == Picture.action_id)
    .where(
        Picture.name == bindparam("name"),
        have_opened(bindparam("now"), Campaign),
        or_(Picture.action_id.is_(None), have_opened(bindparam("now"), Action)),
    )
)


def of_action(campaign_id: int, action_id: int) -> PictureOwner:
    return PictureOwner(ACTION, action_id, campaign_id, ActionText)


def find_action_appearance(campaign_id: int, action_id: int, locale: str) -> Appearance:
    """Of any action: like its campaign, with its own picture if it has one."""
    appearance = find_appearance(campaign_id, locale)
    return own_appearances({action_id: appearance}, locale).get(action_id, appearance)


def own_appearances(of_campaigns: Mapping[int, Appearance], locale: str) -> dict[int, Appearance]:
    """Of those actions that have a picture of their own, by id, given those of their campaigns."""
    parameters = {"ids": list(of_campaigns), "locale": locale}
    rows = db.session.connection().execute(OF_ACTIONS, parameters)
    return {
        row.action_id: replace(of_campaigns[row.action_id], picture=shown_picture(row))
        for row in rows
    }


def find_public_picture(name: str, now: datetime) -> int | None:
    """The id of a picture, if what it belongs to is published."""
    return db.session.connection().scalar(PUBLIC_FILE, {"name": name, "now": now})
