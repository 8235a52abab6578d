"""The filters of signatures as form fields, which are the query string of the pages that share them."""

import re
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import StopValidation

from campaign_actions.actions.models import COUNTED, PENDING
from campaign_actions.actions.signatures.filters.filter import (
    MARKABLE,
    MAX_IDS,
    SignatureFilter,
    as_utc_text,
)
from campaign_actions.actions.signatures.filters.source_field import SourceField
from campaign_actions.actions.signatures.staff_forms import (
    CHANNEL_LABELS,
    FILL_TIME_LABELS,
    INVALIDATION_REASONS,
    SEARCHABLE_STATUSES,
    WITHOUT_LABELS,
    ChoiceField,
    OptionalCountry,
    OptionalLanguage,
)
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.datetime_field import LocalDateTime
from campaign_actions.core.forms.fields import MAX_EMAIL_LENGTH, Identifier
from campaign_actions.core.i18n.formatting import number

PUBLIC_ID = re.compile("[a-z0-9]{26}")
CAN_BE_MARKED = (COUNTED, PENDING)  # statuses of signatures that can be marked invalid
CHOOSE_FILTER = _l("Choose at least one filter besides the status, so that not everyone is marked.")
TYPED = (  # names of fields whose data is what was typed
    *("q", "status", "country", "language", "source", "channel", "without", "domain"),
    *("fill_time", "same_comment"),
)


class SelectedIds(Field):
    """The public ids of signatures that are selected one by one: several values, or one with dots."""

    def process_formdata(self, valuelist: list[str]) -> None:
        ids = (each for value in valuelist for each in value.split("."))
        self.data = list(dict.fromkeys(filter(None, ids)))

    def pre_validate(self, form: Any) -> None:
        ids = self.data or []
        if len(ids) > MAX_IDS:
            raise StopValidation(
                _(
                    "At most %(number)s participants can be selected. For more, filter the list.",
                    number=number(MAX_IDS),
                )
            )
        if not all(map(PUBLIC_ID.fullmatch, ids)):
            raise StopValidation(_("Select the participants again."))


class SignatureId(Identifier):
    """The public id of one signature."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not PUBLIC_ID.fullmatch(self.data):
            raise StopValidation(_("Choose the comment again."))


class DomainField(Identifier):
    """The part of email addresses after the @, which may be typed with it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = (self.data or "").rpartition("@")[2].lower()

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and ("." not in self.data or re.search(r"[\s/:,]", self.data)):
            raise StopValidation(_("Enter a domain, for example %(domain)s.", domain="example.org"))


class SearchForm(StaffForm):
    """The filters of the list of signatures."""

    q = Identifier(_l("Name in any script, or full email address"), max_length=MAX_EMAIL_LENGTH)
    status = ChoiceField(_l("Status"), choices=SEARCHABLE_STATUSES)
    country = OptionalCountry(_l("Country"))
    language = OptionalLanguage(_l("Language"))
    source = SourceField(_l("Channel"), max_length=40)
    channel = ChoiceField(_l("How they took part"), choices=CHANNEL_LABELS)
    without = ChoiceField(_l("Without"), choices=WITHOUT_LABELS)
    domain = DomainField(_l("Email domain"), max_length=MAX_EMAIL_LENGTH)
    since = LocalDateTime(_l("Form sent from"), widened_to="earlier")
    until = LocalDateTime(_l("Form sent before"), widened_to="later")
    fill_time = ChoiceField(_l("Time to fill in the form"), choices=FILL_TIME_LABELS)
    same_comment = SignatureId(_l("Same comment as"), max_length=26)
    s = SelectedIds(_l("Selected"))

    def validate_until(self, field: LocalDateTime) -> None:
        if self.since.data and field.data and field.data <= self.since.data:
            raise StopValidation(_("The end must be after the start."))

    @property
    def can_be_marked(self) -> bool:
        """Whether signatures with these filters can be marked invalid."""
        return not self.status.data or self.status.data in CAN_BE_MARKED

    @property
    def can_be_written_to(self) -> bool:
        """Whether there can be confirmed people among those with these filters."""
        return self.status.data in (None, "", COUNTED)

    def wanted(self) -> SignatureFilter:
        text = self.q.data or ""
        return SignatureFilter(
            email=text if "@" in text else "",
            name="" if "@" in text else text,
            status=self.status.data or "",
            country=self.country.data or "",
            language=self.language.data or "",
            source=self.source.whole,
            channel=self.channel.data or "",
            without=self.without.data or "",
            domain=self.domain.data or "",
            since=as_utc_text(self.since.data),
            until=as_utc_text(self.until.data),
            ids=tuple(self.s.data or ()),
            fill_time=self.fill_time.data or "",
            same_comment=self.same_comment.data or "",
        )

    def given(self) -> dict[str, str]:
        """The filters as typed, for the query string of addresses."""
        given = {name: self[name].data for name in TYPED}
        times = {time.name: time.typed for time in (self.since, self.until)}
        selected = {self.s.name: ".".join(self.s.data or ())}
        return {name: text for name, text in (given | times | selected).items() if text}


class InvalidateForm(SearchForm):
    """Which signatures are marked invalid, and why."""

    reason = ChoiceField(
        _l("Reason"), choices=INVALIDATION_REASONS, required_message=_l("Choose a reason.")
    )

    def validate_status(self, _field: ChoiceField) -> None:
        if not self.can_be_marked:
            raise StopValidation(
                _("Only confirmed and pending participations can be marked invalid.")
            )

    def markable(self) -> SignatureFilter:
        """The filter, for those that can be marked."""
        wanted = self.wanted()
        return replace(wanted, status=wanted.status or MARKABLE)

    def validate_reason(self, _field: ChoiceField) -> None:
        if self.wanted().without_status().is_empty:
            raise StopValidation(CHOOSE_FILTER)
