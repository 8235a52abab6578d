"""What a kind of action is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from campaign_actions.actions.forms import SignForm
from campaign_actions.core.i18n.formatting import number
from campaign_actions.exports import Column

FIGURE = "\0"  # stands for the number while a sentence is made


@dataclass(frozen=True)
class KindWords:
    """What pages and mails say to who took part: one signs a petition, and makes a promise.

    All are translated when they are shown.
    """

    done: Any  # of the steps, the one that is behind
    yours: Any
    confirmed: Any
    is_over: Any
    comment_hint: Any  # beside a comment that may be shown
    who_sees: Any  # a question below the form
    seen_by: Any  # its answer, if names are never shown
    seen_by_if_shown: Any  # its answer, if people may have their name shown
    please_confirm: Any  # subject and heading of the mail
    remember: Any  # subject of the reminder
    waits: Any  # its heading
    confirm: Any  # the button in both
    asked: Any
    asked_days_ago: Any
    is_known: Any  # subject and heading of the mail to who took part before
    asked_again: Any
    nothing_changed: Any


@dataclass(frozen=True)
class Counted:
    """A number of people in words, split where the figure stands, which pages show large.

    `figure` is empty where a language says the number itself: nobody, one, two.
    """

    before: str
    figure: str
    after: str


@dataclass(frozen=True, eq=False)
class ActionKind:
    """A kind of action.

    `counted` puts a number of people who confirmed into words, with the figure that it is given.
    `columns` are the export columns of its own answers, named `answers.<field>`.
    """

    name: str
    label: Any
    form: type[SignForm]
    words: KindWords
    counted: Callable[[int, str], str]
    columns: tuple[Column, ...] = ()

    def label_of_answer(self, name: str) -> str:
        """What the form calls one of its own questions."""
        return str(getattr(self.form, name).args[0])

    def count_in_words(self, count: int) -> Counted:
        before, figure, after = self.counted(count, FIGURE).partition(FIGURE)
        return Counted(before, figure and number(count), after)
