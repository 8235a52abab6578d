"""A kind of action: its form, its words, and how it puts a count into words."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import LazyString

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.kinds.consent_words import ConsentWords
from campaign_actions.core.i18n.formatting import number
from campaign_actions.exports import Column

FIGURE = "\0"  # placeholder for the number in a sentence


@dataclass(frozen=True)
class KindWords:
    """Texts on pages and in emails that differ by kind, all of them lazily translated."""

    saved: LazyString  # the first of three steps, as completed
    yours: LazyString
    confirmed: LazyString
    is_over: LazyString
    comment_hint: LazyString  # beside a comment that may be shown
    who_sees: LazyString  # a question below the form
    seen_by: LazyString  # its answer, if names are never shown
    seen_by_if_shown: LazyString  # its answer, if people may have their name shown
    please_confirm: LazyString  # subject and heading of the mail
    reminder_subject: LazyString
    reminder_heading: LazyString
    confirm: LazyString  # the button in both
    asked: LazyString
    asked_days_ago: LazyString
    is_known: LazyString  # subject and heading of the mail to people who have already taken part
    asked_again: LazyString
    nothing_changed: LazyString


@dataclass(frozen=True)
class Counted:
    """A number of people in words, split around the figure, which pages show in large type.

    `figure` is empty where the language uses a word instead, such as "nobody" or "one".
    """

    before: str
    figure: str
    after: str


@dataclass(frozen=True, eq=False)
class ActionKind:
    """A kind of action.

    `counted(count, figure)` puts the number of confirmed people into words and inserts the figure.
    `columns` are the export columns of its own answers, named `answers.<field>`.
    """

    name: str
    label: LazyString
    form: type[SignForm]
    words: KindWords
    consent: ConsentWords
    counted: Callable[[int, str], str]
    columns: tuple[Column, ...] = ()

    def label_of_answer(self, name: str) -> str:
        """The label of one of its own questions in the form."""
        return str(getattr(self.form, name).args[0])

    def count_in_words(self, count: int) -> Counted:
        before, figure, after = self.counted(count, FIGURE).partition(FIGURE)
        return Counted(before, figure and number(count), after)
