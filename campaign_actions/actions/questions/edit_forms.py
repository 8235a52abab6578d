"""The form in which staff write a question. Fields have the names of the content they save."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.questions.asked import BIRTH_YEAR, CHOICE, POSTCODE
from campaign_actions.actions.questions.choice_order import STEPS, in_order, is_order, moved
from campaign_actions.actions.questions.contact_data import IN_OWN_WORDS, sounds_like_contact_data
from campaign_actions.actions.questions.edit_fields import (
    Age,
    ChoiceOrder,
    Days,
    Option,
    OptionalCountry,
)
from campaign_actions.actions.questions.labels import (
    CONTACT_DATA,
    RECIPIENT_LABELS,
    TYPE_LABELS,
    keep_days_in_words,
)
from campaign_actions.actions.questions.stored import (
    CHOICES,
    FIXED,
    OFF_CHOICES,
    Question,
    is_longer,
    is_wider_purpose,
)
from campaign_actions.campaigns.bilingual_form import BilingualForm
from campaign_actions.campaigns.forms import TextForm
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.fields import Checkbox, LongText, PlainText

MAX_LABEL_LENGTH, MAX_HELP_LENGTH, MAX_CHOICE_LENGTH = 150, 300, 120  # characters
KEEP_DAYS = (0, 30, 90, 180, 365)
MIN_CHOICES = 2
SHOWN_CHOICES, EMPTY_CHOICES = 4, 2  # fields at first; empty ones after the last answer
OF_TYPES: Mapping[str, tuple[str, ...]] = {
    "country": (POSTCODE,),
    "min_age": (BIRTH_YEAR,),
    "has_no_contact_data": IN_OWN_WORDS,
    "choice_order": (CHOICE,),
    **dict.fromkeys(OFF_CHOICES.values(), (CHOICE,)),
}


class QuestionForm(StaffForm):
    type = Option(_l("Type"))
    is_required = Checkbox(_l("An answer is required"))
    purpose = Option(
        _l("Recipients of the answers"),
        default="team",
        hint=_l("The form says so below the question."),
    )
    keep_days = Days(_l("How long answers are kept"), default=0)
    country = OptionalCountry(_l("Postcodes of this country"))
    min_age = Age(_l("Minimum age"))
    has_no_contact_data = Checkbox(_l("People do not enter contact data here"))
    is_off = Checkbox(_l("Switch off this question"))
    choice_order = ChoiceOrder(_l("Order of the answers"))


class QuestionTextForm(TextForm):
    label = PlainText(_l("Question"), max_length=MAX_LABEL_LENGTH)
    help = LongText(
        _l("Help"),
        max_length=MAX_HELP_LENGTH,
        hint=_l("Say why you ask. The form adds who gets the answer, and for how long."),
    )


for _number, _choice in enumerate(CHOICES, 1):
    setattr(
        QuestionForm,
        OFF_CHOICES[_choice],
        Checkbox(_l("Answer %(number)s is switched off", number=_number)),
    )
    setattr(
        QuestionTextForm,
        _choice,
        PlainText(_l("Answer %(number)s", number=_number), max_length=MAX_CHOICE_LENGTH),
    )


class BilingualQuestionForm(BilingualForm):
    """A question with its texts in every language of the campaign."""

    answered: Question | None = None  # as it is public, once people have signed
    is_full: bool = False  # the action asks as many others as it can
    source: str = ""  # the language that the campaign is translated from
    reader: str = ""  # the language of the page

    def set_up(
        self, question: Question, *, recipients: Iterable[str], answered: Question | None
    ) -> None:
        """Leave out what a question of this type does not have, or what is fixed by now."""
        self.answered = answered
        own, kind = self.own, question.get("type") or ""
        own["type"].offer(TYPE_LABELS.items())
        purposes = [(one, RECIPIENT_LABELS[one]) for one in recipients]
        days = sorted({*KEEP_DAYS, question.get("keep_days") or 0})
        if answered is not None:
            purposes = [p for p in purposes if not is_wider_purpose(answered, {"purpose": p[0]})]
            days = [one for one in days if not is_longer(answered, {"keep_days": one})]
        own["purpose"].offer(purposes)
        own["keep_days"].offer((str(one), keep_days_in_words(one)) for one in days)
        fixed = FIXED if answered is not None else ()
        others = {name for name, needed in OF_TYPES.items() if kind not in needed}
        own.leave_out(*{*others, *fixed})
        for form in self.texts.values() if kind != CHOICE else ():
            form.leave_out(*CHOICES)

    @property
    def has_choices(self) -> bool:
        return OFF_CHOICES[CHOICES[0]] in self.own

    @property
    def has_idle_min_age(self) -> bool:
        """Whether people get round a minimum age by leaving the question empty."""
        if "min_age" not in self.own or self.own["min_age"].errors:
            return False
        is_asked_or_off = self.own["is_required"].data or self.own["is_off"].data
        return bool(self.own["min_age"].data) and not is_asked_or_off

    @property
    def may_give_contact_data(self) -> bool:
        """Whether staff have to say that the addressee gets no contact data in the answers."""
        is_for_addressee = self.own["purpose"].data == "handover"
        texts = self.texts.values()
        labels = (field.data or "" for form in texts for field in (form.label, form.help))
        is_in_own_words = "has_no_contact_data" in self.own
        return is_for_addressee and is_in_own_words and sounds_like_contact_data(labels)

    def require_age(self) -> None:
        """A minimum age makes an answer required, because anyone could leave an optional one empty."""
        if self.has_idle_min_age:
            self.own["is_required"].data = True

    def is_needed(self, name: str, locale: str) -> bool:
        """Whether publishing needs this text: the question, and what it has in the source language."""
        has_source = self.source in self.texts and locale != self.source
        return name == "label" or (has_source and bool(self.texts[self.source][name].data))

    def choice_names(self) -> list[str]:
        """Those that the page shows: the used ones and empty ones, up to MAX_CHOICES."""
        if not self.has_choices:
            return []
        used = [
            place
            for place, name in enumerate(CHOICES, 1)
            if any(form[name].data or form[name].errors for form in self.texts.values())
        ]
        return list(CHOICES[: max(SHOWN_CHOICES, max(used, default=0) + EMPTY_CHOICES)])

    def ordered_choices(self) -> list[tuple[str, str, str]]:
        """Those with a text, in their order: key, language and text, in the reader’s language first."""
        found: dict[str, tuple[str, str, str]] = {}
        for tag, form in sorted(self.texts.items(), key=lambda pair: pair[0] != self.reader):
            for name in CHOICES if self.has_choices else ():
                if form[name].data:
                    found.setdefault(name, (name, tag, form[name].data))
        return [found[name] for name in in_order(sorted(found, key=CHOICES.index), self._order)]

    def move_choice(self, choice: str, to: str) -> bool:
        """Move a choice `up` or `down` in the form. Returns False if it does not exist."""
        names = [name for name, _tag, _text in self.ordered_choices()]
        if choice not in names or to not in STEPS or not is_order(self._order):
            return False
        field = self.own["choice_order"]
        field.data = moved(names, self._order, choice, to)
        return True

    @property
    def _order(self) -> str:
        return self.own["choice_order"].data or "" if self.has_choices else ""

    def validate(self) -> bool:
        is_valid = super().validate()
        if not any(form.label.data for form in self.texts.values()):
            self._first("label").errors = [_("Enter the question in at least one language.")]
        if self.has_choices:
            self._check_choices()
        self.require_age()
        if self.may_give_contact_data and not self.own["has_no_contact_data"].data:
            self.own["has_no_contact_data"].errors = [CONTACT_DATA]
        if self.is_full and not self.own["is_off"].data:
            self.own["is_off"].errors = [
                _("An action can ask eight questions at most. Switch off another one first.")
            ]
        return is_valid and not self.wrong

    def _check_choices(self) -> None:
        used = [one for one in CHOICES if any(form[one].data for form in self.texts.values())]
        offered = [one for one in used if not self.own[OFF_CHOICES[one]].data]
        if len(offered) < MIN_CHOICES:
            self._first(CHOICES[0]).errors = [
                _("Enter at least two answers that people can choose.")
            ]
        before = self.answered or {}
        for choice in CHOICES:
            had = any(before.get(f"{tag}.{choice}") for tag in self.texts)
            if had and choice not in used:
                self._first(choice).errors = [
                    _("People may have chosen this answer. Switch it off instead of deleting it.")
                ]

    def _first(self, name: str) -> Any:
        return next(iter(self.texts.values()))[name]
