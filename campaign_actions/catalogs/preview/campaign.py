"""A campaign as it would read in a language, with what is translated by now and the rest in its source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NoReturn

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import PublicAction, written_actions
from campaign_actions.actions.view_models import action_page, campaign_page, others_than, sign_form
from campaign_actions.campaigns.appearance import Look, find_look
from campaign_actions.campaigns.queries import (
    PublicCampaign,
    PublicPartner,
    find_written_campaign,
    partners_of,
)
from campaign_actions.catalogs.campaign_copy.fields import CopyField
from campaign_actions.catalogs.campaign_copy.parts import Part, parts_of
from campaign_actions.catalogs.preview.highlight import END, START
from campaign_actions.catalogs.preview.scene_list import MAILS
from campaign_actions.catalogs.preview.scene_values import Values, of_reader
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.catalogs.store.repository import Catalog, stored
from campaign_actions.core.content.blocks import compose_blocks, split
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import NotFound
from campaign_actions.core.i18n.message import Forms, Message


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
        return (
            compose_blocks(source, [self._said(context, unit) for unit in split(source)]) or source
        )

    def _said(self, context: str, source: str) -> str:
        return self.words.get(Message(context=context, source=source).key) or source


def copy_preview(
    catalog: Catalog, locale: str, message: Message, forms: Forms, *, now: datetime
) -> CopyPreview:
    """`forms`: what the message is to say; nothing: its source."""
    words = {key: one.forms[0] for key, one in stored(catalog, locale).items()}
    words[message.key] = f"{START}{forms[0] if any(forms) else message.source}{END}"
    return CopyPreview(catalog, locale, words, now)


LABELS = {
    "campaign": _l("The page of the campaign"),
    "home": _l("The first page"),
    "action": _l("The page of the action"),
    "confirmed": _l("After confirming"),
}


def label_of(place: str) -> Any:
    """What a place of a message is called."""
    kind, *rest = place.split("/")
    return LABELS.get(kind) or MAILS.get(rest[0] if rest else "", place)


def scenes_of_copy(preview: CopyPreview, message: Message) -> Iterator[Scene]:
    """Named as the places of the message are: campaign, action/hate-crimes, mail/confirm/hate-crimes."""
    for place in message.places:
        if scene := _scene(preview, place):
            yield scene


def _scene(preview: CopyPreview, place: str) -> Scene | None:
    kind, *rest = place.split("/")
    if kind in {"campaign", "home"}:
        template = "campaigns/show.html" if kind == "campaign" else "pages/home.html"
        make = _campaign if kind == "campaign" else _home
        return Scene(place, label_of(place), template, lambda _sample: make(preview))
    action = preview.find_action(rest[-1]) if rest else None
    if action is None:
        return None
    if kind == "action":
        template = f"actions/{action.kind.name}.html"
        return Scene(place, label_of(place), template, lambda _sample: _action(preview, action))
    if kind == "confirmed":
        template = "actions/confirm.html"
        return Scene(place, label_of(place), template, lambda _sample: _confirmed(preview, action))
    values = of_reader(action)
    return Scene(place, label_of(place), rest[0], lambda _sample: values, "mail")


def _look(preview: CopyPreview) -> Look:
    """With the picture as staff see it, and the words for it as they would be."""
    look = find_look(preview.campaign_id, preview.catalog.source)
    picture = look.picture and replace(look.picture, alt=preview.picture_alt)
    return replace(look, picture=picture).at(f"/staff/campaigns/{preview.campaign_id}/picture/")


def _campaign(preview: CopyPreview) -> Values:
    campaign = preview.campaign or _gone()
    page = campaign_page(campaign, preview.actions, locale=preview.locale, now=preview.now)
    return {**page, "look": _look(preview), "partners": preview.partners}


def _home(preview: CopyPreview) -> Values:
    campaign = preview.campaign or _gone()
    shown = {**vars(campaign), "actions": preview.actions, "look": _look(preview)}
    total = sum(action.count for action in preview.actions)
    counts = {"total": total, "as_of": preview.now, "is_count_late": False}
    return {"campaigns": [shown], "achieved": [], **counts}


def _action(preview: CopyPreview, action: PublicAction) -> Values:
    return {**action_page(action, sign_form(action)), "look": _look(preview)}


def _confirmed(preview: CopyPreview, action: PublicAction) -> Values:
    return {
        "signature": Signature(status="confirmed"),
        "action": action,
        "look": _look(preview),
        "form": None,
        "others": others_than(action, preview.actions),
    }


def _gone() -> NoReturn:
    raise NotFound
