"""The forms of how a campaign looks: its picture with words for it, and its colour."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Field, StringField
from wtforms.validators import StopValidation, ValidationError

from campaign_actions.campaigns.appearance import FOCI
from campaign_actions.campaigns.models import ALT_LENGTH
from campaign_actions.core.content.color import (
    HOUSE,
    accent_faults,
    is_accent,
    is_colour,
    nearest_accent,
)
from campaign_actions.core.content.image_worker import MAX_WIDTH
from campaign_actions.core.content.images import MAX_UPLOAD_BYTES
from campaign_actions.core.forms.fields import PlainText
from campaign_actions.core.i18n.locale import language_name

ALT = "alt-"  # and the language
FOCUS_NAMES = {
    # Translators: where the most important part of a picture is
    1: _l("Above left"),
    2: _l("Above"),
    3: _l("Above right"),
    # Translators: where the most important part of a picture is
    4: _l("Left"),
    5: _l("The middle"),
    # Translators: where the most important part of a picture is
    6: _l("Right"),
    7: _l("Below left"),
    8: _l("Below"),
    9: _l("Below right"),
}


class PictureForm(FlaskForm):
    """The file, what must stay when it is cut, and a description in each language (`alt-…`)."""

    file = FileField(_l("Picture"))
    focus = StringField(_l("What must stay when the picture is cut"), default="5")
    places = FOCUS_NAMES  # what `focus` may be
    has_picture = False
    most_megabytes, best_width = MAX_UPLOAD_BYTES // 1024**2, MAX_WIDTH  # of an upload

    def validate_file(self, field: Field) -> None:
        if len(field.raw_data or ()) > 1:
            raise ValidationError(_("Choose one picture."))
        if not field.data and not self.has_picture:
            raise ValidationError(_("Choose a picture."))

    def validate_focus(self, field: Field) -> None:
        if field.data not in map(str, FOCI):
            raise ValidationError(_("Choose one of the nine places."))

    def upload(self) -> bytes | None:
        """The file that was sent, if one was; no more of it than shows that it is too large."""
        return self.file.data.read(MAX_UPLOAD_BYTES + 1) if self.file.data else None

    def alt_fields(self) -> list[Field]:
        return [field for field in self if field.name.startswith(ALT)]

    def alts(self) -> dict[str, str]:
        """What is on the picture, by language."""
        return {field.name.removeprefix(ALT): field.data for field in self.alt_fields()}


class AccentForm(FlaskForm):
    """A colour by its code or by the browser's own field: whichever was changed, the code first.

    `stored`: the colour that the campaign has, or nothing. An empty code: the colour of the house.
    """

    code = StringField(_l("Code of the colour"))
    colour = StringField(_l("Colour"))

    def __init__(self, *args: Any, stored: str, **kwargs: Any) -> None:
        super().__init__(*args, code=stored, colour=stored or HOUSE, **kwargs)
        code, colour = _tidy(self.code.data), _tidy(self.colour.data)
        is_by_colour = code == stored and is_colour(colour) and colour != (stored or HOUSE)
        self.code.data = colour if is_by_colour else code
        self.colour.data = self.code.data if is_colour(self.code.data) else colour

    def validate_code(self, field: Field) -> None:
        if field.data and not is_accent(field.data):
            raise StopValidation(" ".join(accent_faults(field.data)))

    @property
    def nearest(self) -> str:
        """What would do instead of a colour that can not be read; empty: nothing is wrong, or no colour."""
        refused = self.code.errors and is_colour(self.code.data)
        return nearest_accent(self.code.data) if refused else ""

    def chosen(self) -> str | None:
        return self.code.data or None


def picture_form(
    locales: Iterable[str],
    known: Mapping[str, str],
    *,
    focus: int,
    has_picture: bool,
    is_sent: bool,
) -> PictureForm:
    """The form for a campaign with these languages, filled with what was sent or with what is known."""
    fields = {
        f"{ALT}{tag}": PlainText(
            language_name(tag),
            max_length=ALT_LENGTH,
            required_message=_l("Say in words what is on the picture."),
        )
        for tag in locales
    }
    kind = type("PictureFormOfCampaign", (PictureForm,), fields)
    data = {f"{ALT}{tag}": known.get(tag, "") for tag in locales} | {"focus": str(focus)}
    form: Any = kind(data=data) if is_sent else kind(formdata=None, data=data)
    form.has_picture = has_picture
    return form  # type: ignore[no-any-return]


def _tidy(code: str | None) -> str:
    """As people write it: with or without #, in capitals, with three digits."""
    digits = (code or "").strip().lower().removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits}" if digits else ""
