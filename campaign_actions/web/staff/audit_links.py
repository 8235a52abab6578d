"""The pages of the items that entries of the audit log are about: campaigns, actions and staff members.

Items are found by their present names, so an entry about something that was renamed or deleted has no link.
"""

from collections.abc import Collection, Iterator

from flask import url_for
from sqlalchemy import select

from campaign_actions.actions.models import Action
from campaign_actions.actions.naming import action_name
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import db
from campaign_actions.staff.queries import members_with
from campaign_actions.web.staff.access.authorization import allows


def item_addresses(items: Collection[str]) -> dict[str, str]:
    """By item, those that the current member may open."""
    return {**dict(_pages_of_campaigns(items)), **_pages_of_members(items)}


def _pages_of_campaigns(items: Collection[str]) -> Iterator[tuple[str, str]]:
    slugs = {item.partition("/")[0] for item in items}
    columns = Campaign.id, Campaign.slug, Action.id.label("action_id"), Action.slug.label("action")
    rows = select(*columns).outerjoin(Action, Action.campaign_id == Campaign.id)
    for row in db.session.execute(rows.where(Campaign.slug.in_(slugs))):
        if not allows("campaigns.view", row.id):
            continue
        yield row.slug, url_for("staff_campaigns_index.show", campaign_id=row.id)
        if row.action_id:
            ids = {"campaign_id": row.id, "action_id": row.action_id}
            yield action_name(row.slug, row.action), url_for("staff_actions_show.show", **ids)


def _pages_of_members(items: Collection[str]) -> dict[str, str]:
    if not allows("staff.manage"):
        return {}
    found = members_with(item for item in items if "@" in item)
    return {
        email: url_for("staff_people.show", staff_id=member.id) for email, member in found.items()
    }
