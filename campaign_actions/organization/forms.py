"""The forms of the brand page and of the organisation's time zone."""

from math import floor
from typing import Any, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf.file import FileField
from wtforms import Field, IntegerField, StringField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from campaign_actions.core.content.colour import read_colour
from campaign_actions.core.content.images import MAX_LOGO_BYTES
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.fields import (
    Checkbox,
    EmailAddress,
    Identifier,
    LongText,
    PlainText,
)
from campaign_actions.core.forms.timezone_field import TimezoneField
from campaign_actions.core.i18n.formatting import decimal
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.core.organization import TEXT_NAMES, Organization, name_without_text
from campaign_actions.core.theme import Pair, house_accent, nearest_accent, pairs_of
from campaign_actions.organization.models import (
    MAX_FOOTER_LENGTH,
    MAX_IMPRINT_LENGTH,
    MAX_NAME_LENGTH,
)

PICTURES: tuple[Literal["logo", "icon"], ...] = ("logo", "icon")


class ContactAddress(EmailAddress):
    """An email address, or nothing."""

    def pre_validate(self, form: BaseForm) -> None:
        if self.data:
            super().pre_validate(form)


class BrandForm(StaffForm):
    """The look, and the texts in each language (`name-en`, `footer-en` and so on).

    `logo_kept` and `icon_kept`: names of pictures that are stored already, in use or not. `version`: of
    the organisation that the page showed; `opened`: digests of what it showed. `picker`: the colour in the
    browser's own picker, which always has one; `picker_was`: the one that it had on the page.
    """

    accent = Identifier(
        _l("Colour"),
        max_length=40,
        hint=_l("Six digits and letters after a number sign, such as #1f3f77. Empty: house red."),
    )
    picker, picker_was = StringField(_l("Colour picker")), StringField()
    logo, icon = FileField(_l("Logo")), FileField(_l("Icon of the browser tab"))
    logo_kept, icon_kept = StringField(), StringField()
    remove_logo, remove_icon = Checkbox(_l("Remove logo")), Checkbox(_l("Remove icon"))
    version, opened = IntegerField(), StringField()
    locales: tuple[str, ...] = ()

    @property
    def colour(self) -> str:
        """The colour as #rrggbb; empty for that of the house, or if it is not one."""
        return read_colour(self.accent.data or "") or ""

    @property
    def shown_colour(self) -> str:
        """The colour as #rrggbb, also that of the house: what the picker shows."""
        return self.colour or house_accent("light").fill

    def take_picked(self) -> None:
        """Without a script, the picker and the text differ: the one that someone has changed counts."""
        picked = read_colour(self.picker.data or "")
        if picked and picked != self.picker_was.data == self.shown_colour:
            self.accent.data = picked

    @property
    def pairs(self) -> list[Pair]:
        return pairs_of(self.shown_colour) if self.colour or not self.accent.data else []

    @property
    def proposal(self) -> str:
        """The nearest colour that passes, if this one does not."""
        is_readable = all(pair.is_readable for pair in self.pairs)
        return "" if is_readable else nearest_accent(self.colour)

    def validate_accent(self, field: Field) -> None:
        if field.data and not self.colour:
            raise ValidationError(_("This is not a colour. Enter one such as #1f3f77."))
        if not self.proposal:
            return
        failing = [_contrast_in_words(pair) for pair in self.pairs if not pair.is_readable]
        nearest = _("The nearest colour that passes is %(colour)s.", colour=self.proposal)
        raise ValidationError(" ".join([*failing, nearest]))

    def upload(self, name: str) -> bytes | None:
        """The file chosen as `logo` or `icon`; no more of it than shows that it is too large."""
        file = self[name].data
        data: bytes = file.read(MAX_LOGO_BYTES + 1) if file else b""
        return data or None

    def keep(self, name: str, picture: str) -> None:
        """Show a picture that has just been stored, also if something else is wrong."""
        self[f"{name}_kept"].data = picture
        self[f"remove_{name}"].data = False

    def picture(self, name: str) -> str | None:
        """The name of the picture to be saved as `logo` or `icon`."""
        return None if self[f"remove_{name}"].data else self[f"{name}_kept"].data or None

    def fields_of(self, tag: str) -> list[Field]:
        return [self[f"{name}-{tag}"] for name in TEXT_NAMES]

    def texts(self) -> dict[str, dict[str, str]]:
        return {
            tag: {name: self[f"{name}-{tag}"].data or "" for name in TEXT_NAMES}
            for tag in self.locales
        }


class OrganizationTimezoneForm(StaffForm):
    timezone = TimezoneField(
        _l("Time zone of the organisation"),
        hint=_l("For members of staff without a time zone of their own, and for exported files."),
    )


def brand_form(now: Organization, *, is_sent: bool) -> BrandForm:
    """The form in all languages, public or not, filled with what was sent or with what is set."""
    tags = known_locales()
    fields: dict[str, Any] = {
        f"{name}-{tag}": field for tag in tags for name, field in _text_fields(tag).items()
    }
    kind = type("BrandFormInLanguages", (BrandForm,), fields)
    data: dict[str, Any] = {
        f"{name}-{tag}": now.text(name, tag) for tag in tags for name in TEXT_NAMES
    }
    data |= {"accent": now.accent, "version": now.version}
    data |= {"logo_kept": now.logo.name if now.logo else ""}
    data |= {"icon_kept": now.icon.name if now.icon else ""}
    form: BrandForm = kind(data=data) if is_sent else kind(formdata=None, data=data)
    form.locales = tags
    if is_sent:
        form.take_picked()
    return form


def _text_fields(tag: str) -> dict[str, Field]:
    return {
        "name": PlainText(
            lazy_pgettext("of an organisation", "Name"),
            max_length=MAX_NAME_LENGTH,
            hint=_l("If it is empty: %(name)s", name=name_without_text(tag)),
        ),
        "footer": LongText(
            _l("Footer"),
            max_length=MAX_FOOTER_LENGTH,
            hint=_l("A sentence or two about the organisation, at the end of pages and emails."),
        ),
        "imprint": LongText(
            _l("Imprint"),
            max_length=MAX_IMPRINT_LENGTH,
            hint=_l("The name and postal address that the law asks for. It has a page of its own."),
        ),
        "contact": ContactAddress(
            _l("Email address for questions"),
            required_message=None,
            hint=_l("On pages and in emails, for questions about personal data."),
        ),
    }


def shown_ratio(pair: Pair) -> str:
    """A contrast, rounded down, so that 4.497 does not look as if it passed."""
    return decimal(floor(pair.ratio * 100) / 100, 2)


def _contrast_in_words(pair: Pair) -> str:
    words = (
        _l(
            "White words on the button have a contrast of %(ratio)s to 1, but need %(least)s to 1.",
            ratio=shown_ratio(pair),
            least=decimal(pair.least),
        )
        if pair.name == "button"
        else _l(
            "Meters and links on the page have a contrast of %(ratio)s to 1, but need %(least)s to 1.",
            ratio=shown_ratio(pair),
            least=decimal(pair.least),
        )
    )
    return str(words)
