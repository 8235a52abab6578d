"""Actions, their texts, milestones and former slugs, and consent texts."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign_actions.campaigns.models import Campaign, PictureTexts
from campaign_actions.core.db.session import Base, Json

# An end is only accepted together with the start of the retention period; see end.py.
RETAINED = "(closes_at is null) = (retain_from is null) and retain_from >= closes_at"
# Uses of data that came after the first consent texts; personal_data/later_uses.py explains them.
LATER_USES = ("crm", "code", "compared", "actions", "questions", "providers", "segments")
LOADED_INTO_CRM, CODE_IN_HANDOVER, COMPARED_FORMS = LATER_USES[:3]
UPDATES_BY_ACTIONS, OWN_QUESTIONS, COUNTED_PROVIDERS, UPDATES_TO_SOME = LATER_USES[3:]
MAX_MILESTONES = 8  # of an action
MAX_MILESTONE_LENGTH = 120  # characters


class Action(Base):
    """A petition or pledge in a campaign, open from `published_at` until `closes_at`, if set.

    `retain_from`: when the retention period of its signatures starts. Never before the moment at
    which the end was set. `closed_with_campaign`: it was closed because its campaign was, and reopens
    with it. `version` and `published_version`: as of a campaign. `asks_…`: the optional fields of its form.
    `sends_receipt`: by email, to everyone who confirms. `questions`: its own ones; see questions/stored.py.
    """

    __tablename__ = "actions"
    __table_args__ = (
        UniqueConstraint("campaign_id", "slug"),
        UniqueConstraint("id", "kind"),  # for the foreign key of signatures
        CheckConstraint("slug = lower(slug) and slug <> ''", name="slug"),
        CheckConstraint("goal > 0", name="goal"),
        CheckConstraint(RETAINED, name="retain_from"),
        CheckConstraint(
            "closes_at is not null or not closed_with_campaign", name="closed_with_campaign"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    slug: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))  # a name in KINDS
    goal: Mapped[int]  # the first goal; see goals.py for the one that is shown
    asks_comment: Mapped[bool] = mapped_column(default=False)
    asks_family_name: Mapped[bool] = mapped_column(default=True, server_default="1")
    asks_show_name: Mapped[bool] = mapped_column(default=True, server_default="1")
    asks_updates: Mapped[bool] = mapped_column(default=True, server_default="1")
    shows_comments: Mapped[bool] = mapped_column(default=False, server_default="0")
    sends_receipt: Mapped[bool] = mapped_column(default=True, server_default="1")
    questions: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}")
    position: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]
    publisher_id: Mapped[int | None]  # as of a campaign
    closes_at: Mapped[datetime | None]
    retain_from: Mapped[datetime | None]
    closed_with_campaign: Mapped[bool] = mapped_column(default=False, server_default="0")
    version: Mapped[int] = mapped_column(server_default="0")
    published_version: Mapped[int | None]

    campaign: Mapped[Campaign] = relationship()
    texts: Mapped[list["ActionText"]] = relationship(back_populates="action")
    milestones: Mapped[list["Milestone"]] = relationship(order_by="Milestone.number")


class ActionText(PictureTexts, Base):
    """An action in one language."""

    __tablename__ = "action_texts"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)  # BCP 47
    title: Mapped[str] = mapped_column(String(200))  # the demand in one sentence
    addressee: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    teaser: Mapped[str] = mapped_column(Text)  # for cards on other pages
    button: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)  # Markdown, beside the form
    background: Mapped[str] = mapped_column(Text)  # Markdown, below the form
    thanks: Mapped[str] = mapped_column(Text)
    share_text: Mapped[str] = mapped_column(Text)
    # Paragraphs of the action's own in its emails, in the Markdown of updates
    confirm_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    receipt_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    result: Mapped[str] = mapped_column(Text, server_default="")  # Markdown: what it achieved
    questions: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}")

    action: Mapped[Action] = relationship(back_populates="texts")


class Milestone(Base):
    """A number of people with a meaning, such as “5,000: we deliver the petition”."""

    __tablename__ = "milestones"
    __table_args__ = (
        CheckConstraint(f"number between 1 and {MAX_MILESTONES}", name="number"),
        CheckConstraint("count > 0", name="count"),
    )

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # in the form
    count: Mapped[int]

    texts: Mapped[list["MilestoneText"]] = relationship()


class MilestoneText(Base):
    """The meaning of a milestone in one language."""

    __tablename__ = "milestone_texts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["action_id", "number"],
            ["milestones.action_id", "milestones.number"],
            ondelete="cascade",
        ),
    )

    action_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)  # BCP 47
    text: Mapped[str] = mapped_column(String(MAX_MILESTONE_LENGTH))


class FormerActionSlug(Base):
    """A slug that an action had in its campaign. Its addresses redirect to the current one."""

    __tablename__ = "former_action_slugs"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))


class ConsentText(Base):
    """The texts that people agree to: numbered by kind and language, made immutable by a trigger."""

    __tablename__ = "consent_texts"
    __table_args__ = (CheckConstraint("version > 0", name="version"),)

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # a name in KINDS
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]


class ConsentUse(Base):
    """The first version of a consent text, by kind and language, that covers a use that came later."""

    __tablename__ = "consent_uses"
    __table_args__ = (
        ForeignKeyConstraint(
            ["kind", "locale", "from_version"],
            ["consent_texts.kind", "consent_texts.locale", "consent_texts.version"],
        ),
        CheckConstraint(f"use in {LATER_USES}", name="use"),
    )

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    use: Mapped[str] = mapped_column(String(20), primary_key=True)
    from_version: Mapped[int]
