"""The forms for a picture with everything said about it, and for the accent of a campaign."""

import base64
import binascii
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Field, Form, StringField
from wtforms.validators import StopValidation, ValidationError

from campaign_actions.campaigns.appearance import FOCI
from campaign_actions.campaigns.licences import LICENCES
from campaign_actions.campaigns.models import (
    DEFAULT_FOCUS,
    MAX_ALT_LENGTH,
    MAX_CREDIT_LENGTH,
    MAX_PERSON_LENGTH,
    MAX_QUOTE_LENGTH,
)
from campaign_actions.campaigns.picture import PictureDetails
from campaign_actions.campaigns.picture_content import picture_texts
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.content.image_worker import MAX_WIDTH
from campaign_actions.core.content.images import MAX_UPLOAD_BYTES, ProcessedImage
from campaign_actions.core.forms.day_field import Day
from campaign_actions.core.forms.fields import PlainText, Sentence, SingleValue
from campaign_actions.core.i18n.locale import language_here
from campaign_actions.core.theme import ACCENTS

MAX_KEPT_BYTES = 1024**2  # of a picture that the page keeps while someone corrects the rest
PREFIX = "picture_"  # of texts; their fields have names like alt-en
FOCUS_NAMES = {
    # Translators: where the most important part of a picture is
    1: _l("Top left"),
    2: _l("Top"),
    3: _l("Top right"),
    # Translators: where the most important part of a picture is
    4: _l("Left"),
    5: _l("Centre"),
    # Translators: where the most important part of a picture is
    6: _l("Right"),
    7: _l("Bottom left"),
    8: _l("Bottom"),
    9: _l("Bottom right"),
}


class Focus(SingleValue, StringField):
    """One of FOCUS_NAMES."""

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        if self.data not in map(str, FOCI):
            raise StopValidation(_("Choose one of the nine positions."))


class LicenceField(SingleValue, StringField):
    """One of LICENCES."""

    choices = tuple((name, licence.label) for name, licence in LICENCES.items())

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        if self.data not in LICENCES:
            raise StopValidation(_("Choose a licence from the list."))


def _text_fields(language: str = "", *, needs_alt: bool = False) -> dict[str, PlainText]:
    """The fields of one language, by the names of their texts without PREFIX."""
    person = {"max_length": MAX_PERSON_LENGTH}
    missing = _l("Describe the picture.") if needs_alt else None
    return {
        "alt": Sentence(language, max_length=MAX_ALT_LENGTH, required_message=missing),
        "quote": Sentence(_l("Quotation"), max_length=MAX_QUOTE_LENGTH),
        "person": PlainText(_l("Name of the person quoted"), **person),
        "place": PlainText(_l("Place"), **person),
    }


