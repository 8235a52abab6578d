"""The pages and emails on which the texts of a campaign are shown, as scenes."""

from collections.abc import Iterator
from typing import NoReturn

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.view_models import (
    HomeCampaign,
    action_page_context,
    campaign_page_context,
    home_page_context,
    next_open_action,
    sign_form,
    signature_page_context,
)
from campaign_actions.catalogs.preview.campaign import CampaignPreview
from campaign_actions.catalogs.preview.mail_values import signer_mail_values
from campaign_actions.catalogs.preview.scene_list import MAILS
from campaign_actions.catalogs.preview.scene_values import LINK, Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.content.email_markdown import mail_html, mail_text
from campaign_actions.core.errors import NotFound
from campaign_actions.core.i18n.message import Message

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
    """Named like the places of the message: campaign, action/hate-crimes, mail/update/hate-crimes/7."""
    for place in message.places:
        if scene := _scene(preview, place):
            yield scene


def _scene(preview: CampaignPreview, place: str) -> Scene | None:
    kind, *rest = place.split("/")
    if kind in {"campaign", "home"}:
        template = "campaigns/show.html" if kind == "campaign" else "site/home.html"
        make = _campaign if kind == "campaign" else _home
        return Scene(place, label_of(place), template, lambda _sample: make(preview))
    if kind == "mail" and rest[0] == "update":
        return _update(preview, place, *rest[1:])
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


def _update(preview: CampaignPreview, place: str, slug: str, update_id: str) -> Scene | None:
    action, email = preview.find_action(slug), preview.email_texts(f"update {update_id}")
    if action is None or email is None:
        return None
    values = {
        **signer_mail_values(action),
        "campaign_title": email.campaign_title,
        "subject": email.texts["subject"],
        "text_locale": preview.locale,
        "body_html": mail_html(email.texts["body"]),
        "body_text": mail_text(email.texts["body"]),
        "is_test": False,
    }
    return Scene(place, label_of(place), "update", lambda _sample: values, "mail")


def _campaign(preview: CampaignPreview) -> Values:
    campaign = preview.campaign or _gone()
    return campaign_page_context(
        campaign,
        preview.actions,
        locale=preview.locale,
        now=preview.now,
        pictures=preview.pictures,
        appearance=preview.appearance(),
        partners=preview.partners,
    )


def _home(preview: CampaignPreview) -> Values:
    campaign = preview.campaign or _gone()
    look = preview.appearance()
    shown = HomeCampaign(**vars(campaign), actions=preview.actions, appearance=look)
    return home_page_context([shown], preview.partners, now=preview.now)


def _action(preview: CampaignPreview, action: PublicAction) -> Values:
    return action_page_context(
        action,
        sign_form(action),
        others=preview.actions,
        pictures=preview.pictures,
        appearance=preview.appearance(action),
    )


def _confirmed(preview: CampaignPreview, action: PublicAction) -> Values:
    following = next_open_action(action, preview.actions)
    return {
        **signature_page_context(Signature(status="confirmed"), action),
        "appearance": preview.appearance(action),
        "form": None,
        "next_action": following and {"action": following, "token": LINK},
        "files_url": "#main",
        "withdraw_url": "#main",
    }


def _gone() -> NoReturn:
    raise NotFound
