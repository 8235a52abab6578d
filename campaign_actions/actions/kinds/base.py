"""A kind of action: its form, its words, and how it puts a count into words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import LazyString

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.kinds.consent_words import ConsentWords
from campaign_actions.core.i18n.formatting import number
from campaign_actions.exports import Column

FIGURE = "\0"  # placeholder for the number in a sentence


@dataclass(frozen=True)
class KindWords:
    """Texts on pages and in emails that differ by kind, all of them lazily translated.

    No text of one kind may have the words of another: pledges are not signed.
    """

    saved: LazyString  # the first of three steps, as completed
    yours: LazyString
    confirm_heading: LazyString  # of the page and the email; begins the subject
    confirm: LazyString  # the button in both
    confirmed: LazyString
    not_counted: LazyString  # it was marked as invalid
    withdraw: LazyString  # a button, and the link in emails
    withdraw_question: LazyString
    withdrawn: LazyString
    before_withdrawing: LazyString  # what changes for someone who was counted
    after_withdrawing: LazyString
    keep: LazyString  # the link beside the button to withdraw
    who_sees: LazyString  # a question below the form; its answer depends on what the form asks
    seen: LazyString  # only what every form asks
    seen_with_comment: LazyString  # a comment that is not shown
    seen_if_comments: LazyString  # a comment, and whether it may be shown
    seen_if_names: LazyString  # and whether it may be shown with the name
    asked: LazyString
    reminder: LazyString  # begins the subject of the reminder
    reminder_heading: LazyString
    asked_days_ago: LazyString
    already_counted: LazyString  # heading of the email to people who sign again
    already_here: LazyString  # the same, if it is not counted
    asked_again: LazyString

    def who_sees_answer(self, asks: Mapping[str, bool]) -> LazyString:
        """The answer to `who_sees`. `asks`: the optional fields of the form, and whether it has them."""
        if asks["show_name"]:
            return self.seen_if_names
        if asks["show_comment"]:
            return self.seen_if_comments
        return self.seen_with_comment if asks["comment"] else self.seen


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
