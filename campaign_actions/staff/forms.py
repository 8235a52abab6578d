"""Forms for logging in, the member's own account and managing staff."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext, ngettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, PasswordField, SelectField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError

from campaign_actions.core.forms.fields import (
    MAX_EMAIL_LENGTH,
    EmailAddress,
    Identifier,
    PlainText,
    SingleValue,
)
from campaign_actions.core.forms.input_text import forbidden_characters
from campaign_actions.core.forms.timezone_field import TimezoneField
from campaign_actions.core.i18n.locale import known_locales, language_name, locales
from campaign_actions.staff.permissions import ROLES, Grants

MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH = 12, 200  # characters
MIN_DISTINCT_CHARACTERS = 5
COMMON_PASSWORD_PARTS = (  # parts of long passwords that are guessed first
    *("password", "passw0rd", "qwerty", "qwertz", "azerty", "123456", "654321", "111111"),
    *("iloveyou", "letmein", "welcome", "administrator", "йцукен", "пароль", "привет", "любовь"),
)


class Password(SingleValue, PasswordField):
    """Taken as typed, and never shown again."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = unicodedata.normalize("NFKC", valuelist[0]) if valuelist else ""

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if len(self.data or "") > MAX_PASSWORD_LENGTH or "\0" in (self.data or ""):
            raise StopValidation(_("This password is too long. Please choose a shorter one."))
        if not self.data:
            raise StopValidation(_("Enter your password."))


class NewPassword(Password):
    """Long and not easy to guess. It may not consist of the form's `personal_words()`."""

    hint = _l("Use at least 12 characters. Several unrelated words work best.")

    def pre_validate(self, form: "_NewPasswordFields") -> None:
        super().pre_validate(form)
        text = (self.data or "").lower()
        if len(text) < MIN_PASSWORD_LENGTH:
            raise StopValidation(
                ngettext(
                    "This password is too short. Use at least %(num)d character.",
                    "This password is too short. Use at least %(num)d characters.",
                    MIN_PASSWORD_LENGTH,
                )
            )
        if forbidden_characters(text, multiline=False):
            raise StopValidation(
                _("This contains a hidden character. Delete the text and type it again.")
            )
        rest = text
        for word in (*COMMON_PASSWORD_PARTS, *form.personal_words()):
            rest = rest.replace(word.lower(), "") if len(word) > 3 else rest
        if len(set(text)) < MIN_DISTINCT_CHARACTERS or len(rest) < MIN_PASSWORD_LENGTH // 2:
            raise StopValidation(_("This password is easy to guess. Please choose another one."))


class LogInForm(FlaskForm):
    email = Identifier(
        _l("Email"), max_length=MAX_EMAIL_LENGTH, required_message=_l("Enter your email address.")
    )
    password = Password(_l("Password"))


class VerifyForm(FlaskForm):
    password = Password(_l("Password"))


class CodeForm(FlaskForm):
    code = Identifier(_l("Code"), max_length=60, required_message=_l("Enter the code."))


class PasskeyForm(FlaskForm):
    """Sent by `static/passkeys.js`: the browser's response, and the challenge."""

    answer = HiddenField()
    asked = HiddenField()


class PasskeyNameForm(FlaskForm):
    name = PlainText(
        lazy_pgettext("of a thing", "Name"),
        max_length=64,
        required_message=_l("Enter a name for this passkey."),
        hint=_l("For example: my phone, work laptop, blue key."),
    )


class NewPasskeyForm(PasskeyForm, PasskeyNameForm):
    pass


class AddressForm(FlaskForm):
    email = EmailAddress(_l("Email"), required_message=_l("Enter your email address."))


class _NewPasswordFields(FlaskForm):
    """`personal_texts`: name and address of the person, which may not make up the password."""

    def __init__(self, *args: Any, personal_texts: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.personal_texts = personal_texts
        super().__init__(*args, **kwargs)

    def personal_words(self) -> tuple[str, ...]:
        return tuple(
            part for text in self.personal_texts for part in text.replace("@", " ").split()
        )

    new_password = NewPassword(_l("New password"))


class NewPasswordForm(_NewPasswordFields):
    pass


class ChangePasswordForm(_NewPasswordFields):
    password = Password(_l("Current password"))


class _LocaleField(FlaskForm):
    locale = SelectField(_l("Workspace language"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale.choices = [(tag, language_name(tag)) for tag in locales()]

    def validate_locale(self, field: Field) -> None:
        if field.data not in locales():
            raise ValidationError(_("Choose a language from the list."))


class _NamedForm(_LocaleField):
    name = PlainText(
        _l("Name"),
        max_length=120,
        required_message=_l("Enter your name as your colleagues know it."),
    )


class ProfileForm(_NamedForm):
    timezone = TimezoneField(
        _l("Your time zone"),
        hint=_l("Times are shown and entered in it. The organisation’s is shown beside it."),
    )


class JoinForm(_NamedForm, _NewPasswordFields):
    pass


class InviteForm(_LocaleField):
    email = EmailAddress(
        _l("Email"), required_message=_l("Enter the email address of the person to invite.")
    )


def read_grants(sent: MultiDict[str, str], campaigns: frozenset[int]) -> Grants:
    """The roles in a form, with their campaigns.

    `role-<role>` is "all" or "some", the latter with repeated `campaigns-<role>`; anything else is ignored.
    """
    grants: dict[str, frozenset[int] | None] = {}
    for role in ROLES:
        if sent.get(f"role-{role}") == "all":
            grants[role] = None
        elif sent.get(f"role-{role}") == "some":
            grants[role] = _read_ids(sent.getlist(f"campaigns-{role}")) & campaigns
    return grants


def _read_ids(texts: Iterable[str]) -> frozenset[int]:
    return frozenset(
        int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10
    )


def read_languages(sent: MultiDict[str, str]) -> frozenset[str] | None:
    """The languages a form limits a member to; None: no limit."""
    if sent.get("languages") != "some":
        return None
    return frozenset(sent.getlist("language")) & set(known_locales())


def find_role_errors(grants: Grants, languages: frozenset[str] | None) -> dict[str, str]:
    """Error messages by role; "" is for the roles as a whole, "languages" for the languages."""
    errors = {
        role: _("Choose at least one campaign, or assign the role in all campaigns.")
        for role, campaigns in grants.items()
        if campaigns is not None and not campaigns
    }
    if not grants:
        errors[""] = _(
            "Choose at least one role. Without a role, this person cannot do anything here."
        )
    if languages is not None and not languages:
        errors["languages"] = _("Choose at least one language, or all languages.")
    return errors
