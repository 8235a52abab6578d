"""The outcome and the links that the page of a closed action will have, with every draft: for previews."""

from datetime import datetime

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.newest.pages import NewestPages
from campaign_actions.actions.outcome import Outcome, make_outcome
from campaign_actions.actions.queries import PublicAction, public_actions_of
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.drafts import read_newest
from campaign_actions.core.db.session import db


def newest_outcome(newest: NewestPages, action: PublicAction, *, now: datetime) -> Outcome | None:
    """None if the action is open, or has a result of its own in the language of the page."""
    if action.is_open or action.result:
        return None
    actions = newest_others(newest, action.campaign_id, now=now)
    return make_outcome(newest.campaign, actions, has_own=_has_result(action))


def newest_others(newest: NewestPages, campaign_id: int, *, now: datetime) -> list[PublicAction]:
    """The actions of its campaign that its page can lead to: the public ones, once there are any."""
    public = public_actions_of(campaign_id, locale=newest.locale, now=now)
    ids = {action.id for action in public}
    return [action for action in newest.actions if action.id in ids or not ids]


def _has_result(action: PublicAction) -> bool:
    """In any language in which its campaign is public."""
    connection = db.session.connection()
    of_campaign = texts_in(read_newest(connection, CAMPAIGN, action.campaign_id))
    texts = texts_in(read_newest(connection, ACTION, action.id))
    return any(
        of_campaign.get(tag, {}).get("is_public") and one.get("result")
        for tag, one in texts.items()
    )
