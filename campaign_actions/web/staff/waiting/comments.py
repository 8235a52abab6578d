"""Comments to moderate, one line for each action."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.comments.undecided import undecided_by_action
from campaign_actions.actions.listing.titles import titled_actions
from campaign_actions.core.i18n.formatting import age
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.web.staff.access.authorization import campaigns_of
from campaign_actions.web.staff.waiting.item import MAX_COUNTED, WaitingItem

MAX_ACTIONS = 20  # the newest


def comments_waiting(now: datetime) -> Iterator[WaitingItem]:
    """Of actions that show comments: where they do not, a decision changes nothing."""
    found = undecided_by_action(
        campaigns_of("comments.moderate"),
        now=now,
        max_actions=MAX_ACTIONS,
        limit=MAX_COUNTED + 1,
    )
    if not found:
        return
    actions = titled_actions(found, locales=locales_current_first()).values()
    for action in sorted(actions, key=lambda action: -found[action.id].count):
        undecided = found[action.id]
        oldest = age(now - undecided.oldest_at)
        yield WaitingItem(
            undecided.count,
            ngettext("Comment to read", "Comments to read", undecided.count),
            [action.title, _("the oldest is %(age)s old", age=oldest)],
            _("Read comments"),
            url_for(
                "staff_actions_comments.index", campaign_id=action.campaign_id, action_id=action.id
            ),
            (action.campaign_id,),
        )
