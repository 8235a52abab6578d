"""The steps of the checklist of a campaign that is not public yet, and which of them is next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from campaign_actions.publishing.checks.language_shares import LanguageShare
from campaign_actions.publishing.findings import Section

STEPS: Mapping[str, LazyString] = {
    "text": _l("Text and action"),
    "picture": _l("Picture"),
    "addressee": _l("Addressee"),
    "languages": _l("Languages"),
    "emails": _l("Emails tried"),
    "checks": _l("Publishing checks"),
    "publish": _l("Publish"),
}


@dataclass(frozen=True)
class MissingText:
    """A field that is empty: its label, and where it is written."""

    label: str
    url: str


@dataclass(frozen=True)
class Step:
    """`reason`: what is there, or what is missing. `todo` and `url`: what to do next, and where.

    `missing`: the empty fields that the reason is about, which is "" then: of the action with the title
    `subject`, or of the campaign (""). `can_wait`: the campaign can be published without it.
    `at`: when it was last done, if that is known.
    """

    name: str  # of STEPS
    is_done: bool
    reason: str
    todo: str
    url: str
    missing: tuple[MissingText, ...] = ()
    subject: str = ""
    can_wait: bool = False
    at: datetime | None = None
    languages: tuple[LanguageShare, ...] = ()
    sections: tuple[Section, ...] = ()  # what must be fixed, by language
    reviews: tuple[Section, ...] = ()  # what to look at, by language
    can_leave_out: bool = (
        False  # whether a language without problems is left if others are left out
    )


@dataclass(frozen=True)
class Checklist:
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def open(self) -> list[Step]:
        """The steps that are not done: first what publishing needs, then what can wait, then publishing."""
        steps = [step for step in self.steps if not step.is_done]
        return sorted(steps, key=lambda step: 2 if step.name == "publish" else step.can_wait)

    @property
    def next(self) -> Step | None:
        """None after the campaign was published."""
        return next(iter(self.open), None)

    def find(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)

    def after(self, name: str) -> Step | None:
        """The next step for someone who leaves this one out."""
        names = [step.name for step in self.open]
        return next(iter(self.open[names.index(name) + 1 :]), None) if name in names else None
