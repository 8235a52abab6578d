"""Labels and readable values for fields of campaigns and actions, in histories and comparisons."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from flask_babel import LazyString, lazy_pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.edit_forms import ActionForm, ActionTextForm
from campaign_actions.actions.goals import MILESTONES
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.questions.differences import question_names
from campaign_actions.actions.questions.edit_forms import QuestionForm, QuestionTextForm
from campaign_actions.actions.questions.labels import format_setting, question_label
from campaign_actions.campaigns.appearance_forms import FOCUS_NAMES
from campaign_actions.campaigns.forms import (
    CampaignForm,
    CampaignTextForm,
    PartnerForm,
    PartnerTextForm,
)
from campaign_actions.campaigns.licences import LICENCES
from campaign_actions.campaigns.partners import partner_label, partner_names
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.list_format import label_in_languages, label_value
from campaign_actions.core.i18n.locale import is_language
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.theme import ACCENTS

OWNERS = {"partners": partner_label, "questions": question_label}  # of fields, by their keys
MAX_FORMATTED = 10**15  # Babel cannot round numbers with many more digits


def field_label(
    subject: str,
    name: str,
    *,
    kind_of_action: str = "",
    names: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The label of a field like texts.en.title or partners.new.en.name, of a campaign or an action.

    Includes its partner or question and its language, if it has them. An unknown name is returned unchanged.
    `names`: of partners and questions by key, as owner_names() finds them.
    """
    kind, *rest = name.split(".")
    key = rest.pop(0) if kind in OWNERS and rest else ""
    *tags, field = rest or [kind]
    label = LABELS[subject].get((kind, field))
    if label and kind_of_action in KINDS:
        label = KINDS[kind_of_action].editing.labels.get(field, label)
    if not label or len(tags) > 1 or not all(map(is_language, tags)):
        return name
    words = label_in_languages(label, tags)
    return label_value(OWNERS[kind](key, names.get(key, "")), words) if key else words


def owner_names(contents: Sequence[Content], locales: Sequence[str]) -> dict[str, str]:
    """The names of partners and the texts of questions by key, in the first language that each has."""
    return partner_names(contents, locales) | question_names(contents, locales)


def field_order(
    subject: str, name: str, tags: Sequence[str] = (), questions: Sequence[str] = ()
) -> tuple[bool, int, int, str, int, int, str]:
    """The place of a field among others, as in the form: texts first, each in all its languages.

    `tags`: the languages in their order; others follow. `questions`: the keys of questions in theirs. The
    fields of one partner, or of one question, follow each other.
    """
    kind, *rest = name.split(".")
    tag = next((place for place, tag in enumerate(tags) if tag in rest), len(tags))
    places = list(LABELS[subject])
    key = (kind, rest[-1] if rest else kind)
    place = places.index(key) if key in places else len(places)
    if kind in OWNERS and rest:
        first = next((at for at, (of, _field) in enumerate(places) if of == kind), len(places))
        owner = questions.index(rest[0]) if rest[0] in questions else len(questions)
        return True, first, owner, rest[0], place, tag, name
    return kind != "texts", place, 0, "", 0, tag, name


def find_field_label(field: str, address: str) -> str:
    """The label of a field in the form at an address; empty if no form has such a field."""
    subjects = sorted(("update", "action", "campaign"), key=lambda one: f"/{one}s/" not in address)
    labels = (each for subject in subjects for each in LABELS[subject].items())
    return next((str(label) for (_kind, name), label in labels if name == field), "")


def format_value(name: str, value: object) -> str:
    """A value as text for readers. An unexpected value is returned unformatted."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if (
        (name == "goal" or name in MILESTONES)
        and isinstance(value, int)
        and abs(value) <= MAX_FORMATTED
    ):
        return number(value)
    if name.startswith("questions.") and (words := format_setting(name.rpartition(".")[2], value)):
        return words
    if name == "kind" and str(value) in KINDS:
        return str(KINDS[str(value)].label)
    if name == "accent":
        return str(ACCENTS.get(str(value), value))
    if name == "licence" and value in LICENCES:
        return str(LICENCES[str(value)].label)
    if name == "focus" and isinstance(value, int):
        return str(FOCUS_NAMES.get(value, value or ""))
    return _format_time(str(value)) if name in ("closes_at", "archived_at") else str(value)


def _format_time(value: str) -> str:
    try:
        return datetime_here(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return value


def _form_labels(kind: str, *forms: type[StaffForm]) -> dict[tuple[str, str], LazyString]:
    return {
        (kind or name, name): field.args[0]
        for form in forms
        for name, field in vars(form).items()
        if hasattr(field, "args") and field.args
    }


PICTURE_LABELS = {
    ("picture", "picture"): _l("Picture"),
    ("focus", "focus"): _l("Focal point"),
    ("credit", "credit"): _l("Credit"),
    ("licence", "licence"): _l("Licence"),
    ("quoted_on", "quoted_on"): _l("Date of the quotation"),
    ("texts", "picture_alt"): _l("Picture description"),
    ("texts", "picture_quote"): _l("Quotation"),
    ("texts", "picture_person"): _l("Name of the person quoted"),
    ("texts", "picture_place"): _l("Place of the quotation"),
}
LABELS = {
    "campaign": {
        **_form_labels("", CampaignForm),
        **_form_labels("texts", CampaignTextForm),
        **_form_labels("partners", PartnerForm, PartnerTextForm),
        ("partners", "position"): _l("Position"),
        ("accent", "accent"): _l("Colour"),
        ("archived_at", "archived_at"): lazy_pgettext("campaign", "Archived"),
        **PICTURE_LABELS,
        ("texts", "is_public"): _l("Public"),
    },
    "action": {
        **_form_labels("", ActionForm),
        **_form_labels("texts", ActionTextForm),
        **_form_labels("questions", QuestionForm, QuestionTextForm),
        ("questions", "position"): _l("Position"),
        **PICTURE_LABELS,
    },
    "update": {("", "subject"): _l("Subject"), ("", "body"): _l("Text")},
}
