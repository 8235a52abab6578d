"""Scenes of the picture and colour of campaigns and actions."""

from collections.abc import Iterator
from functools import partial

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.campaigns import picture_content
from campaign_actions.campaigns.appearance import Appearance, ShownPicture
from campaign_actions.campaigns.appearance_forms import AccentForm, picture_form
from campaign_actions.catalogs.preview.sample_campaign import ID, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_LOCALE,
    make_action,
    make_campaign,
    staff_scene,
    with_errors,
)

APPEARANCE = _l("Picture and colour")
TAGS = (SOURCE, OTHER_LOCALE)
PICTURE = ShownPicture("0" * 32, 1600, 900, 5, "…")
NO_PICTURE = dict(picture_content.NO_PICTURE)
STORED_PICTURE = NO_PICTURE | {"picture": PICTURE.name, "focus": 5}


def appearance_scenes() -> Iterator[Scene]:
    yield staff_scene("look", APPEARANCE, "campaigns/appearance", _appearance)
    yield staff_scene("look-plain", APPEARANCE, "campaigns/appearance", _plain_appearance)
    yield staff_scene("look-wrong", APPEARANCE, "campaigns/appearance", _wrong_appearance)
    yield staff_scene("look-kept", APPEARANCE, "campaigns/appearance", _kept_picture)
    yield staff_scene("look-action", APPEARANCE, "campaigns/appearance", _action_appearance)
    for is_of_action in (False, True):
        values = partial(_remove_picture, is_of_action=is_of_action)
        name = "look-remove-action" if is_of_action else "look-remove"
        yield staff_scene(name, APPEARANCE, "campaigns/remove_picture", values)


def _appearance(sample: SampleCampaign) -> Values:
    appearance = Appearance(PICTURE, "blue").at(f"/staff/campaigns/{ID}/appearance/")
    return {
        "campaign": make_campaign(sample),
        "action": None,
        "form": picture_form(TAGS, STORED_PICTURE, source=TAGS[0], is_sent=False),
        "accent_form": AccentForm(formdata=None, accent="blue"),
        "appearance": appearance,
    }


def _plain_appearance(sample: SampleCampaign) -> Values:
    draft = make_campaign(sample, state="draft", is_public=False)
    return {**_appearance(sample), "campaign": draft, "appearance": Appearance()}


def _wrong_appearance(sample: SampleCampaign) -> Values:
    form = picture_form(TAGS, NO_PICTURE, source=TAGS[0], is_sent=True)
    accent = AccentForm(MultiDict({"accent": "mauve"}))
    return {
        **_plain_appearance(sample),
        "form": with_errors(form),
        "accent_form": with_errors(accent),
    }


def _kept_picture(sample: SampleCampaign) -> Values:
    form = picture_form(TAGS, NO_PICTURE, source=TAGS[0], is_sent=True)
    form.kept.data = "…"
    return {**_plain_appearance(sample), "form": with_errors(form)}


def _action_appearance(sample: SampleCampaign) -> Values:
    return {**_plain_appearance(sample), "action": make_action(sample), "accent_form": None}


def _remove_picture(sample: SampleCampaign, *, is_of_action: bool) -> Values:
    action = make_action(sample) if is_of_action else None
    return {**_appearance(sample), "action": action, "back": "/"}
