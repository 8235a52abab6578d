"""Questions as a part of the content of an action, and in its rows.

A content has `questions.<key>.<setting>` and `questions.<key>.<locale>.<text>`; the rows have the settings
of all questions in `actions.questions`, and their texts in `action_texts.questions`. So a page reads its
questions with the action. A key never changes and is never given again: answers are stored under it.
"""

import secrets
from collections.abc import Container, Iterator
from typing import Any

from sqlalchemy import Connection, select, update

from campaign_actions.actions.models import Action, ActionText, Signature
from campaign_actions.campaigns.versioning.three_way_merge import Content

PREFIX = "questions"
MAX_QUESTIONS = 8  # that an action asks
MAX_CHOICES = 10  # of one question, with those that are switched off
CHOICES = tuple(f"choice_{number}" for number in range(1, MAX_CHOICES + 1))
OFF_CHOICES = {choice: f"{choice}_off" for choice in CHOICES}
# `keep_days`: 0 for as long as the signature. `country`: empty for that of the person who signs.
# `choice_order`: see choice_order.py. `has_no_contact_data`: staff say so of a question that sounds like it.
SETTINGS: dict[str, str | int | bool] = {
    "type": "",
    "position": 0,
    "is_required": False,
    "purpose": "team",
    "keep_days": 0,
    "country": "",
    "min_age": 0,
    "is_off": False,
    "choice_order": "",
    "has_no_contact_data": False,
    **dict.fromkeys(OFF_CHOICES.values(), False),
}
TEXTS = ("label", "help", *CHOICES)
FIXED = ("type", "country")  # decide what an answer means: never changed once people have signed
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"

Question = dict[str, Any]  # settings by name, and texts by locale and name: `en.label`


def new_key(known: Container[str] = ()) -> str:
    """A random key, so that two people who add questions at once add two."""
    while True:
        key = "q" + "".join(secrets.choice(ALPHABET) for _ in range(6))
        if key not in known:
            return key


def questions_in(content: Content) -> dict[str, Question]:
    """The questions of a content by key, in their order. One without a type was removed."""
    found: dict[str, Question] = {}
    for name, value in content.items():
        kind, _dot, rest = name.partition(".")
        if kind == PREFIX and value is not None:
            key, _dot, field = rest.partition(".")
            found.setdefault(key, {})[field] = value
    kept = {key: one for key, one in found.items() if one.get("type")}
    return dict(sorted(kept.items(), key=lambda pair: (pair[1].get("position") or 0, pair[0])))


def asked_in(content: Content) -> dict[str, Question]:
    """Those that are not switched off."""
    return {key: one for key, one in questions_in(content).items() if not one.get("is_off")}


def settings_of(question: Question) -> Question:
    """The settings that differ from the usual ones, and the type."""
    found = {name: question.get(name) or usual for name, usual in SETTINGS.items()}
    return {name: value for name, value in found.items() if value != SETTINGS[name]}


def texts_of(question: Question) -> dict[str, dict[str, str]]:
    """The texts of a question by language, without empty ones."""
    texts: dict[str, dict[str, str]] = {}
    for name, value in question.items():
        locale, _dot, field = name.rpartition(".")
        if locale and field in TEXTS and value:
            texts.setdefault(locale, {})[field] = value
    return texts


def settings_in(content: Content) -> dict[str, Question]:
    """As in `actions.questions`."""
    return {key: settings_of(one) for key, one in questions_in(content).items()}


def texts_in_locale(content: Content, locale: str) -> dict[str, dict[str, str]]:
    """As in `action_texts.questions`."""
    texts = {key: texts_of(one).get(locale) for key, one in questions_in(content).items()}
    return {key: text for key, text in texts.items() if text}


def read_questions(connection: Connection, action_id: int) -> dict[str, Any]:
    """The fields of a content."""
    content: dict[str, Any] = {}
    stored = connection.scalar(select(Action.questions).where(Action.id == action_id)) or {}
    for key, settings in stored.items():
        content |= {
            f"{PREFIX}.{key}.{name}": value for name, value in (SETTINGS | settings).items()
        }
    for locale, texts in (_read_texts(connection, action_id) if stored else {}).items():
        for key in texts.keys() & stored.keys():
            for name, text in texts[key].items():
                content[f"{PREFIX}.{key}.{locale}.{name}"] = text
    return content


