"""The forms of an update: a subject and a body for each language, who gets it, and when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar, Self

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, StringField
from wtforms.validators import StopValidation

from campaign_actions.actions.signatures.filters.filter import SignatureFilter, as_utc_text
from campaign_actions.actions.signatures.filters.source_field import SourceField
from campaign_actions.actions.signatures.staff_forms import (
    CHANNEL_LABELS,
    ChoiceField,
    OptionalLanguage,
)
from campaign_actions.campaigns.bilingual_form import BilingualForm
from campaign_actions.campaigns.forms import EmailMarkdown, TextForm
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.datetime_field import LocalDateTime
from campaign_actions.core.forms.fields import PlainText
from campaign_actions.core.i18n.countries import country_codes
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.publishing.forms import IdList, ScheduleForm, format_instant
from campaign_actions.updates.models import UpdateText

MAX_SUBJECT_LENGTH = 150
MAX_BODY_LENGTH = 20_000
MAX_AHEAD = timedelta(days=365)  # a time that is further away is a typing error


class UpdateTextForm(TextForm):
    subject = PlainText(_l("Subject"), max_length=MAX_SUBJECT_LENGTH)
    body = EmailMarkdown(_l("Text"), max_length=MAX_BODY_LENGTH)


class SeenForm(StaffForm):
    """`seen`: the fingerprint of what the page showed; `was`: those of its parts, as in web/staff/updates."""

    seen = HiddenField()
    was = HiddenField()


class UpdateForm(BilingualForm):
    """The texts of an update. Those of languages that are not in `shown` are hidden."""

    @classmethod
    def for_locales(
        cls,
        locales: Sequence[str],
        texts: Mapping[str, UpdateText],
        submitted: MultiDict[str, str] | None = None,
        *,
        shown: Collection[str] = (),
    ) -> Self:
        """A form for these languages, filled with what was submitted or else with `texts`."""
        content = content_of(texts)
        made = cls(
            SeenForm(submitted),
            {tag: UpdateTextForm(submitted, prefix=f"texts.{tag}.") for tag in locales},
            content,
            is_submitted=submitted is not None,
            kept=set(locales) - {*shown} if shown else (),
        )
        sent = submitted or ()
        made.show({name: text for name, text in content.items() if name not in sent})
        return made

    def written(self) -> dict[str, tuple[str, str]]:
        """Subject and body by language."""
        return {
            tag: (form["subject"].data or "", form["body"].data or "")
            for tag, form in self.texts.items()
        }

    def require_text(self) -> bool:
        """Whether anything is written; if not, the first subject says so."""
        if any(subject or body for subject, body in self.written().values()):
            return True
        first = next(iter(self.texts.values()))
        first["subject"].errors = [_("Enter a subject or a text in at least one language.")]
        return False


def content_of(texts: Mapping[str, UpdateText]) -> dict[str, str]:
    """The texts by the names of their fields."""
    return {
        f"texts.{tag}.{name}": value
        for tag, text in texts.items()
        for name, value in (("subject", text.subject), ("body", text.body))
    }


class CountryList(Field):
    """The codes of ticked countries."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = sorted({code for code in valuelist if code})

    def pre_validate(self, form: Any) -> None:
        if not set(self.data or ()) <= set(country_codes()):
            raise StopValidation(_("Choose a country from the list."))


