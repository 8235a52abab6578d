"""Copying a campaign with all that was written for it: a draft with addresses of its own."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from campaign_actions.actions import edit as actions
from campaign_actions.actions.models import Action
from campaign_actions.campaigns import edit as campaigns
from campaign_actions.campaigns import partners
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.campaigns.versioning.save import begin, tell_begun
from campaign_actions.core.content.slugs import MAX_LENGTH, first_free_slug
from campaign_actions.core.db.session import write_transaction
from campaign_actions.staff.models import StaffMember

NUMBER = 4  # characters that are left for a number


def copy_campaign(campaign_id: int, *, by: StaffMember, now: datetime) -> int:
    """Texts, partners and actions, but no picture, no signature and no time; the id of the copy."""
    with write_transaction() as connection:
        content = campaigns.CAMPAIGN.read(connection, campaign_id)
        base = content["slug"][: MAX_LENGTH - NUMBER].rstrip("-")
        slug = first_free_slug(base, campaigns.is_slug_taken)
        copy_id = campaigns.add_campaign(connection, slug, _texts(content))
        partners.write(connection, copy_id, {}, _partners(content))
        begin(connection, campaigns.CAMPAIGN, copy_id, by=by, now=now)
        for action_id in _actions(connection, campaign_id):
            _copy_action(connection, action_id, copy_id, by, now)
        tell_begun(connection, campaigns.CAMPAIGN, copy_id, by=by, now=now, copy_of=content["slug"])
    return copy_id


def _copy_action(
    connection: Connection, action_id: int, campaign_id: int, by: StaffMember, now: datetime
) -> None:
    content = actions.ACTION.read(connection, action_id)
    own = {name: content[name] for name in actions.FIELDS if name not in ("slug", "closes_at")}
    texts = _texts(content)
    copy_id = actions.add_action(connection, campaign_id, content["slug"], texts, **own)
    begin(connection, actions.ACTION, copy_id, by=by, now=now)


def _texts(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What was written, without what came of it and without whether it is public."""
    left = campaigns.CAMPAIGN.decided_elsewhere
    return {
        locale: {name: value for name, value in text.items() if name not in left}
        for locale, text in texts_in(content).items()
    }


def _partners(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name.startswith("partners.")}


def _actions(connection: Connection, campaign_id: int) -> list[int]:
    of_campaign = select(Action.id).where(Action.campaign_id == campaign_id)
    return list(connection.scalars(of_campaign.order_by(Action.position, Action.id)))
