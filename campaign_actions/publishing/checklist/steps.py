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
    `is_pending`: other steps come first, or someone else has to approve what is there or to set up email.
    `permission`: what the page at `url` needs.
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
    is_pending: bool = False
    permission: str = "campaigns.edit"
    is_public: bool = False  # people will see the gap, so it is left out only if someone skips it
    at: datetime | None = None
    languages: tuple[LanguageShare, ...] = ()
    sections: tuple[Section, ...] = ()  # what must be fixed, by language
    reviews: tuple[Section, ...] = ()  # what to look at, by language
    can_leave_out: bool = (
        False  # whether a language without problems is left if others are left out
    )


@dataclass(frozen=True)
class Checklist:
    """`blocked`: all that must be fixed before publishing, by language; `problem_url`: where to begin.

    `skipped`: the names of the steps that someone left out.
    """

    steps: tuple[Step, ...]
    blocked: tuple[Section, ...] = ()
    problem_url: str = ""
    skipped: frozenset[str] = frozenset()

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def count(self) -> int:
        """Of the steps that are done or still to be taken."""
        return self.done + len(self.open)

    @property
    def left_out(self) -> list[Step]:
        return [step for step in self.steps if not step.is_done and self._is_left_out(step)]

    @property
    def open(self) -> list[Step]:
        """The steps to be taken: first what publishing needs, then what can wait, then what is
        pending for someone else, then publishing."""
        steps = [step for step in self.steps if not step.is_done and not self._is_left_out(step)]
        return sorted(
            steps, key=lambda step: (step.name == "publish", step.is_pending, step.can_wait)
        )

    @property
    def next(self) -> Step | None:
        """None once nothing is left before the campaign opens."""
        return next(iter(self.open), None)

    @property
    def awaits_email(self) -> bool:
        """Whether nothing can be done before the people who run the server have set up email."""
        return self.find("publish").is_pending and all(step.is_pending for step in self.open)

    def find(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)

    def after(self, name: str) -> Step | None:
        """The next step for someone who leaves this one out."""
        steps = self.open
        names = [step.name for step in steps]
        return next(iter(steps[names.index(name) + 1 :]), None) if name in names else None

    def _is_left_out(self, step: Step) -> bool:
        """Whether it can wait and was passed: someone skipped it or has tried the emails, the last
        step that can wait, or the campaign has a time to open."""
        is_passed = self.find("emails").is_done or self.find("publish").is_done
        is_passed = is_passed and not step.is_public
        return step.can_wait and (step.name in self.skipped or is_passed)
