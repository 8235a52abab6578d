"""The forms in which staff edit actions. Fields have the names of the content they save."""

from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import StopValidation

from campaign_actions.actions.forms import CONSENT_LENGTH
from campaign_actions.actions.kinds import KINDS
from campaign_actions.campaigns.forms import (
    MAX_SUMMARY_LENGTH,
    MAX_TEXT_LENGTH,
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
