"""What a campaign is made of that has texts: itself, its partners, its actions, in their order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.partners import partners_in
from campaign_actions.campaigns.versioning.versioned import Versioned
from campaign_actions.catalogs.campaign_copy.fields import (
    ACTION_FIELDS,
    CAMPAIGN_FIELDS,
    PARTNER_FIELDS,
    CopyField,
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """Texts that stand together. `content`: of its subject, in all languages, as revisions hold it."""

    name: str  # in contexts: campaign, partner 5, action hate-crimes
    subject: Versioned
    subject_id: int
    place: str  # of its texts in the content: texts, or partners.5
    fields: tuple[CopyField, ...]
    content: Mapping[str, Any]
    slug: str = ""  # of an action
    is_public: bool = True  # has an instant at which the public sees it, with the campaign

    def context(self, field: CopyField) -> str:
        """What its messages have as msgctxt: never translated, since keys are made of it."""
        return f"{self.name}: {field.name.replace('_', ' ')}"

    def name_of(self, field: CopyField, locale: str) -> str:
        """Of the text in the content of its subject."""
        return f"{self.place}.{locale}.{field.name}"

    def about(self, locale: str) -> str:
        """Whose texts these are, where the name does not say it."""
        partner = self.content.get(f"{self.place}.{locale}.name")
        return str(_("Of this partner: %(name)s", name=partner)) if partner else ""

    def text(self, field: CopyField, locale: str) -> str:
        return str(self.content.get(self.name_of(field, locale)) or "")


def source_locale_of(connection: Connection, campaign_id: int) -> str | None:
    """The language a campaign is translated from; None if there is no such campaign."""
    return connection.scalar(select(Campaign.source_locale).where(Campaign.id == campaign_id))


def parts_of(connection: Connection, campaign_id: int) -> list[Part]:
    """All parts of a campaign."""
    ids = select(Action.id, Action.published_at).where(Action.campaign_id == campaign_id)
    actions = connection.execute(ids.order_by(Action.position, Action.id)).all()
    return [
        *parts_of_campaign(connection, campaign_id),
        *(part_of_action(connection, row.id, bool(row.published_at)) for row in actions),
    ]


def parts_of_campaign(connection: Connection, campaign_id: int) -> Iterator[Part]:
    """Itself and its partners: what its own revisions hold."""
    content = CAMPAIGN.read(connection, campaign_id)
    own: dict[str, Any] = {"subject": CAMPAIGN, "subject_id": campaign_id, "content": content}
    yield Part(name="campaign", place="texts", fields=CAMPAIGN_FIELDS, **own)
    for key in partners_in(content):
        yield Part(name=f"partner {key}", place=f"partners.{key}", fields=PARTNER_FIELDS, **own)


def part_of_action(connection: Connection, action_id: int, is_public: bool) -> Part:
    content = ACTION.read(connection, action_id)
    return Part(
        name=f"action {content['slug']}",
        subject=ACTION,
        subject_id=action_id,
        place="texts",
        fields=ACTION_FIELDS,
        content=content,
        slug=content["slug"],
        is_public=is_public,
    )
