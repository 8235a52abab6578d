"""How much is left behind the tabs of a campaign or an action. Each of their pages asks, so it is cheap."""

from flask import Flask

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.comments.undecided import count_undecided
from campaign_actions.web.staff.publishing.open_steps import open_steps
from campaign_actions.web.staff.waiting.item import MAX_COUNTED, amount_of


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(undecided_comments=undecided_comments, open_steps=open_steps)


def undecided_comments(action: ActionOverview) -> str:
    """How many comments are still to be decided; "" for none, and where they are not shown."""
    count = count_undecided_comments(action)
    return amount_of(count) if count else ""


def count_undecided_comments(action: ActionOverview) -> int:
    """The same as a number, counted to one more than MAX_COUNTED."""
    return count_undecided(action.id, limit=MAX_COUNTED + 1) if action.shows_comments else 0
