"""The forms for the appearance of a campaign: its picture with words for it, and its accent."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from campaign_actions.campaigns.appearance import FOCI
from campaign_actions.campaigns.models import MAX_ALT_LENGTH
from campaign_actions.core.content.image_worker import MAX_WIDTH
from campaign_actions.core.content.images import MAX_UPLOAD_BYTES
from campaign_actions.core.forms.fields import PlainText
from campaign_actions.core.i18n.locale import language_name
from campaign_actions.core.theme import ACCENTS

ALT = "alt-"  # and the language
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


class PictureForm(FlaskForm):
    """The file, what must stay when it is cut, and a description in each language (`alt-…`)."""

    file = FileField(_l("Picture"))
    focus = StringField(_l("Focal point"), default="5")
    places = FOCUS_NAMES  # what `focus` may be
    has_picture = False
    most_megabytes, best_width = MAX_UPLOAD_BYTES // 1024**2, MAX_WIDTH  # of an upload

    def validate_file(self, field: Field) -> None:
        if len(field.raw_data or ()) > 1:
            raise ValidationError(_("Choose only one picture."))
        if not field.data and not self.has_picture:
            raise ValidationError(_("Choose a picture."))

    def validate_focus(self, field: Field) -> None:
        if field.data not in map(str, FOCI):
            raise ValidationError(_("Choose one of the nine positions."))

    def upload(self) -> bytes | None:
        """The file that was sent, if one was; no more of it than shows that it is too large."""
        return self.file.data.read(MAX_UPLOAD_BYTES + 1) if self.file.data else None

    def alt_fields(self) -> list[Field]:
        return [field for field in self if field.name.startswith(ALT)]

    def alts(self) -> dict[str, str]:
        """Descriptions of the picture, by language."""
        return {field.name.removeprefix(ALT): field.data for field in self.alt_fields()}


class AccentForm(FlaskForm):
    """One of the accents of the house theme."""

    accent = StringField(_l("Colour"))
    accents = ACCENTS  # what `accent` may be, and their names

    def validate_accent(self, field: Field) -> None:
        if field.data not in ACCENTS:
            raise ValidationError(_("Choose an option."))


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
            max_length=MAX_ALT_LENGTH,
            required_message=_l("Describe the picture."),
        )
        for tag in locales
    }
    kind = type("PictureFormOfCampaign", (PictureForm,), fields)
    data = {f"{ALT}{tag}": known.get(tag, "") for tag in locales} | {"focus": str(focus)}
    form: PictureForm = kind(data=data) if is_sent else kind(formdata=None, data=data)
    form.has_picture = has_picture
    return form
