"""The text with which an update about another action begins: its demand, its teaser and a link to it."""

from collections.abc import Iterable
from datetime import datetime

from campaign_actions.actions.queries import find_public_action
from campaign_actions.core.sharing.links import with_source
from campaign_actions.core.urls import public_url_for
from campaign_actions.updates.forms import MAX_SUBJECT_LENGTH
from campaign_actions.updates.models import UpdateText

SOURCE = "update"  # in the address of the link


def announcement(action_id: int, tags: Iterable[str], *, now: datetime) -> dict[str, UpdateText]:
    """In those of these languages in which the action is public and open. Nothing is stored."""
    return {tag: text for tag in tags if (text := _text(action_id, tag, now))}


def _text(action_id: int, tag: str, now: datetime) -> UpdateText | None:
    action = find_public_action(action_id, locale=tag, now=now)
    if action is None or not action.is_open:
        return None
    address = public_url_for(
        "actions.show",
        locale=tag,
        campaign_slug=action.campaign_slug,
        action_slug=action.slug,
    )
    link = f"[{action.button}]({with_source(address, SOURCE)})"
    return UpdateText(
        locale=tag,
        subject=action.title[:MAX_SUBJECT_LENGTH],
        body="\n\n".join(filter(None, (action.teaser, link))),
    )
