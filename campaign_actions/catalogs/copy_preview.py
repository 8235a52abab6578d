"""A campaign as it would read in a language, with what is translated by now and the rest in its source."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from campaign_actions.actions.queries import PublicAction, written_actions
from campaign_actions.campaigns.queries import (
    PublicCampaign,
    PublicPartner,
    find_written_campaign,
    partners_of,
)
from campaign_actions.catalogs.copy_fields import CopyField
from campaign_actions.catalogs.copy_parts import Part, parts_of
from campaign_actions.catalogs.finding import Catalog, stored
from campaign_actions.catalogs.marking import END, START
from campaign_actions.core.copy_blocks import compose_each, split
from campaign_actions.core.database import db
from campaign_actions.core.messages import Forms, Message


@dataclass(frozen=True)
class CopyPreview:
    """`words`: by the keys of messages; the one that is looked at has signs around it."""

    catalog: Catalog
    locale: str
    words: Mapping[str, str]
    now: datetime

    @cached_property
    def campaign(self) -> PublicCampaign | None:
        found = find_written_campaign(self.campaign_id, locale=self.catalog.source)
        return found and replace(found, **self._texts("campaign", found))

    @property
    def picture_alt(self) -> str:
        return self._fields("campaign").get("picture_alt", "")

    @cached_property
    def actions(self) -> list[PublicAction]:
        found = written_actions(self.campaign_id, locale=self.catalog.source, now=self.now)
        title = self.campaign.title if self.campaign else ""
        return [
            replace(
                action,
                **self._texts(f"action {action.slug}", action),
                locale=self.locale,
                campaign_title=title,
            )
            for action in found
        ]

    @property
    def partners(self) -> list[PublicPartner]:
        names = [part.name for part in self._parts if part.name.startswith("partner ")]
        there = partners_of(self.campaign_id, self.catalog.source)
        return [
            replace(partner, **self._texts(name, partner))
            for name, partner in zip(names, there, strict=False)
        ]

    def find_action(self, slug: str) -> PublicAction | None:
        return next((action for action in self.actions if action.slug == slug), None)

    @property
    def campaign_id(self) -> int:
        return self.catalog.campaign_id or 0

    @cached_property
    def _parts(self) -> list[Part]:
        return parts_of(db.session.connection(), self.campaign_id)

    def _texts(self, name: str, shown: object) -> dict[str, Any]:
        """Those that what is shown has."""
        return {key: text for key, text in self._fields(name).items() if hasattr(shown, key)}

    def _fields(self, name: str) -> dict[str, str]:
        return {
            field.name: self._text(part, field)
            for part in self._parts
            if part.name == name
            for field in part.fields
        }

    def _text(self, part: Part, field: CopyField) -> str:
        source, context = part.text(field, self.catalog.source), part.context(field)
        if not field.is_markdown:
            return self._said(context, source)
        return compose_each(source, [self._said(context, unit) for unit in split(source)]) or source

    def _said(self, context: str, source: str) -> str:
        return self.words.get(Message(context=context, source=source).key) or source


def copy_preview(
    catalog: Catalog, locale: str, message: Message, forms: Forms, *, now: datetime
) -> CopyPreview:
    """`forms`: what the message is to say; nothing: its source."""
    words = {key: one.forms[0] for key, one in stored(catalog, locale).items()}
    words[message.key] = f"{START}{forms[0] if any(forms) else message.source}{END}"
    return CopyPreview(catalog, locale, words, now)
