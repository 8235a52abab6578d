"""What the forms call the fields of a campaign's or an action's content, and what stands in them."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.writing_forms import ActionForm, ActionTextForm
from campaign_actions.campaigns.forms import (
    CampaignForm,
    CampaignTextForm,
    PartnerForm,
    PartnerTextForm,
)
from campaign_actions.core.formatting import number
from campaign_actions.core.i18n import language_name
from campaign_actions.core.sentences import with_commas
from campaign_actions.core.zones import datetime_here


def label_of(subject: str, name: str) -> str:
    """Of a field like texts.en.title, of a campaign or an action: with its language, if it has one."""
    kind, *rest = name.split(".")
    field = rest[-1] if rest else kind
    label = LABELS[subject].get((kind, field))
    words = str(label) if label else field
    tag = next((part for part in rest[:-1] if not part.isdigit()), "")
    return with_commas([words, language_name(tag)]) if tag else words


def label_of_any(field: str, address: str) -> str:
    """Of a field by its bare name, as the form at an address has it; nothing if no form here does."""
    subjects = sorted(("update", "action", "campaign"), key=lambda one: f"/{one}s/" not in address)
    labels = (each for subject in subjects for each in LABELS[subject].items())
    return next((str(label) for (_kind, name), label in labels if name == field), "")


def value_in_words(name: str, value: Any) -> str:
    """What a reader sees of a value: nothing for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if name == "goal":
        return number(value)
    if name == "kind" and value in KINDS:
        return str(KINDS[value].label)
    return datetime_here(datetime.fromisoformat(value)) if name == "closes_at" else str(value)


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
        ("texts", "is_public"): _l("Public"),
        ("texts", "picture_alt"): _l("What the picture shows"),
    },
    "action": {**_labels("", ActionForm), **_labels("texts", ActionTextForm)},
    "update": {("", "subject"): _l("Subject"), ("", "body"): _l("Text")},
}
