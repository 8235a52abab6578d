"""What the forms call the fields of a campaign's or an action's content, and what stands in them."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.edit_forms import ActionForm, ActionTextForm
from campaign_actions.actions.kinds import KINDS
from campaign_actions.campaigns.appearance_forms import FOCUS_NAMES
from campaign_actions.campaigns.forms import (
    CampaignForm,
    CampaignTextForm,
    PartnerForm,
    PartnerTextForm,
)
from campaign_actions.campaigns.partners import name_of_key
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.lists import join_with_commas, label_value
from campaign_actions.core.i18n.locale import is_language, language_name
from campaign_actions.core.i18n.timezones import datetime_here

LARGEST = 10**15  # Babel cannot round numbers of many more digits, and no goal is that large


def label_of(subject: str, name: str) -> str:
    """Of a field like texts.en.title or partners.new.en.name, of a campaign or an action.

    With its partner and its language, if it has them. What is no field of ours is shown as it is.
    """
    kind, *rest = name.split(".")
    partner = rest.pop(0) if kind == "partners" and rest else ""
    *tags, field = rest or [kind]
    label = LABELS[subject].get((kind, field))
    if not label or len(tags) > 1 or not all(map(is_language, tags)):
        return name
    words = join_with_commas([str(label), *map(language_name, tags)])
    return label_value(name_of_key(partner), words) if partner else words


def label_of_any(field: str, address: str) -> str:
    """Of a field by its bare name, as the form at an address has it; nothing if no form here does."""
    subjects = sorted(("update", "action", "campaign"), key=lambda one: f"/{one}s/" not in address)
    labels = (each for subject in subjects for each in LABELS[subject].items())
    return next((str(label) for (_kind, name), label in labels if name == field), "")


def value_in_words(name: str, value: Any) -> str:
    """What a reader sees of a value: nothing for none; what is not like it should be as it is."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if name == "goal" and isinstance(value, int) and abs(value) <= LARGEST:
        return number(value)
    if name == "kind" and str(value) in KINDS:
        return str(KINDS[str(value)].label)
    if name == "focus" and isinstance(value, int):
        return str(FOCUS_NAMES.get(value, value or ""))
    return _moment(str(value)) if name == "closes_at" else str(value)


def _moment(value: str) -> str:
    try:
        return datetime_here(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return value


def _labels(kind: str, *forms: Any) -> dict[tuple[str, str], Any]:
    return {
        (kind or name, name): field.args[0]
        for form in forms
        for name, field in vars(form).items()
        if hasattr(field, "args") and field.args
    }


LABELS = {
    "campaign": {
        **_labels("", CampaignForm),
        **_labels("texts", CampaignTextForm),
        **_labels("partners", PartnerForm, PartnerTextForm),
        ("partners", "position"): _l("Place"),
        ("accent", "accent"): _l("Colour"),
        ("picture", "picture"): _l("Picture"),
        ("focus", "focus"): _l("What must stay when the picture is cut"),
        ("texts", "is_public"): _l("Public"),
        ("texts", "picture_alt"): _l("What the picture shows"),
    },
    "action": {**_labels("", ActionForm), **_labels("texts", ActionTextForm)},
    "update": {("", "subject"): _l("Subject"), ("", "body"): _l("Text")},
}