def write_questions(
    connection: Connection, action_id: int, before: Content, after: Content
) -> None:
    """Write the questions of a content whose languages are written already.

    Questions that people may have answered stay, whatever the content says: see `_keep_answered()`.
    """
    old, new = questions_in(before), questions_in(after)
    if old == new and texts_tags(before) == texts_tags(after):
        return
    if old and is_signed(connection, action_id):
        new = _keep_answered(old, new)
    settings = {key: settings_of(one) for key, one in new.items()}
    connection.execute(update(Action).where(Action.id == action_id).values(questions=settings))
    for locale, before_it in _read_texts(connection, action_id).items():
        of_all = {key: texts_of(one).get(locale) for key, one in new.items()}
        texts = {key: text for key, text in of_all.items() if text}
        if texts != before_it:
            this = update(ActionText).filter_by(action_id=action_id, locale=locale)
            connection.execute(this.values(questions=texts))


def is_signed(connection: Connection, action_id: int) -> bool:
    """Whether anyone has ever signed, even if their data has been deleted."""
    found = select(Signature.id).where(Signature.action_id == action_id)
    return connection.scalar(found.limit(1)) is not None


def removal_changes(content: Content, key: str) -> dict[str, None]:
    """The changes to a content that remove a question."""
    return {name: None for name in content if name.startswith(f"{PREFIX}.{key}.")}


def order_changes(keys: list[str]) -> dict[str, int]:
    """The changes to a content that put questions in this order."""
    return {f"{PREFIX}.{key}.position": place for place, key in enumerate(keys)}


def texts_tags(content: Content) -> set[str]:
    """The languages in which the action is written."""
    return {name.split(".")[1] for name in content if name.startswith("texts.")}


def _keep_answered(old: dict[str, Question], new: dict[str, Question]) -> dict[str, Question]:
    """Questions that are public once people have signed: answers go on meaning what they meant.

    A removed question or choice is switched off instead. The type and the country stay; a purpose
    cannot become wider, nor the time longer for which answers are kept.
    """
    kept = dict(new)
    for key, before in old.items():
        after = dict(kept[key]) if key in kept else {**before, "is_off": True}
        after |= {name: before.get(name) or SETTINGS[name] for name in FIXED}
        if is_wider_purpose(before, after):
            after["purpose"] = before.get("purpose")
        if is_longer(before, after):
            after["keep_days"] = before.get("keep_days") or 0
        removed = removed_choices(before, after)
        for locale, choice, text in _choices_of(before):
            if choice in removed:
                after |= {f"{locale}.{choice}": text, OFF_CHOICES[choice]: True}
        kept[key] = after
    return kept


def is_wider_purpose(before: Question, after: Question) -> bool:
    """Our own team gets every answer. So only a question for the team alone may become no wider."""
    was, becomes = before.get("purpose") or "team", after.get("purpose") or "team"
    return becomes not in (was, "team")


def is_longer(before: Question, after: Question) -> bool:
    """Whether answers would be kept for longer than people were told; 0 is as long as the signature."""
    was, becomes = before.get("keep_days") or 0, after.get("keep_days") or 0
    return bool(was) and (not becomes or becomes > was)


def removed_choices(before: Question, after: Question) -> list[str]:
    """The choices that had a text in any language and now have none in any."""
    had = dict.fromkeys(choice for _locale, choice, _text in _choices_of(before))
    return [choice for choice in had if not _has_choice(after, choice)]


def _choices_of(question: Question) -> Iterator[tuple[str, str, str]]:
    for locale, texts in texts_of(question).items():
        for choice in CHOICES:
            if texts.get(choice):
                yield locale, choice, texts[choice]


def _has_choice(question: Question, choice: str) -> bool:
    return any(choice in texts for texts in texts_of(question).values())


def _read_texts(connection: Connection, action_id: int) -> dict[str, dict[str, dict[str, str]]]:
    """By locale, key and name."""
    texts = select(ActionText.locale, ActionText.questions).filter_by(action_id=action_id)
    return {row.locale: row.questions or {} for row in connection.execute(texts)}
