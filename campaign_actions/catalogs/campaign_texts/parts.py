"""The parts of a campaign that have texts: itself, its partners and its actions, in order.

Translators work on the newest contents, so on drafts of what is public.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.field_labels import LABELS
from campaign_actions.actions.goals import MILESTONES
from campaign_actions.actions.models import Action
from campaign_actions.actions.questions.stored import OFF_CHOICES, PREFIX, Question, asked_in
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.partners import partners_in
from campaign_actions.campaigns.versioning.drafts import read_newest
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.catalogs.campaign_texts.fields import (
    ACTION_FIELDS,
    CAMPAIGN_FIELDS,
    PARTNER_FIELDS,
    CopyField,
)
from campaign_actions.catalogs.campaign_texts.question_fields import QUESTION_FIELDS
from campaign_actions.core.i18n.formatting import number

PLACES = {"campaign": "texts", "partner": "partners"}  # of texts, by the kind of their part


@dataclass(frozen=True, kw_only=True)
class TextPart:
    """`content`: of the campaign or action, in all languages, as in a revision."""

    name: str  # in contexts: campaign, partner 5, action hate-crimes, update 7, question qk3f7qa
    place: str  # of its texts in `content`: texts, partners.5, or questions.qk3f7qa
    fields: tuple[CopyField, ...]
    content: Content
    slug: str = ""  # of an action; of an update, with its id: hate-crimes/7
    is_for_several: bool = False  # of an update: whether its email is about the whole campaign

    @property
    def identity(self) -> tuple[object, str]:
        """The same before and after a change of its texts, and of the slug in its name."""
        return self.name, self.place

    def context(self, field: CopyField) -> str:
        """The msgctxt of its messages. Never translated, as keys depend on it."""
        return f"{self.name}: {field.name.replace('_', ' ')}"

    def content_name(self, field: CopyField, locale: str) -> str:
        """The name of a text in `content`."""
        return f"{self.place}.{locale}.{field.name}"

    def about(self, field: CopyField, locale: str) -> str:
        """A note for translators on the partner, question or number of people that a text is about."""
        if count := self.content.get(field.name if field.name in MILESTONES else ""):
            return str(_("At this number of people: %(count)s", count=number(count)))
        question = self.content.get(f"{self.place}.{locale}.label")
        if question and field.name in OFF_CHOICES:
            return str(_("One of the answers to this question: %(question)s", question=question))
        partner = self.content.get(f"{self.place}.{locale}.name")
        return str(_("About this partner: %(name)s", name=partner)) if partner else ""

    def text(self, field: CopyField, locale: str) -> str:
        return str(self.content.get(self.content_name(field, locale)) or "")


@dataclass(frozen=True, kw_only=True)
class Part(TextPart):
    """A part of the pages of a campaign, which has revisions."""

    subject: Versioned
    subject_id: int
    is_public: bool = True  # published, or to be published with the campaign

    @property
    def identity(self) -> tuple[object, str]:
        return self.subject_id, self.place


def context_in_words(context: str) -> str:
    """The context of a message for readers: the label of its field, and the slug of its action."""
    part, _separator, name = context.partition(": ")
    kind, _space, key = part.partition(" ")
    field = name.replace(" ", "_")
    subject, place = ("action", "texts") if kind == "action" else ("campaign", PLACES.get(kind, ""))
    label = LABELS[subject].get((place, field))
    if label is None:
        return context
    return f"{label} · {key}" if kind == "action" else str(label)


def find_source_locale(connection: Connection, campaign_id: int) -> str | None:
    """The language that a campaign is translated from; None if the campaign does not exist."""
    return connection.scalar(select(Campaign.source_locale).where(Campaign.id == campaign_id))


def campaign_parts(connection: Connection, campaign_id: int) -> list[Part]:
    ids = select(Action.id, Action.published_at).where(Action.campaign_id == campaign_id)
    actions = connection.execute(ids.order_by(Action.position, Action.id)).all()
    subjects = [(CAMPAIGN, campaign_id, True)]
    subjects += [(ACTION, row.id, bool(row.published_at)) for row in actions]
    return [
        part
        for subject, its_id, is_public in subjects
        for part in parts_of(
            subject, its_id, read_newest(connection, subject, its_id), is_public=is_public
        )
    ]


def parts_of(
    subject: Versioned, subject_id: int, content: Content, *, is_public: bool = True
) -> Iterator[Part]:
    """Of a campaign and its partners, without its actions; or of an action and its questions."""
    part = partial(
        Part, subject=subject, subject_id=subject_id, content=content, is_public=is_public
    )
    if subject is CAMPAIGN:
        yield part(name="campaign", place="texts", fields=CAMPAIGN_FIELDS)
        for key in partners_in(content):
            yield part(name=f"partner {key}", place=f"partners.{key}", fields=PARTNER_FIELDS)
        return
    part = partial(part, slug=content["slug"])
    yield part(name=f"action {content['slug']}", place="texts", fields=ACTION_FIELDS)
    for key, question in asked_in(content).items():
        fields = tuple(_question_fields(question))
        yield part(name=f"question {key}", place=f"{PREFIX}.{key}", fields=fields)


def _question_fields(question: Question) -> Iterator[CopyField]:
    """Without the choices that are not offered."""
    for field in QUESTION_FIELDS:
        if not question.get(OFF_CHOICES.get(field.name, "")):
            yield field
