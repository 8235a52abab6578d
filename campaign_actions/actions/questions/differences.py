"""Questions in the differences of two contents, as staff read them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from sqlalchemy import select

from campaign_actions.actions.questions.edit_forms import OF_TYPES
from campaign_actions.actions.questions.stored import PREFIX, SETTINGS, Question, questions_in
from campaign_actions.campaigns.models import Revision
from campaign_actions.campaigns.partners import partners_in
from campaign_actions.campaigns.texts import names_by_key
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.db.session import db

MAX_REVISIONS = 50  # in which a question is looked for that is not asked any longer
PLACED = ("position", "choice_order")  # says nothing of a question that is not in both


def question_names(contents: Iterable[Content], locales: Iterable[str]) -> dict[str, str]:
    """The texts that name questions, by key, as names_by_key() has them."""
    return names_by_key(contents, _labels_in, locales)


def _labels_in(content: Content) -> Iterator[tuple[str, Mapping[str, str]]]:
    for key, question in questions_in(content).items():
        yield key, _labels(question)


def find_question_names(action_id: int, keys: Set[str], locales: Sequence[str]) -> dict[str, str]:
    """The same for some questions of an action, as its newest revisions with them have it."""
    newest = select(Revision.content).filter_by(subject="action", subject_id=action_id)
    newest = newest.order_by(Revision.number.desc()).limit(MAX_REVISIONS)
    found: dict[str, str] = {}
    for content in db.session.scalars(newest):
        found = question_names((content,), locales) | found
        if keys <= found.keys():
            break
    return found


def says_something(name: str, old: Content, new: Content) -> bool:
    """Whether a difference is one to readers: no usual setting, none that the question does not have, and
    no place of a question or partner that was added or removed."""
    kind, _dot, rest = name.partition(".")
    key, _dot, setting = rest.partition(".")
    if kind == "partners" and setting == "position":
        return all(key in partners_in(content) for content in (old, new))
    if kind != PREFIX or setting not in SETTINGS:
        return True
    before, after = (questions_in(content).get(key, {}) for content in (old, new))
    if setting in PLACED and not (before and after):
        return False
    types = {before.get("type"), after.get("type")}
    if types.isdisjoint(OF_TYPES.get(setting, types)):
        return False
    values = (one.get(setting) or SETTINGS[setting] for one in (before, after))
    return len(set(values)) > 1


def _labels(question: Question) -> Mapping[str, str]:
    """The text of a question by language."""
    tags = (name.removesuffix(".label") for name in question if name.endswith(".label"))
    return {tag: question[f"{tag}.label"] for tag in tags if question[f"{tag}.label"]}
