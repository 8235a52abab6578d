"""A campaign as it would be in a language: its translations so far, and the rest in its source."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from campaign_actions.actions.goals import MILESTONES, PublicMilestone, counts_in
from campaign_actions.actions.newest.pages import NewestPages, find_newest_pages
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.questions.asked import AskedQuestion
from campaign_actions.campaigns.appearance import Appearance
from campaign_actions.campaigns.queries import PublicCampaign, PublicPartner
from campaign_actions.catalogs.campaign_texts.fields import CopyField
from campaign_actions.catalogs.campaign_texts.other_texts import other_texts
from campaign_actions.catalogs.campaign_texts.parts import Part, TextPart, campaign_parts
from campaign_actions.catalogs.preview.highlight import add_markers
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.workflow.entries import entries
from campaign_actions.core.content.blocks import compose_blocks, split
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.message import Forms, Message


@dataclass(frozen=True)
class EmailTexts:
    """`texts`: by field. `campaign_title`: of an email about a campaign; empty: about an action."""

    texts: Mapping[str, str]
    campaign_title: str


@dataclass(frozen=True)
class CampaignPreview:
    """`translations`: by the keys of messages; the previewed message has markers around it."""

    catalog: Catalog
    locale: str
    translations: Mapping[str, str]
    now: datetime

    @cached_property
    def campaign(self) -> PublicCampaign | None:
        found = self._newest.campaign
        return found and replace(found, **self._texts("campaign", found))

    def appearance(self, action: PublicAction | None = None) -> Appearance:
        """With the address of the picture for staff, and its texts in the language.

        The texts are its action's, unless that shows the picture of its campaign.
        """
        look, texts = self._newest.appearance, self._fields("campaign")
        if action and action.id in self._newest.own_appearances:
            look = self._newest.appearance_of(action.id)
            texts = self._fields(f"action {action.slug}")
        words: dict[str, Any] = {
            name: texts[f"picture_{name}"] for name in ("alt", "quote", "person", "place")
        }
        picture = look.picture and replace(look.picture, **words)
        return replace(look, picture=picture).at(self.pictures)

    @cached_property
    def actions(self) -> list[PublicAction]:
        found = self._newest.actions
        title = self.campaign.title if self.campaign else ""
        return [
            replace(
                action,
                **self._texts(f"action {action.slug}", action),
                milestones=self._milestones(action),
                questions=self._questions(action),
                locale=self.locale,
                campaign_title=title,
            )
            for action in found
        ]

    @property
    def partners(self) -> list[PublicPartner]:
        names = [part.name for part in self._parts if part.name.startswith("partner ")]
        return [
            replace(partner, **self._texts(name, partner))
            for name, partner in zip(names, self._newest.partners, strict=False)
        ]

    def email_texts(self, name: str) -> EmailTexts | None:
        """The texts of an email, as of an update; None if it cannot be translated now."""
        others = other_texts().parts(db.session.connection(), self.campaign_id)
        part = next((part for part in others if part.name == name), None)
        if part is None:
            return None
        texts = {field.name: self._text(part, field) for field in part.fields}
        campaign = self.campaign if part.is_for_several else None
        return EmailTexts(texts, campaign.title if campaign else "")

    def find_action(self, slug: str) -> PublicAction | None:
        return next((action for action in self.actions if action.slug == slug), None)

    @property
    def campaign_id(self) -> int:
        return self.catalog.campaign_id or 0

    @property
    def pictures(self) -> str:
        """The folder in which staff find the pictures."""
        return f"/staff/campaigns/{self.campaign_id}/appearance/"

    @cached_property
    def _newest(self) -> NewestPages:
        """In the source language, with every draft."""
        return find_newest_pages(self.campaign_id, locale=self.catalog.source, now=self.now)

    @cached_property
    def _parts(self) -> list[Part]:
        return campaign_parts(db.session.connection(), self.campaign_id)

    def _milestones(self, action: PublicAction) -> tuple[PublicMilestone, ...]:
        """In the order of their numbers; two with one number keep the order of the form."""
        name = f"action {action.slug}"
        counts = next(counts_in(part.content) for part in self._parts if part.name == name)
        texts = self._fields(name)
        in_order = sorted(counts.items(), key=lambda each: (each[1], MILESTONES[each[0]]))
        return tuple(PublicMilestone(count, texts[field]) for field, count in in_order)

    def _questions(self, action: PublicAction) -> tuple[AskedQuestion, ...]:
        texts = {one.key: self._fields(f"question {one.key}") for one in action.questions}
        return tuple(one.with_texts(texts[one.key]) for one in action.questions)

    def _texts(self, name: str, shown: object) -> dict[str, Any]:
        """The texts of a part that have a place in `shown`."""
        return {key: text for key, text in self._fields(name).items() if hasattr(shown, key)}

    def _fields(self, name: str) -> dict[str, str]:
        return {
            field.name: self._text(part, field)
            for part in self._parts
            if part.name == name
            for field in part.fields
        }

    def _text(self, part: TextPart, field: CopyField) -> str:
        source, context = part.text(field, self.catalog.source), part.context(field)
        if not field.is_markdown:
            return self._translation(context, source)
        blocks = [self._translation(context, block) for block in split(source)]
        return compose_blocks(source, blocks) or source

    def _translation(self, context: str, source: str) -> str:
        return self.translations.get(Message(context=context, source=source).key) or source


def campaign_preview(
    catalog: Catalog, locale: str, message: Message, forms: Forms, *, now: datetime
) -> CampaignPreview:
    """With `forms` as the translation of a message, or its source if there are none.

    Other texts whose source has changed have their earlier translation, as on the public page.
    """
    found = entries(catalog, locale)
    translations = {one.message.key: one.shown[0] for one in found if one.shown}
    translations[message.key] = add_markers(forms[0] if any(forms) else message.source)
    return CampaignPreview(catalog, locale, translations, now)
