"""The sign form that all kinds share, the text people agree to, and the forms to confirm and withdraw."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from campaign_actions.actions.models import QUESTION_KEY, Answer, Person, Signature
from campaign_actions.core.forms.base import PublicForm, StaffForm, TokenForm
from campaign_actions.core.forms.fields import (
    Checkbox,
    Country,
    EmailAddress,
    LongText,
    PlainText,
    ShortCode,
)

NAME_LENGTH = 200
COMMENT_LENGTH = 2000
CONSENT_LENGTH = 2000
ABOUT_COMMENT = ("show_comment", "show_name")  # questions about who may see the comment


class VersionField(IntegerField):
    """A version number sent back by the page; None for anything else."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class SignForm(TokenForm):
    """The fields of every action. A kind adds its own and names them in `answer_fields`.

    An action adds those of its questions, in `question_fields`; see questions/sign_form.py.
    """

    given_name = PlainText(
        _l("Given name"),
        max_length=NAME_LENGTH,
        required_message=_l("Enter your name. If you have only one name, enter it here."),
    )
    family_name = PlainText(_l("Family name"), max_length=NAME_LENGTH)
    email = EmailAddress(_l("Email"), hint=_l("We’ll email you a link to confirm."))
    country = Country(_l("Country"))
    comment = LongText(
        _l("Why are you signing?"),
        max_length=COMMENT_LENGTH,
        hint=_l("We’ll pass it on with your signature, without your email address."),
    )
    show_comment = Checkbox(_l("Show my comment publicly"))
    show_name = Checkbox(_l("Show my name with my comment"))
    wants_updates = Checkbox(_l("Email me updates about this campaign"))
    consent_version = VersionField(widget=HiddenInput())  # of the text on the page
    proof = StringField()  # of work; pages have it only while the action needs it
    has_check = StringField()  # whether the page asked for a proof when it was opened

    answer_fields: ClassVar[tuple[str, ...]] = ()
    question_fields: ClassVar[tuple[str, ...]] = ()
    shown_comment_hint = _l(  # where the form asks whether the comment may be shown
        "We’ll pass it on with your signature, without your email address. If you tick the"
        " box below, we may also show it on our website with your country. We read every"
        " comment first."
    )
    receipt_hint = _l("We’ll email you a link to confirm, and later a receipt.")
    newest_consent = 0  # the current version of the consent text
    other_answers: Mapping[str, Answer] = MappingProxyType(
        {}
    )  # to questions that are not asked now

    @property
    def needed_fields(self) -> int:
        """How many fields have to be filled in: a name, an email address, a country and answers."""
        needed = [name for name in self.question_fields if self[name].flags.required]
        return 3 + len(self.answer_fields) + len(needed)

    def long_texts(self) -> list[tuple[str, str]]:
        """The label and text of each long text that was typed."""
        return [
            (str(field.label.text), field.data)
            for field in self
            if getattr(field, "multiline", False) and field.data
        ]

    def renew(self) -> None:
        """Before it is rendered: take the version of the consent text that is shown with it."""
        self.consent_version.raw_data = None
        self.consent_version.data = self.newest_consent

    def validate_consent_version(self, field: IntegerField) -> None:
        """Accept older versions too: the text may have changed while the page was open."""
        if not field.data or not 0 < field.data <= self.newest_consent:
            raise ValidationError(_("This page was open for a long time."))

    def form_level_errors(self) -> list[str]:
        guard = self.consent_version.errors if "consent_version" in self else ()
        return list(dict.fromkeys([*super().form_level_errors(), *guard]))  # without duplicates

    def person(self) -> Person:
        """The validated values that a signer can correct when confirming."""
        person: Person = {
            "given_name": self.given_name.data,
            "country_code": self.country.data,
            "answers": self._answers(),
            "show_comment": self._is_ticked("show_comment") and bool(self.comment.data),
            "show_name": self._is_ticked("show_name"),
        }
        if "family_name" in self:
            person["family_name"] = self.family_name.data or None
        if "comment" in self:
            person["comment"] = self.comment.data or None
        if "wants_updates" in self:
            person["wants_updates"] = self.wants_updates.data
        return person

    def _answers(self) -> dict[str, Answer]:
        own = {name: self[name].data for name in self.answer_fields}
        given = {
            name: self[name].to_store(self) for name in self.question_fields if self[name].data
        }
        return {**self.other_answers, **own, **given}

    def _unexpected_names(self) -> set[str]:
        """A question may have been asked when the page was opened, and not be asked now."""
        return {name for name in super()._unexpected_names() if not QUESTION_KEY.fullmatch(name)}

    def _is_ticked(self, name: str) -> bool:
        """A tick that was not asked for is not given."""
        return name in self and self[name].data

    def ask_only(self, asked: Mapping[str, bool]) -> None:
        """Remove the fields that an action does not ask for, and those about a comment without one."""
        for name, is_asked in asked.items():
            if not is_asked or (name in ABOUT_COMMENT and not asked["comment"]):
                del self[name]
        if "family_name" not in self:
            self.given_name.label.text = _("Name")
        if "show_comment" in self:
            self.comment.hint = self.shown_comment_hint

    @classmethod
    def to_confirm(cls, signature: Signature, sent: MultiDict[str, str] | None) -> Self:
        """The form of a pending signature, filled with what was entered, perhaps by someone else.

        The signer sees it and can correct it before confirming. `sent` contains the submitted fields.
        A client that sends nothing, or only the name, leaves the rest unchanged.
        """
        whole = sent if sent is not None and "country" in sent else None
        stored = {"country": signature.country_code, **signature.answers}
        form = cls(whole, obj=signature, data=stored, meta={"csrf": False})
        form.other_answers = {
            name: answer for name, answer in signature.answers.items() if name not in form
        }
        for name in ("email", "website", "consent_version", "proof"):
            del form[name]
        for name in ("given_name", "family_name"):
            if sent is not None and whole is None and name in sent:
                form[name].process(sent)
        return form

    @classmethod
    def to_take_next(
        cls, known: Mapping[str, str | None], sent: MultiDict[str, str] | None
    ) -> Self:
        """The form of a person whose address is proven. Nothing is ticked.

        `known`: columns with their name and country. A client that does not send these leaves them
        unchanged.
        """
        stored = {
            "given_name": known["given_name"],
            "family_name": known["family_name"],
            "country": known["country_code"],
        }
        if sent is not None:
            given = {name: value or "" for name, value in stored.items() if name not in sent}
            sent = MultiDict([*sent.items(multi=True), *given.items()])
        form = cls(sent, data=stored, meta={"csrf": False})
        for name in ("email", "website"):
            del form[name]
        return form


class CodeForm(PublicForm):
    """Confirms with the code from an email. Anyone with the code may act, so there is no form token."""

    email = EmailAddress(
        _l("Email"), required_message=_l("Enter the email address that you took part with.")
    )
    code = ShortCode(
        _l("Six-character code"), hint=_l("From our newest email. Capital letters don’t matter.")
    )

    def refuse_code(self) -> None:
        """Say that it is not accepted, in the same words whatever the reason."""
        self.code.errors = [
            _("This code doesn’t work with this address. The link in the email still works.")
        ]


class WithdrawForm(PublicForm):
    """A single button. Anyone who has the link may withdraw."""


class ConsentForm(StaffForm):
    body = LongText(
        _l("Consent text"),
        max_length=CONSENT_LENGTH,
        required_message=_l("Enter the consent text."),
        hint=_l(
            "Plain text. Say which data you keep, why and for how long. Say what goes to whom,"
            " what is shown publicly, and how people can withdraw."
        ),
    )
