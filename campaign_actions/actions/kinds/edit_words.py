"""The words of the form in which staff write an action, for each kind: a pledge makes no demand."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class EditWords:
    """Labels and hints of fields, by their names. `title_missing`: the error if the title is empty.

    `milestones`: what they are, with an example.

    `close_question` and `close_now`: the question before it closes at once, and the button.

    `first_texts`: what a new action says until someone writes better words.
    """

    labels: Mapping[str, LazyString]
    hints: Mapping[str, LazyString]
    title_missing: LazyString
    milestones: LazyString
    close_question: LazyString
    close_now: LazyString
    first_texts: Mapping[str, LazyString]


PETITION = EditWords(
    labels={"title": _l("Demand"), "addressee": _l("Addressee")},
    hints={
        "title": _l(
            "One sentence that says who should do what. It is the largest text on the page."
        ),
        "addressee": _l("For example, “Petition to the Prosecutor General”."),
        "summary": _l("Two or three sentences with which the text of the page begins."),
        "button": _l("Say what people do by pressing it, for example “Sign the petition”."),
        "background": _l("Shown below the form: demands, facts and sources."),
    },
    title_missing=_l("Enter the demand in one sentence that says who should do what."),
    milestones=_l(
        "A number of people and what happens then, for example 5,000: “We deliver the petition”. The"
        " page shows them under the meter, and the next one is the goal. To remove one, delete its"
        " number and its meaning."
    ),
    close_question=_l("Close this petition now?"),
    close_now=_l("Close the petition now"),
    first_texts={
        "button": _l("Sign the petition"),
        "thanks": _l("Thank you. Your signature is confirmed and counted."),
        "share_text": _l("I have signed this petition. Will you sign it as well?"),
    },
)
PLEDGE = EditWords(
    labels={"title": _l("Pledge"), "addressee": _l("Line above the pledge")},
    hints={
        "title": _l(
            "One sentence that says what people promise to do. It is the largest text on the page."
        ),
        "addressee": _l("Say what the pledge belongs to, for example “A pledge for the 16 days”."),
        "summary": _l("Two or three sentences with which the text of the page begins."),
        "button": _l("Say what people do by pressing it, for example “Make the pledge”."),
        "background": _l("Shown below the form: steps, facts and sources."),
    },
    title_missing=_l("Enter the pledge in one sentence that says what people promise to do."),
    milestones=_l(
        "A number of people and what happens then, for example 5,000: “We publish what you have"
        " achieved”. The page shows them under the meter, and the next one is the goal. To remove one,"
        " delete its number and its meaning."
    ),
    close_question=_l("Close this pledge now?"),
    close_now=_l("Close the pledge now"),
    first_texts={
        "button": _l("Make the pledge"),
        "thanks": _l("Thank you. Your pledge is confirmed and counted."),
        "share_text": _l("I have made this pledge. Will you make it as well?"),
    },
)
