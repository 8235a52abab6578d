"""A kind of action: its form, its words, and how it puts a count into words."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _

from campaign_actions.actions.forms import SignForm
from campaign_actions.actions.kinds.consent_words import ConsentWords
from campaign_actions.actions.kinds.edit_words import EditWords
from campaign_actions.core.i18n.formatting import number
from campaign_actions.exports import Column

FIGURE = "\0"  # placeholder for the number in a sentence
FEW = 20  # below this number of people, an open action shows words instead of a number


@dataclass(frozen=True)
class KindWords:
    """Texts on pages and in emails that differ by kind, all of them lazily translated.

    No text of one kind may have the words of another: pledges are not signed.
    """

    act: LazyString  # one word: a button that leads to the form
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
    asked: LazyString
    reminder: LazyString  # begins the subject of the reminder
    reminder_heading: LazyString
    asked_days_ago: LazyString
    already_counted: LazyString  # heading of the email to people who sign again
    already_here: LazyString  # the same, if it is not counted
    asked_again: LazyString
    receipt: LazyString  # heading of the receipt; begins its subject
    what_follows: LazyString  # in the receipt: who gets the data that was entered


@dataclass(frozen=True)
class Counted:
    """A number of people in words, split around the figure, which pages show in large type.

    `figure` is empty where words say it all, such as "nobody" or "one".
    """

    before: str
    figure: str
    after: str


@dataclass(frozen=True, eq=False)
class ActionKind:
    """A kind of action.

    `counted(count, figure)` puts the number of confirmed people into words and inserts the figure;
    `counted_in_the_end` does so for an action that is closed.
    `columns` are the export columns of its own answers, named `answers.<field>`.
    `has_addressee`: it asks someone for something, and the line above its title says whom.
    """

    name: str
    label: LazyString
    form: type[SignForm]
    words: KindWords
    consent: ConsentWords
    editing: EditWords
    counted: Callable[[int, str], str]
    counted_in_the_end: Callable[[int, str], str]
    columns: tuple[Column, ...] = ()
    has_addressee: bool = True

    def label_of_answer(self, name: str) -> str:
        """The label of one of its own questions in the form."""
        return str(getattr(self.form, name).args[0])

    def count_in_words(self, count: int, *, is_over: bool = False) -> Counted:
        if count < FEW and not is_over:
            return Counted(_("Be one of the first"), "", "")
        if not count:
            return Counted(_("No one took part"), "", "")
        counted = self.counted_in_the_end if is_over else self.counted
        before, figure, after = counted(count, FIGURE).partition(FIGURE)
        return Counted(before, figure and number(count), after)