class AudienceForm(StaffForm):
    """The recipients of an update: people of some actions or of the campaign, and a filter.

    `for_actions()` makes it for one campaign. `base`: the filter with the parts that it has no field for.
    """

    scope = ChoiceField(
        _l("People who took part in"),
        choices={
            "actions": _l("These actions"),
            "campaign": _l(
                "Any action of the campaign, including those that open before it is sent"
            ),
        },
        required_message=_l("Choose an option."),
    )
    a = IdList(_l("Actions"))
    country = CountryList(_l("Country"))
    language = OptionalLanguage(_l("Language"))
    source = SourceField(_l("Channel"), max_length=40)
    channel = ChoiceField(_l("How they took part"), choices=CHANNEL_LABELS)
    joined = LocalDateTime(_l("Joined since"), widened_to="earlier")
    not_signed: ChoiceField
    base: SignatureFilter = SignatureFilter()
    own_ids: Collection[int] = ()  # of the actions of the campaign

    @classmethod
    def for_actions(
        cls,
        titles: Mapping[int, str],
        wanted: SignatureFilter,
        *,
        scope: str,
        chosen: Collection[int],
        sources: SourceNames,
        submitted: MultiDict[str, str] | None = None,
    ) -> Self:
        """`titles`: of the actions of the campaign. `chosen`: the ids of those that it goes to.

        Filled with what was submitted or else as it is.
        """
        others: dict[str, Any] = {str(each): title for each, title in titles.items()}
        field = ChoiceField(_l("But not those who took part in"), choices=others)
        of_campaign = {"not_signed": field, "base": wanted, "own_ids": titles.keys()}
        stored = {
            "scope": scope,
            "a": list(chosen),
            "country": list(wanted.countries) or [wanted.country] * bool(wanted.country),
            "language": wanted.language,
            "source": wanted.source,
            "channel": wanted.channel,
            "joined": wanted.since_at,
            "not_signed": str(wanted.not_signed or ""),
        }
        form: Self = type("AudienceForm", (cls,), of_campaign)(submitted, data=stored)
        form.source.names, form.source.action_ids = sources, titles.keys()
        return form

    def validate_a(self, field: IdList) -> None:
        if self.scope.data == "campaign":
            return
        if not field.data:
            raise StopValidation(_("Choose at least one action."))
        if not set(field.data) <= set(self.own_ids):
            raise StopValidation(_("Choose actions of this campaign."))

    def validate_not_signed(self, field: ChoiceField) -> None:
        is_chosen = self.scope.data == "actions" and field.data in map(str, self.a.data or ())
        if field.data and is_chosen:
            raise StopValidation(
                _("The update goes to people who took part in this action. Choose a different one.")
            )

    def actions(self) -> list[int] | None:
        """None: the whole campaign."""
        return None if self.scope.data == "campaign" else list(self.a.data or ())

    def wanted(self) -> SignatureFilter:
        countries = tuple(self.country.data or ())
        return replace(
            self.base,
            country=countries[0] if len(countries) == 1 else "",
            countries=countries if len(countries) > 1 else (),
            language=self.language.data or "",
            source=self.source.whole,
            channel=self.channel.data or "",
            since=as_utc_text(self.joined.data),
            not_signed=int(self.not_signed.data or 0),
        )

    def kept_filter(self) -> SignatureFilter:
        """The parts of the filter that have no field here."""
        fields: dict[str, Any] = {
            "country": "",
            "countries": (),
            "language": "",
            "source": "",
            "channel": "",
        }
        return replace(self.base, **fields, since="", not_signed=0)


class SendForm(ScheduleForm):
    """When an update is sent. `seen` is the fingerprint of what the page showed.

    `warned_of`: the time after closing that the page warned of.
    """

    warned_of = HiddenField()
    when = StringField(_l("When should it be sent?"))

    choices: ClassVar[dict[str, LazyString]] = {"now": _l("Now"), "at": _l("At a later time")}
    max_ahead: ClassVar = MAX_AHEAD

    @property
    def is_later(self) -> bool:
        return bool(self.when.data == "at")

    def validate_when(self, field: StringField) -> None:
        field.data = field.data or "now"
        super().validate_when(field)

    def too_far_words(self) -> str:
        latest = datetime_here(self.now + self.max_ahead)
        words = _("Choose a time within a year, until %(moment)s at the latest.", moment=latest)
        return str(words)

    def is_warned(self) -> bool:
        """Whether the page warned of this time."""
        return bool(self.warned_of.data) and self.warned_of.data == format_instant(self.at.data)
