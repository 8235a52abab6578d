"""The forms in which staff edit actions. Fields have the names of the content they save."""

from collections.abc import Iterator
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField
from wtforms.validators import StopValidation

from campaign_actions.actions.forms import CONSENT_LENGTH
from campaign_actions.actions.goals import MILESTONES
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import MAX_MILESTONE_LENGTH
from campaign_actions.campaigns.bilingual_form import BilingualForm, LocalizedField
from campaign_actions.campaigns.forms import (
    MAX_SUMMARY_LENGTH,
    MAX_TEXT_LENGTH,
    NEEDED_MESSAGE,
    Markdown,
    Slug,
    TextForm,
    result_field,
    slug_field,
)
from campaign_actions.core.forms.base import StaffForm
from campaign_actions.core.forms.datetime_field import LocalDateTime
from campaign_actions.core.forms.fields import (
    Checkbox,
    Identifier,
    LongText,
    PlainText,
    SingleValue,
)

MAX_GOAL = 100_000_000


class GoalField(Identifier):
    """A whole number. Spaces between its digits are ignored."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:  # the field is missing, and its default is a number already
            return
        super().process_formdata(valuelist)
        digits = "".join((self.data or "").split())
        if digits.isascii() and digits.isdigit() and len(digits) < 12:
            self.data = int(digits)

    def pre_validate(self, form: Any) -> None:
        if not isinstance(self.data, int) or not 0 < self.data <= MAX_GOAL:
            raise StopValidation(_("Enter a whole number above 0, for example 5000."))


class MilestoneField(GoalField):
    """A number of people, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = None if self.data == "" else self.data

    def pre_validate(self, form: Any) -> None:
        if self.data is not None:
            super().pre_validate(form)


class KindField(SingleValue, StringField):
    """One of KINDS."""

    choices = tuple((kind.name, kind.label) for kind in KINDS.values())
    hint = _l("If you change it later, check every text: a pledge is not signed.")

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data not in KINDS:
            raise StopValidation(_("Choose a kind from the list."))


def demand_field(hint: LazyString) -> PlainText:
    return PlainText(
        _l("Demand"),
        max_length=200,
        required_message=_l("Enter the demand in one sentence that says who should do what."),
        hint=hint,
    )


class ActionTextForm(TextForm):
    needed = ("title", "addressee", "summary", "teaser", "button", "thanks", "share_text")

    title = demand_field(
        _l("One sentence that says who should do what. It is the largest text on the page.")
    )
    addressee = PlainText(
        _l("Addressee"),
        max_length=200,
        hint=_l("For example, “Petition to the Prosecutor General”."),
    )
    summary = LongText(
        _l("Summary"),
        max_length=MAX_SUMMARY_LENGTH,
        hint=_l("Two or three sentences, shown below the demand."),
    )
    teaser = LongText(
        _l("Teaser"),
        max_length=300,
        hint=_l("Shown on cards on other pages, and when the link is shared."),
    )
    button = PlainText(
        _l("Button text"),
        max_length=60,
        hint=_l(
            "Say what people do by pressing it, for example “Sign the petition” or “Make the pledge”."
        ),
    )
    body = Markdown(
        _l("Why it matters"),
        max_length=MAX_TEXT_LENGTH,
        hint=_l("Shown beside the form. Keep it short."),
    )
    background = Markdown(
        _l("Background"),
        max_length=MAX_TEXT_LENGTH,
        hint=_l("Shown below the form: demands, facts and sources."),
    )
    thanks = LongText(
        _l("Thank-you message"),
        max_length=MAX_SUMMARY_LENGTH,
        hint=_l("Shown to people after they confirm."),
    )
    share_text = LongText(
        _l("Text for sharing"),
        max_length=280,
        hint=_l("The text that people send to friends with the link."),
    )
    result = result_field()


class ActionForm(StaffForm):
    slug = slug_field()
    kind = KindField(_l("Kind of action"))
    goal = GoalField(
        _l("Goal"),
        max_length=12,
        required_message="",
        hint=_l("The number of people to aim for first. The goal on the page rises automatically."),
    )
    closes_at = LocalDateTime(
        _l("Closing time"),
        hint=_l("If you leave it empty, the action stays open until someone closes it."),
    )
    asks_family_name = Checkbox(_l("Family name"))
    asks_comment = Checkbox(_l("Comment"))
    asks_show_name = Checkbox(_l("Permission to show the name"))
    asks_updates = Checkbox(_l("Updates by email"))
    shows_comments = Checkbox(_l("Comments that staff choose to show"))
    sends_receipt = Checkbox(_l("Receipt after confirming, with a link to withdraw"))


for _field, _number in MILESTONES.items():
    setattr(
        ActionForm,
        _field,
        MilestoneField(_l("Milestone %(number)s", number=_number), max_length=12),
    )
    setattr(
        ActionTextForm,
        _field,
        PlainText(
            _l("Meaning of milestone %(number)s", number=_number), max_length=MAX_MILESTONE_LENGTH
        ),
    )


class BilingualActionForm(BilingualForm):
    """With its milestones apart: each a number of people and its meaning in both languages."""

    def pairs(self) -> Iterator[list[LocalizedField]]:
        for pair in super().pairs():
            if pair[0][1].short_name not in MILESTONES:
                yield pair

    def milestones(self) -> list[tuple[Field, list[LocalizedField]]]:
        """The number and the texts of each, in the order of the form."""
        return [
            (self.own[name], [(tag, form[name]) for tag, form in self.texts.items()])
            for name in MILESTONES
        ]

    def milestones_shown(self) -> int:
        """How many the page shows at first: up to the last one in use, and an empty one."""
        used = [
            place
            for place, (number, texts) in enumerate(self.milestones(), 1)
            if number.data or number.errors or any(field.data for _tag, field in texts)
        ]
        return min(max(used, default=0) + 1, len(MILESTONES))

    def validate(self) -> bool:
        is_valid, numbers = super().validate(), set()
        for number, texts in self.milestones():
            if number.errors:
                continue
            if number.data is None and any(field.data for _tag, field in texts):
                number.errors = [_("Enter the number of people, or delete the meaning.")]
            elif number.data is not None and number.data in numbers:
                number.errors = [_("Another milestone has this number.")]
            elif number.data is not None:
                self._require_public_texts(texts)
            numbers.add(number.data)
        return is_valid and not self.wrong

    def _require_public_texts(self, texts: list[LocalizedField]) -> None:
        for tag, field in texts:
            if tag in self.public_locales and not field.data:
                field.errors = [NEEDED_MESSAGE]


class NewActionForm(StaffForm):
    kind = KindField(_l("Kind of action"))
    title = demand_field(
        _l("One sentence that says who should do what. You can change everything later.")
    )
    goal = GoalField(_l("Goal"), max_length=12, required_message="", default=1000)
    slug = Slug(
        _l("Page address"),
        hint=_l(
            "In Latin letters. If you leave it empty, it is created from the demand where possible."
        ),
    )


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
