"""Questions of the action of the world, one of each type."""

from typing import Any

from sqlalchemy import update

from campaign_actions.actions.models import Action, ActionText
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.questions.asked import TYPES
from campaign_actions.core.db.session import db
from tests.support.drafts import BOTH_LOCALES

KEYS = {question_type: f"qworld{sign}" for question_type, sign in zip(TYPES, "abcdef", strict=True)}
LABELS = {"en": "A question about you", "ru": "Вопрос о вас"}
CHOICES = {"choice_1": "Yes", "choice_2": "No", "choice_3": "Perhaps"}


def add_questions(action: PublicAction) -> dict[str, Any]:
    """They are public at once. Returns the values of addresses."""
    settings = {
        key: {"type": question_type, "position": place, "keep_days": 30 * place}
        for place, (question_type, key) in enumerate(KEYS.items())
    }
    db.session.execute(update(Action).filter_by(id=action.id).values(questions=settings))
    for locale in BOTH_LOCALES:
        texts = {key: {"label": LABELS[locale], "help": LABELS[locale]} for key in KEYS.values()}
        texts[KEYS["choice"]] |= CHOICES
        this = update(ActionText).filter_by(action_id=action.id, locale=locale)
        db.session.execute(this.values(questions=texts))
    db.session.commit()
    return {"question_key": KEYS["choice"], "question_type": "postcode"}
