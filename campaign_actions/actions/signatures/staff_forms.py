"""The forms of staff pages about signatures, and the labels of their choices."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString, lazy_pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import StopValidation

from campaign_actions.actions.counts.source_limit import SOURCE_PATTERN
from campaign_actions.actions.models import FILL_TIMES
from campaign_actions.actions.signatures.filters.filter import MARKABLE, WITHOUT
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.fields import MAX_EMAIL_LENGTH, Identifier, SingleValue
from campaign_actions.core.i18n.countries import country_codes
from campaign_actions.core.i18n.locale import is_language, known_locales, language_here
from campaign_actions.core.security.email_address import canonical_email

SEARCHABLE_STATUSES = {
    "pending": lazy_pgettext("signature", "Pending"),
    # Translators: of one participation, that is, a signature or a pledge
    "confirmed": _l("Confirmed"),
    # Translators: of one participation, that is, a signature or a pledge
    "withdrawn": _l("Withdrawn"),
    # Translators: of one participation, that is, a signature or a pledge
    "invalid": _l("Invalid"),
}
STATUS_LABELS = SEARCHABLE_STATUSES | {
    # Translators: of one participation: marked invalid by staff, then withdrawn by the person
    "suppressed": _l("Invalid, withdrawn"),
    "erased": _l("Data deleted"),
}
FILTER_STATUS_LABELS = STATUS_LABELS | {MARKABLE: _l("Confirmed or pending")}
COMMENT_STATE_LABELS = {
    "waiting": lazy_pgettext("comments", "To read"),
    "flagged": lazy_pgettext("comments", "Flagged"),
    "shown": lazy_pgettext("comments", "Shown"),
    "hidden": lazy_pgettext("comments", "Hidden"),
}
CHANNEL_LABELS = {
    "page": lazy_pgettext("how a signature came", "action page"),
    "command": lazy_pgettext("how a signature came", "command line"),
    "embed": lazy_pgettext("how a signature came", "form on another site"),
    "api": lazy_pgettext("how a signature came", "other software"),
    "paper": lazy_pgettext("how a signature came", "paper"),
}
FILL_TIME_LABELS = {
    "fast": lazy_pgettext("time to fill in a form", "short"),
    "usual": lazy_pgettext("time to fill in a form", "usual"),
    "slow": lazy_pgettext("time to fill in a form", "long"),
}
assert tuple(FILL_TIME_LABELS) == FILL_TIMES
WITHOUT_LABELS = {
    "country": lazy_pgettext("people without", "a country"),
    "language": lazy_pgettext("people without", "a language"),
    "source": lazy_pgettext("people without", "a channel"),
    # Translators: on a day with very many channels, only the first hundred are counted by name
    "named-source": lazy_pgettext("people without", "a channel with its own count"),
}
assert tuple(WITHOUT_LABELS) == WITHOUT
REQUEST_CHANNELS = {
    "mail": _l("by email"),
    "phone": _l("by phone"),
    "letter": _l("by letter"),
    "in-person": _l("in person"),
    "representative": _l("through someone acting for them"),
}
INVALIDATION_REASONS = {
    "script": _l("Automated submission"),
    "not-real": _l("Not a real person"),
    "twice": _l("The same person with a different address"),
    "not-theirs": _l("Submitted by someone else in their name"),
    "test": _l("Test"),
}


class ChoiceField(SingleValue, StringField):
    """One of `choices`, a mapping of values to labels. Optional without a `required_message`."""

    def __init__(
        self,
        *args: Any,
        choices: Mapping[str, LazyString],
        required_message: LazyString | None = None,
        **kwargs: Any,
    ) -> None:
        self.choices, self.required_message = choices, required_message
        super().__init__(*args, **kwargs)
        self.flags.required = required_message is not None

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            if self.required_message is not None:
                raise StopValidation(self.required_message)
        elif self.data not in self.choices:
            raise StopValidation(_("Choose an option."))


class SourceField(Identifier):
    """A source, as in the addresses of public pages, or its name. `names`: of the campaign."""

    names = SourceNames(())

    @property
    def shown(self) -> str:
        return self.names.typed(self.data) if self.data else ""

    @property
    def whole(self) -> str:
        """As filters have it: of a partner, with the sources that it had before."""
        return self.names.whole(self.data) if self.data else ""

    def pre_validate(self, form: Any) -> None:
        self.data = self.names.find(self.data) if self.data else self.data
        super().pre_validate(form)
        if self.data and not SOURCE_PATTERN.fullmatch(self.data):
            raise StopValidation(
                _(
                    "Use only lower-case Latin letters, numbers, dots, hyphens and"
                    " underscores, for example leaflet-2."
                )
            )


class OptionalCountry(SingleValue, StringField):
    """A country, or none."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and self.data not in country_codes():
            raise StopValidation(_("Choose a country from the list."))


class OptionalLanguage(SingleValue, StringField):
    """A language, or none. It may no longer be offered, since people may have signed in it before."""

    @property
    def choices(self) -> dict[str, str]:
        own = {self.data} if self.data and is_language(self.data) else set()
        return {tag: language_here(tag) for tag in sorted(own.union(known_locales()))}

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not is_language(self.data):
            raise StopValidation(_("Choose an option."))


class WithdrawalRequestForm(StaffForm):
    """How a person asked staff to withdraw their signature."""

    heard = ChoiceField(
        _l("How did the person ask?"),
        choices=REQUEST_CHANNELS,
        required_message=_l("Choose how the person asked."),
    )


class ReasonForm(StaffForm):
    """Why a signature is marked invalid."""

    reason = ChoiceField(
        _l("Reason"), choices=INVALIDATION_REASONS, required_message=_l("Choose a reason.")
    )


class EraseForm(StaffForm):
    """The address must be typed, so that nobody erases the wrong person by mistake."""

    email = Identifier(_l("This person’s email address"), max_length=MAX_EMAIL_LENGTH)

    def matches(self, email: str) -> bool:
        """Whether this address was typed, in any spelling. Otherwise the field gets an error."""
        if "@" in (self.email.data or "") and canonical_email(self.email.data) == canonical_email(
            email
        ):
            return True
        self.email.errors = [
            _(
                "This is not the email address stored here. Nothing was deleted. Check the"
                " address and try again."
            )
        ]
        return False
