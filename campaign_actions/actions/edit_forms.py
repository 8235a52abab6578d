"""The forms in which staff edit actions. Fields have the names of the content they save."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField
from wtforms.validators import StopValidation

from campaign_actions.actions.goals import MILESTONES
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.kinds.edit_words import PETITION, EditWords
from campaign_actions.actions.models import MAX_MILESTONE_LENGTH
from campaign_actions.campaigns.bilingual_form import BilingualForm, LocalizedField
from campaign_actions.campaigns.forms import (
    MAX_SUMMARY_LENGTH,
    MAX_TEXT_LENGTH,
    NEEDED_MESSAGE,
    EmailMarkdown,
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
    Sentence,
    SingleValue,
)

MAX_GOAL = 100_000_000
MAX_EMAIL_TEXT_LENGTH = 1500  # characters
EMAIL_TEXTS = ("confirm_text", "receipt_text")  # of an action's own in its emails


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


class ActionTextForm(TextForm):
    """With the words of a petition, unless `use_words_of` gives it those of another kind."""

    needed = ("title", "addressee", "summary", "teaser", "button", "body", "thanks", "share_text")

    title = Sentence(
        PETITION.labels["title"], max_length=200, required_message=PETITION.title_missing
    )
    addressee = PlainText(PETITION.labels["addressee"], max_length=200)
    summary = LongText(_l("Summary"), max_length=MAX_SUMMARY_LENGTH)
    teaser = LongText(
        _l("Teaser"),
        max_length=300,
        hint=_l(
            "Shown at the top of the page, on cards on other pages, and when the link is shared."
        ),
    )
    button = PlainText(_l("Button text"), max_length=60)
    body = Markdown(
        _l("Why it matters"),
        max_length=MAX_TEXT_LENGTH,
        hint=_l("Shown beside the form. Keep it short."),
    )
    background = Markdown(_l("Background"), max_length=MAX_TEXT_LENGTH)
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
    confirm_text = EmailMarkdown(
        _l("In the email that asks to confirm"),
        max_length=MAX_EMAIL_TEXT_LENGTH,
        hint=_l("Shown above the button. Say in one or two sentences why it matters to confirm."),
    )
    receipt_text = EmailMarkdown(
        _l("In the receipt"),
        max_length=MAX_EMAIL_TEXT_LENGTH,
        hint=_l("Shown after the thank-you message. Say what you will do next."),
    )
    result = result_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_words_of(PETITION)

    def use_words_of(self, words: EditWords) -> None:
        """Speak of a pledge as a pledge."""
        for name, label in words.labels.items():
            self[name].label.text = label
        for name, hint in words.hints.items():
            self[name].hint = hint
        self.title.required_message = words.title_missing


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
        Sentence(
            _l("Meaning of milestone %(number)s", number=_number), max_length=MAX_MILESTONE_LENGTH
        ),
    )


class BilingualActionForm(BilingualForm):
    """With two groups apart: milestones, each a number of people and its meaning, and texts of emails."""

    def pairs(self) -> Iterator[list[LocalizedField]]:
        for pair in super().pairs():
            if pair[0][1].short_name not in {*MILESTONES, *EMAIL_TEXTS}:
                yield pair

    def email_pairs(self) -> list[list[LocalizedField]]:
        """The paragraphs in emails, in both languages."""
        return [pair for pair in super().pairs() if pair[0][1].short_name in EMAIL_TEXTS]

    def milestones(self) -> list[tuple[Field, list[LocalizedField]]]:
        """The number and the texts of each, in the order of the form."""
        return [
            (self.own[name], [(tag, form[name]) for tag, form in self.shown.items()])
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
            elif number.data is not None and not self.is_draft:
                self._require_public_texts(texts)
            numbers.add(number.data)
        return is_valid and not self.wrong

    def _require_public_texts(self, texts: list[LocalizedField]) -> None:
        for tag, field in texts:
            if tag in self.public_locales and not field.data:
                field.errors = [NEEDED_MESSAGE]


class NewActionForm(StaffForm):
    kind = KindField(_l("Kind of action"))
    title = Sentence(
        _l("Demand or pledge"),
        max_length=200,
        required_message=_l("Enter the demand or the pledge in one sentence."),
        hint=_l(
            "One sentence. A petition says who should do what, and a pledge what people promise to do."
            " You can change everything later."
        ),
    )
    goal = GoalField(_l("Goal"), max_length=12, required_message="", default=1000)
    slug = Slug(
        _l("Page address"),
        hint=_l(
            "In Latin letters. If you leave it empty, it is created from this sentence where possible."
        ),
    )
