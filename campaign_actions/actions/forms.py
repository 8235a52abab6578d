"""The form of every action; a kind adds its own fields."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from campaign_actions.actions.models import Signature
from campaign_actions.core.forms.base import PublicForm, TokenForm
from campaign_actions.core.forms.fields import Checkbox, Country, EmailAddress, LongText, PlainText

NAME_LENGTH = 200
COMMENT_LENGTH = 2000
CONSENT_LENGTH = 2000


class Version(IntegerField):
    """A number that a page sends back; anything else is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class SignForm(TokenForm):
    """What every action asks for. `answer_fields` names what a kind asks on top of it."""

    given_name = PlainText(
        _l("Given name"),
        max_length=NAME_LENGTH,
        required_message=_l("Write your name. If you have only one name, write it here."),
    )
    family_name = PlainText(_l("Family name"), max_length=NAME_LENGTH)
    email = EmailAddress(_l("E-mail"), hint=_l("For one mail to confirm. We never show it."))
    country = Country(_l("Country"))
    comment = LongText(
        _l("Why do you sign?"),
        max_length=COMMENT_LENGTH,
        hint=_l("Handed over with your signature, without your address."),
    )
    show_name = Checkbox(_l("My name may be shown on this page"))
    wants_updates = Checkbox(_l("Write to me about what becomes of this"))
    consent_version = Version(widget=HiddenInput())  # of the text that was shown

    answer_fields: ClassVar[tuple[str, ...]] = ()
    newest_consent = 0  # the version of the consent text that stands on the page now

    def renew(self) -> None:
        """Before it is shown: carry the version of the consent text that will stand beside it."""
        self.consent_version.raw_data = None
        self.consent_version.data = self.newest_consent

    def validate_consent_version(self, field: IntegerField) -> None:
        """The newest version, or one before it: the page may have been open when it changed."""
        if not field.data or not 0 < field.data <= self.newest_consent:
            raise ValidationError(
                _(
                    "This page was open for long. Nothing you wrote is lost: please press the button again."
                )
            )

    def form_level_errors(self) -> list[str]:
        guard = self.consent_version.errors if "consent_version" in self else ()
        return list(dict.fromkeys([*super().form_level_errors(), *guard]))  # each is said once

    def details(self) -> dict[str, Any]:
        """The checked values, as the keyword arguments of signing.sign()."""
        return self.person() | {
            "email": self.email.data,
            "consent_version": self.consent_version.data,
        }

    def person(self) -> dict[str, Any]:
        """What can be corrected when confirming, as the keyword arguments of confirming.confirm()."""
        sent = {field.short_name: field.data for field in self}
        return {
            "given_name": sent["given_name"],
            "country_code": sent["country"],
            **{name: sent[name] or None for name in ("family_name", "comment") if name in sent},
            **{name: sent[name] for name in ("show_name", "wants_updates") if name in sent},
            "answers": {name: sent[name] for name in self.answer_fields},
        }

    def ask_only(self, asked: Mapping[str, Any]) -> None:
        """Leave out the fields that an action does not ask for, by their names."""
        for name, is_asked in asked.items():
            if not is_asked:
                del self[name]
        if "family_name" not in self:
            self.given_name.label.text = _("Name")

    @classmethod
    def to_confirm(cls, signature: Signature, sent: MultiDict[str, str] | None) -> Self:
        """The form of a signature that waits: all that was entered, perhaps by somebody else.

        Who confirms sees it and corrects it. `sent` is what the page sent back; a client that
        sends none of it, or the name alone, leaves the rest as it is.
        """
        whole = sent if sent is not None and "country" in sent else None
        stored = {"country": signature.country_code, **signature.answers}
        form = cls(whole, obj=signature, data=stored, meta={"csrf": False})
        for name in ("email", "website", "consent_version"):
            del form[name]
        for name in ("given_name", "family_name"):
            if sent is not None and whole is None and name in sent:
                form[name].process(sent)
        return form


class WithdrawForm(PublicForm):
    """One button: the link is the right."""
