"""Questions of an action for tests: saved as staff save them, and published."""

from typing import Any

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.questions.stored import removal_changes
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import Saved, save_changes
from campaign_actions.core.db.session import db
from tests.support.changes import publish_all
from tests.support.factories import NOON, make_staff

PLACE, POSTCODE, PHONE, BORN, GROUP, WHY = (
    *("qplaces", "qpostco", "qphones", "qborned", "qgroups", "qwhyyyy"),
)
INVOLVED = {  # a choice
    "type": "choice",
    "en.label": "How are you involved?",
    "en.help": "We count how many people saw it.",
    "en.choice_1": "I saw it",
    "en.choice_2": "I want to help",
}


def fields(key: str, **settings: Any) -> dict[str, Any]:
    """The fields of a content; dots in names are written as `__`."""
    return {f"questions.{key}.{name.replace('__', '.')}": value for name, value in settings.items()}


def ask(action, key: str, settings: dict[str, Any] | None = None, **more: Any) -> Saved:
    """Save a question and publish it."""
    return ask_all(action, {key: (settings or {}) | more})


def ask_all(action, questions: dict[str, dict[str, Any]]) -> Saved:
    """Save questions, given by their keys, in this order, and publish them at once."""
    changes: dict[str, Any] = {}
    for key, settings in questions.items():
        changes |= fields(key, **({"type": "text"} | settings))
    saved = save(action, changes)
    publish_all()
    return saved


def save(action, changes: dict[str, Any]) -> Saved:
    number = find_content(ACTION, action.id)[1]
    db.session.commit()
    by = make_staff("campaigner")
    saved = save_changes(ACTION, action.id, changes, opened_at=number, by=by, now=NOON)
    db.session.commit()
    return saved


def remove(action, key: str) -> Saved:
    return save(action, removal_changes(content_of(action), key))


def content_of(action) -> dict[str, Any]:
    found = find_content(ACTION, action.id)[0]
    db.session.commit()
    return dict(found)