class PictureForm(FlaskForm):
    """The file, its details, and the texts in each language (`alt-en`, `quote-en` and so on).

    `kept`: a picture that was sent with a mistake elsewhere, so that it need not be chosen again.
    """

    file = FileField(_l("Picture"))
    kept = StringField()
    focus = Focus(_l("Focal point"), default=str(DEFAULT_FOCUS))
    credit = PlainText(
        _l("Credit"),
        max_length=MAX_CREDIT_LENGTH,
        hint=_l("The name of the photographer or artist, as they want to be named."),
    )
    licence = LicenceField(_l("Licence"), default="")
    said_on = Day(_l("Date of the quotation"))
    places = FOCUS_NAMES  # what `focus` may be
    has_picture = False
    locales: tuple[str, ...] = ()
    most_megabytes, best_width = MAX_UPLOAD_BYTES // 1024**2, MAX_WIDTH  # of an upload

    def validate_file(self, field: Field) -> None:
        if len(field.raw_data or ()) > 1:
            raise ValidationError(_("Choose only one picture."))
        if not field.data and not self.kept.data and not self.has_picture:
            raise ValidationError(_("Choose a picture."))

    def validate_credit(self, field: Field) -> None:
        licence = LICENCES.get(self.licence.data or "")
        if licence and licence.needs_credit and not field.data:
            raise ValidationError(_("This licence requires a credit. Enter the author’s name."))

    def form_level_errors(self) -> list[str]:
        """There are none: each belongs to a field."""
        return []

    def upload(self) -> bytes | None:
        """The file that was sent or kept, if any; no more of it than shows that it is too large."""
        if self.file.data:
            data: bytes = self.file.data.read(MAX_UPLOAD_BYTES + 1)
            return data
        try:
            return base64.b64decode(self.kept.data or "", validate=True) or None
        except (binascii.Error, ValueError):
            return None

    def keep(self, made: ProcessedImage) -> None:
        """Send the picture back with the page, in the largest size that is not too heavy."""
        files = [data for (_width, form), data in sorted(made.files.items()) if form == "webp"]
        fitting = [data for data in files if len(data) <= MAX_KEPT_BYTES]
        self.kept.data = base64.b64encode(fitting[-1]).decode()

    def fields_of(self, name: str) -> list[tuple[str, Field]]:
        """The fields of one text, such as alt, with their languages."""
        return [(tag, self[f"{name}-{tag}"]) for tag in self.locales]

    def quotations(self) -> list[tuple[str, list[Field]]]:
        """The fields about the person quoted, by language."""
        names = ("quote", "person", "place")
        return [(tag, [self[f"{name}-{tag}"] for name in names]) for tag in self.locales]

    def has_quotation(self) -> bool:
        fields = [self.said_on, *(field for _tag, some in self.quotations() for field in some)]
        return any(field.data or field.errors for field in fields)

    def is_empty(self) -> bool:
        """Whether the form has no picture to save: nothing was chosen or typed."""
        texts = (self[f"{name}-{tag}"] for name in _text_fields() for tag in self.locales)
        fields = (self.file, self.kept, self.credit, self.licence, self.said_on, *texts)
        return not any(field.data or field.errors for field in fields)

    def details(self, accent: str = "") -> PictureDetails:
        texts = {
            tag: {f"{PREFIX}{name}": self[f"{name}-{tag}"].data or "" for name in _text_fields()}
            for tag in self.locales
        }
        return PictureDetails(
            texts,
            focus=int(self.focus.data),
            credit=self.credit.data or "",
            licence=self.licence.data,
            quoted_on=self.said_on.data,
            accent=accent,
        )


class AccentForm(FlaskForm):
    """One of the accents of the house theme."""

    accent = StringField(_l("Colour"))
    accents = ACCENTS  # what `accent` may be, and their names

    def validate_accent(self, field: Field) -> None:
        if field.data not in ACCENTS:
            raise ValidationError(_("Choose an option."))


def picture_form(
    locales: Iterable[str], content: Content, *, source: str, is_sent: bool
) -> PictureForm:
    """The form for a picture in these languages, filled with what was sent or with a saved content.

    The description is needed in the language `source`, from which it can be translated; before it is
    public, the checks ask for it in the others.
    """
    known = picture_texts(content)
    tags = tuple(locales)
    first = source if source in tags else tags[0]
    fields: dict[str, Any] = {
        f"{name}-{tag}": field
        for tag in tags
        for name, field in _text_fields(language_here(tag), needs_alt=tag == first).items()
    }
    kind = type("PictureFormInLanguages", (PictureForm,), fields)
    data: dict[str, Any] = {
        f"{name.removeprefix(PREFIX)}-{tag}": text
        for tag in tags
        for name, text in known.get(tag, {}).items()
    }
    if content["picture"]:
        said_on = content["quoted_on"] and date.fromisoformat(content["quoted_on"])
        data |= {"focus": str(content["focus"]), "said_on": said_on or None}
        data |= {"credit": content["credit"], "licence": content["licence"]}
    form: PictureForm = kind(data=data) if is_sent else kind(formdata=None, data=data)
    form.has_picture, form.locales = bool(content["picture"]), tags
    return form
