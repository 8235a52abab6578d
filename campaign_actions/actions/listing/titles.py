"""The titles of actions, where nothing else about them is shown."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from campaign_actions.actions.models import Action, ActionText
from campaign_actions.actions.newest.titles import find_title
from campaign_actions.core.db.session import db


@dataclass(frozen=True)
class TitledAction:
    id: int
    campaign_id: int
    title: str

    @property
    def ids(self) -> dict[str, int]:
        """For the addresses of its pages."""
        return {"campaign_id": self.campaign_id, "action_id": self.id}


def titled_actions(ids: Collection[int], *, locales: Sequence[str]) -> dict[int, TitledAction]:
    """By id, each in the first of these languages that it has, or else in any."""
    if not ids:
        return {}
    texts = select(ActionText.action_id, ActionText.locale, ActionText.title)
    titles: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for text in db.session.execute(texts.where(ActionText.action_id.in_(ids))):
        titles[text.action_id][text.locale] = text.title
    actions = select(Action.id, Action.campaign_id, Action.slug).where(Action.id.in_(ids))
    found = {}
    for row in db.session.execute(actions):
        _locale, title = find_title(titles[row.id], locales) or ("", row.slug)
        found[row.id] = TitledAction(row.id, row.campaign_id, title)
    return found
