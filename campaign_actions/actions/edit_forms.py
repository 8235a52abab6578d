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
            raise StopValidation(_("Write a whole number above 0, like 5000."))


class KindField(SingleValue, StringField):
    """One of KINDS."""

    choices = tuple((kind.name, kind.label) for kind in KINDS.values())

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data not in KINDS:
            raise StopValidation(_("Choose a kind from the list."))


def demand_field(hint: LazyString) -> PlainText:
    return PlainText(
        _l("Demand"),
        max_length=200,
        required_message=_l("Write the demand: one sentence that says who should do what."),
        hint=hint,
    )


class ActionTextForm(TextForm):
    needed = ("title", "addressee", "summary", "teaser", "button", "thanks", "share_text")

    title = demand_field(_l("One sentence, the largest on the page: who should do what."))
    addressee = PlainText(
        _l("To whom"), max_length=200, hint=_l("Like “Petition to the Prosecutor General”.")
    )
    summary = LongText(
        _l("Summary"),
        max_length=MAX_SUMMARY_LENGTH,
        hint=_l("Two or three sentences below the demand."),
    )
    teaser = LongText(
        _l("Teaser"), max_length=300, hint=_l("For cards on other pages and shared links.")
    )
    button = PlainText(
        _l("Button"), max_length=60, hint=_l("What one does, like “Sign the petition”.")
    )
    body = Markdown(_l("Why"), max_length=MAX_TEXT_LENGTH, hint=_l("Beside the form: short."))
    background = Markdown(
        _l("Background"),
        max_length=MAX_TEXT_LENGTH,
        hint=_l("Below the form: the demands, facts, sources."),
    )
    thanks = LongText(
        _l("Thanks"),
        max_length=MAX_SUMMARY_LENGTH,
        hint=_l("What is said to those who have confirmed."),
    )
    share_text = LongText(
        _l("Text to share"), max_length=280, hint=_l("What people send to friends with the link.")
    )
    result = result_field()


class ActionForm(StaffForm):
    slug = slug_field()
    kind = KindField(_l("Kind"))
    goal = GoalField(
        _l("Goal"),
        max_length=12,
        required_message="",
        hint=_l("How many people at first; the goal that is shown moves up by itself."),
    )
    closes_at = LocalDateTime(
        _l("Closes at"),
        hint=_l("Leave it empty, and the action stays open until it is closed by hand."),
    )
    asks_family_name = Checkbox(_l("Family name"))
    asks_comment = Checkbox(_l("A comment"))
    asks_show_name = Checkbox(_l("Whether the name may be shown"))
    asks_updates = Checkbox(_l("Whether one wants to hear what becomes of it"))
    shows_comments = Checkbox(_l("Comments that staff have let through are shown on the page"))


class NewActionForm(StaffForm):
    kind = KindField(_l("Kind"))
    title = demand_field(
        _l("One sentence that says who should do what. You can change everything later.")
    )
    goal = GoalField(_l("Goal"), max_length=12, required_message="", default=1000)
    slug = Slug(
        _l("Page address"),
        hint=_l(
            "In Latin letters. Leave it empty, and it is made from the demand, where that can be"
            " written in them."
        ),
    )


class ConsentForm(StaffForm):
    body = LongText(
        _l("What people agree to"),
        max_length=CONSENT_LENGTH,
        required_message=_l("Write what people agree to."),
        hint=_l("Plain text: who keeps what, for what, how long, and how one takes it back."),
    )
