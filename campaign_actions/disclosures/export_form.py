"""The form of an export."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import StopValidation

from campaign_actions.actions.models import COUNTED
from campaign_actions.actions.personal_data.purposes import PURPOSES, Purpose
from campaign_actions.actions.signatures.filters.filter import as_utc_text
from campaign_actions.actions.signatures.filters.form import DomainField, SelectedIds
from campaign_actions.actions.signatures.filters.source_field import SourceField
from campaign_actions.actions.signatures.staff_forms import (
    CHANNEL_LABELS,
    SEARCHABLE_STATUSES,
    WITHOUT_LABELS,
    ChoiceField,
    OptionalCountry,
    OptionalLanguage,
)
from campaign_actions.core.errors import DomainError
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.datetime_field import LocalDateTime
from campaign_actions.core.forms.fields import (
    MAX_EMAIL_LENGTH,
    Checkbox,
    LongText,
    PlainText,
)
from campaign_actions.core.i18n.locale import language_name
from campaign_actions.disclosures.export import (
    FOR_PEOPLE,
    Export,
    PresetNotForPurpose,
    RecipientMissing,
)
from campaign_actions.disclosures.labels import FORMAT_LABELS, PRESET_LABELS
from campaign_actions.disclosures.models import RECIPIENT_LENGTH
from campaign_actions.disclosures.presets import PRESETS
from campaign_actions.disclosures.selection import Selection, in_order
from campaign_actions.exports.encryption import parse_recipient

KEY_LENGTH = 2000  # characters of a public key: RSA keys of SSH are long


class Choices(Field):
    """Any number of `choices`, a mapping of values to labels; at least one."""

    def __init__(self, *args: Any, required_message: LazyString, **kwargs: Any) -> None:
        self.choices: Mapping[str, str] = {}
        self.required_message = required_message
        super().__init__(*args, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(valuelist))

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            raise StopValidation(self.required_message)
        if not set(self.data) <= self.choices.keys():
            raise StopValidation(_("Choose an option."))


class PublicKey(LongText):
    """A key to encrypt to. Any other text may be a secret key, so it is never shown again."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        try:
            self.data = parse_recipient(self.data).text if self.data else ""
        except DomainError as error:
            self.data = ""
            raise ValueError(str(error.message)) from None


class ExportForm(StaffForm):
    """The purpose of a file, its readers, and the signatures in it."""

    purpose = ChoiceField(
        _l("What is the file for?"),
        choices={},
        required_message=_l("Choose what the file is for."),
    )
    recipient = PlainText(
        _l("Who gets the file?"),
        max_length=RECIPIENT_LENGTH,
        hint=_l("For example “City council, on 10 December”. Do not name people who took part."),
    )
    format = ChoiceField(
        _l("Who reads it?"), choices={**FORMAT_LABELS, **PRESET_LABELS}, required_message=""
    )
    raw = Checkbox(_l("Keep cells as typed, without protection against formulas"))
    bom = Checkbox(_l("Add a byte order mark, so that Excel reads the file as UTF-8"))
    words_in = ChoiceField(_l("Language of the headings"), choices={})
    public_key = PublicKey(
        _l("Public key of the recipient"),
        max_length=KEY_LENGTH,
        hint=_l(
            "With an age key (age1…) or an SSH public key, the file is encrypted before it is sent. Only the"
            " recipient can open it."
        ),
    )
    actions = Choices(_l("Actions"), required_message=_l("Choose at least one action."))
    since = LocalDateTime(_l("Form sent from"), widened_to="earlier")
    until = LocalDateTime(_l("Form sent before"), widened_to="later")
    language = OptionalLanguage(_l("Language"))
    country = OptionalCountry(_l("Country"))
    source = SourceField(_l("Channel"), max_length=40)
    channel = ChoiceField(_l("How they took part"), choices=CHANNEL_LABELS)
    without = ChoiceField(_l("Without"), choices=WITHOUT_LABELS)
    domain = DomainField(_l("Email domain"), max_length=MAX_EMAIL_LENGTH)
    s = SelectedIds(_l("Selected"))
    status = ChoiceField(_l("Status"), choices=SEARCHABLE_STATUSES, default=COUNTED)

    def offer(
        self, purposes: Iterable[Purpose], actions: Mapping[str, str], languages: Collection[str]
    ) -> None:
        """Let people choose among these. Must be called before validating."""
        self.purpose.choices = {purpose.name: purpose.label for purpose in purposes}
        self.actions.choices = actions
        self.words_in.choices = {tag: language_name(tag) for tag in languages}

    def validate_recipient(self, field: PlainText) -> None:
        purpose = PURPOSES.get(self.purpose.data or "")
        if purpose and purpose.needs_recipient and not field.data:
            raise StopValidation(str(RecipientMissing.message))

    def validate_until(self, field: LocalDateTime) -> None:
        if self.since.data and field.data and field.data <= self.since.data:
            raise StopValidation(_("The end must be after the start."))

    def validate_status(self, field: ChoiceField) -> None:
        purpose = PURPOSES.get(self.purpose.data or "")
        if purpose and field.data not in ("", COUNTED) and not purpose.may_choose_status:
            raise StopValidation(
                _("A file for this purpose contains confirmed participations only.")
            )

    def validate_format(self, field: ChoiceField) -> None:
        purpose = PURPOSES.get(self.purpose.data or "")
        if purpose and field.data in PRESETS and not purpose.is_for_updates_only:
            raise StopValidation(str(PresetNotForPurpose.message))

    def export(self, campaign_id: int, staff_id: int) -> Export:
        """The export that was chosen."""
        chosen = self.format.data or ""
        return Export(
            campaign=campaign_id,
            staff_id=staff_id,
            selection=Selection(
                actions=in_order([int(number) for number in self.actions.data]),
                since=as_utc_text(self.since.data),
                until=as_utc_text(self.until.data),
                language=self.language.data or "",
                country=self.country.data or "",
                source=self.source.whole,
                channel=self.channel.data or "",
                without=self.without.data or "",
                domain=self.domain.data or "",
                ids=tuple(sorted(self.s.data or ())),
                status=self.status.data or COUNTED,
            ),
            purpose=self.purpose.data or "",
            format="csv" if chosen in PRESETS else chosen,
            preset=chosen if chosen in PRESETS else "",
            raw=bool(self.raw.data),
            bom=bool(self.bom.data),
            words_in=(self.words_in.data or "") if chosen == FOR_PEOPLE else "",
            recipient=self.recipient.data or "",
            public_key=self.public_key.data or "",
        )

    def given(self) -> list[tuple[str, str]]:
        """The fields as typed, to be sent again."""
        lists = (self.actions, self.s)
        pairs = [(field.name, value) for field in lists for value in field.data or []]
        for field in self:
            typed = getattr(field, "typed", field.data)
            if field in lists or not typed:
                continue
            pairs.append((field.name, "y" if typed is True else str(typed)))
        return pairs
