"""How a campaign is looked through, what that finds, and where it is mended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from campaign_actions.actions.signatures.dry_run import Lifetimes

State = Literal["ok", "warning", "mend"]


@dataclass(frozen=True)
class Inspection:
    """A look that somebody takes now, at what there will be when the campaign opens, at `at`.

    `sees`: the ids of the campaigns that they may see before their time; None: all. With `life`
    mails and signatures are tried out, too.
    """

    at: datetime
    now: datetime
    sees: frozenset[int] | None
    life: Lifetimes | None = None

    def may_see(self, campaign_id: int) -> bool:
        return self.sees is None or campaign_id in self.sees


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: it is well, or a person should look, or it must be mended.

    `address`: the page where that is done. `subject` are words in the language `locale`, like the
    title of an action. `outside`: addresses that a person should open; the server asks nobody.
    """

    state: State
    words: str
    remedy: str = ""
    address: str = ""
    subject: str = ""
    locale: str = ""
    action_id: int | None = None
    outside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """Findings about one language, or about the campaign as a whole (`locale` is empty)."""

    locale: str
    is_public: bool  # a language that is left out holds nothing up
    findings: tuple[Finding, ...]

    def count(self, state: State) -> int:
        return sum(finding.state == state for finding in self.findings)


@dataclass(frozen=True)
class Preflight:
    """All that was looked at; with `tried_at`, also by trying out mails and signatures."""

    sections: tuple[Section, ...]
    tried_at: datetime | None = None

    def faults(
        self, *, without_actions: Iterable[int] = (), locales: Iterable[str] | None = None
    ) -> list[Finding]:
        """What holds publishing up.

        Actions that do not open with the campaign do not. `locales`: in these languages, instead
        of in those that are public.
        """
        left_out, asked = set(without_actions), None if locales is None else set(locales)
        return [
            finding
            for section in self.sections
            if (section.is_public if asked is None else section.locale in asked)
            for finding in section.findings
            if finding.state == "mend" and finding.action_id not in left_out
        ]

    def count(self, state: State) -> int:
        """How many findings of a kind there are in what is public."""
        return sum(section.count(state) for section in self.sections if section.is_public)


def edit_address(campaign_id: int, action_id: int | None = None) -> str:
    """Where the texts of a campaign, or of one of its actions, are written."""
    campaign = f"/staff/campaigns/{campaign_id}/"
    return f"{campaign}edit/" if action_id is None else f"{campaign}actions/{action_id}/edit/"


def partners_address(campaign_id: int) -> str:
    """Where the partners of a campaign are."""
    return f"/staff/campaigns/{campaign_id}/partners/"


def new_action_address(campaign_id: int) -> str:
    """Where an action is added to a campaign."""
    return f"/staff/campaigns/{campaign_id}/actions/new/"


def picture_address(campaign_id: int) -> str:
    """Where the picture of a campaign and its description are."""
    return f"/staff/campaigns/{campaign_id}/picture/"
