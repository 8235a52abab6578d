"""The pages and mails on which a text of a campaign stands, with all that is translated of it by now."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NoReturn

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.models import Signature
from campaign_actions.actions.presenting import (
    action_page,
    campaign_page,
    others_than,
    sign_form,
)
from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.looks import Look, find_look
from campaign_actions.catalogs.copy_preview import CopyPreview
from campaign_actions.catalogs.scene_list import MAILS
from campaign_actions.catalogs.scene_values import Values, of_reader
from campaign_actions.catalogs.scenes import Scene
from campaign_actions.core.errors import NotThere
from campaign_actions.core.messages import Message

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
    raise NotThere
