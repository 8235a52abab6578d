"""A campaign as it would be in a language: its translations so far, and the rest in its source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NoReturn

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import PublicAction, all_actions_of
from campaign_actions.actions.view_models import (
    action_page_context,
    campaign_page_context,
    other_open_actions,
    sign_form,
)
from campaign_actions.campaigns.appearance import Appearance, find_appearance
from campaign_actions.campaigns.queries import (
    PublicCampaign,
    PublicPartner,
    find_written_campaign,
    partners_of,
)
from campaign_actions.catalogs.campaign_texts.fields import CopyField
from campaign_actions.catalogs.campaign_texts.parts import Part, campaign_parts
from campaign_actions.catalogs.preview.highlight import add_markers
from campaign_actions.catalogs.preview.scene_list import MAILS
from campaign_actions.catalogs.preview.scene_values import Values, signer_mail_values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.catalogs.store.repository import Catalog, stored_translations
from campaign_actions.core.content.blocks import compose_blocks, split
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import NotFound
from campaign_actions.core.i18n.message import Forms, Message


@dataclass(frozen=True)
class CampaignPreview:
    """`translations`: by the keys of messages; the previewed message has markers around it."""

    catalog: Catalog
    locale: str
    translations: Mapping[str, str]
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
        found = all_actions_of(self.campaign_id, locale=self.catalog.source, now=self.now)
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
        return campaign_parts(db.session.connection(), self.campaign_id)

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

    def _text(self, part: Part, field: CopyField) -> str:
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
    """With `forms` as the translation of a message, or its source if there are none."""
    translations = {key: one.forms[0] for key, one in stored_translations(catalog, locale).items()}
    translations[message.key] = add_markers(forms[0] if any(forms) else message.source)
    return CampaignPreview(catalog, locale, translations, now)


LABELS = {
    "campaign": _l("Campaign page"),
    "home": _l("Home page"),
    "action": _l("Action page"),
    "confirmed": _l("After confirming"),
}


def label_of(place: str) -> LazyString | str:
    """The name of a message's place, for staff."""
    kind, *rest = place.split("/")
    return LABELS.get(kind) or MAILS.get(rest[0] if rest else "", place)


def campaign_scenes(preview: CampaignPreview, message: Message) -> Iterator[Scene]:
    """Named like the places of the message: campaign, action/hate-crimes, mail/confirm/hate-crimes."""
    for place in message.places:
        if scene := _scene(preview, place):
            yield scene


def _scene(preview: CampaignPreview, place: str) -> Scene | None:
    kind, *rest = place.split("/")
    if kind in {"campaign", "home"}:
        template = "campaigns/show.html" if kind == "campaign" else "site/home.html"
        make = _campaign if kind == "campaign" else _home
        return Scene(place, label_of(place), template, lambda _sample: make(preview))
    action = preview.find_action(rest[-1]) if rest else None
    if action is None:
        return None
    if kind == "action":
        template = "actions/show.html"
        return Scene(place, label_of(place), template, lambda _sample: _action(preview, action))
    if kind == "confirmed":
        template = "signature_links/confirm.html"
        return Scene(place, label_of(place), template, lambda _sample: _confirmed(preview, action))
    values = signer_mail_values(action)
    return Scene(place, label_of(place), rest[0], lambda _sample: values, "mail")


def _appearance(preview: CampaignPreview) -> Appearance:
    """With the address of the picture for staff, and its alternative text in the language."""
    look = find_appearance(preview.campaign_id, preview.catalog.source)
    picture = look.picture and replace(look.picture, alt=preview.picture_alt)
    return replace(look, picture=picture).at(f"/staff/campaigns/{preview.campaign_id}/appearance/")


def _campaign(preview: CampaignPreview) -> Values:
    campaign = preview.campaign or _gone()
    page = campaign_page_context(campaign, preview.actions, locale=preview.locale, now=preview.now)
    return {**page, "appearance": _appearance(preview), "partners": preview.partners}


def _home(preview: CampaignPreview) -> Values:
    campaign = preview.campaign or _gone()
    shown = {**vars(campaign), "actions": preview.actions, "appearance": _appearance(preview)}
    total = sum(action.count for action in preview.actions)
    counts = {"total": total, "as_of": preview.now, "is_count_late": False}
    return {"campaigns": [shown], "achieved": [], **counts}


def _action(preview: CampaignPreview, action: PublicAction) -> Values:
    return {**action_page_context(action, sign_form(action)), "appearance": _appearance(preview)}


def _confirmed(preview: CampaignPreview, action: PublicAction) -> Values:
    return {
        "signature": Signature(status="confirmed"),
        "action": action,
        "appearance": _appearance(preview),
        "form": None,
        "others": other_open_actions(action, preview.actions),
    }


def _gone() -> NoReturn:
    raise NotFound
