"""Findings of pre-flight checks, and the pages where they can be fixed."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Literal

from flask_babel import gettext as _

from campaign_actions.actions.signatures.dry_run import Lifetimes
from campaign_actions.core.i18n.locale import language_here, language_name

State = Literal["ok", "warning", "blocker"]
STATUS_URL = "/staff/status/#email-setup"  # what to do about email
NOT_SENT_URL = "/staff/status/#not-sent"  # whom to ask about it
TEXTS, PARTNERS = "texts.", "partners."  # begin the anchors of the fields of forms


@dataclass(frozen=True)
class PreflightContext:
    """When the campaign would open, and who runs the checks.

    `visible_ids`: the campaigns that this person may see before they are public; None: all.
    `may_translate`: whether they may translate into a language in a catalog; `may_edit`: whether they may
    change the texts of a campaign.
    With `lifetimes`, emails are rendered and a test signature is made as well. `changed`: the ids of the
    actions whose drafts are published, None for the campaign itself; of all pages if there is no set.
    """

    opens_at: datetime
    now: datetime
    visible_ids: frozenset[int] | None
    lifetimes: Lifetimes | None = None
    may_translate: Callable[[str, str], bool] = lambda _locale, _catalog: True
    may_edit: Callable[[int], bool] = lambda _campaign_id: True
    changed: Collection[int | None] | None = None

    def may_see(self, campaign_id: int) -> bool:
        return self.visible_ids is None or campaign_id in self.visible_ids


@dataclass(frozen=True)
class Finding:
    """The result of one check: fine, something to look at, or something to fix first.

    `url`: the page where it can be fixed; `deed`: the words of the link to it. `subject` is a text in the
    language `locale`, like the title of an action. `field`: the label of the text that it is about, with its
    language, or a language; `line`: where in it, counted from 1. `permission`: what that page needs; "": the
    right to edit what is checked. `can_leave_out`: whether leaving out the language is another remedy;
    `remedy_alone`: the other one where it cannot be left out, if that is not to add texts.
    `is_pending`: someone else has to approve what is there, or to set up email. `external_urls` are for a
    person to open: the server requests no other site. `is_of_all`: it is about all pages that are published
    together, and not about the campaign itself. `language`: that of the section it was in, if it is shown
    without its section. `details`: the labels of several texts that it is about.
    """

    state: State
    message: str
    remedy: str = ""
    url: str = ""
    subject: str = ""
    locale: str = ""
    action_id: int | None = None
    details: tuple[str, ...] = ()
    external_urls: tuple[str, ...] = ()
    deed: str = ""
    permission: str = ""
    field: str = ""
    line: int = 0
    can_leave_out: bool = False
    remedy_alone: str = ""
    is_pending: bool = False
    is_of_all: bool = False
    language: str = ""

    def at_line(self, line: int) -> "Finding":
        """The same, with a link to a line of the text. 0: not known."""
        page, _hash, field = self.url.partition("#")
        if not line or not field:
            return self
        separator = "&" if "?" in page else "?"
        return replace(self, url=f"{page}{separator}line={line}#{field}", line=line)

    def in_language(self, locale: str) -> "Finding":
        """The same with its language named, unless its field does that or nothing is wrong."""
        named = replace(self, language=locale)
        if not locale or self.field:
            return named
        if not self.subject:
            return replace(named, subject=language_name(locale), locale=locale)
        if self.state == "ok":
            return named
        deed = self.deed or ("" if self.leads_to_field else _("Go to the page"))
        return replace(named, field=language_here(locale), deed=deed)

    @property
    def counted_language(self) -> str:
        """Of a finding that counts the texts of one language; others may be the same in several."""
        return self.language if self.is_of_all and self.state != "ok" else ""

    @property
    def place(self) -> str:
        """The page and the field on it, in whatever language and at whatever line it opens."""
        page, mark, field = self.url.partition("#")
        return f"{page.partition('?')[0]}{mark}{field}"

    @property
    def leads_to_field(self) -> bool:
        """Whether the page opens at the text."""
        return bool(self.field) or any(f"#{start}" in self.url for start in (TEXTS, PARTNERS))


@dataclass(frozen=True)
class Section:
    """Findings about one language, or about the campaign as a whole (`locale` is empty)."""

    locale: str
    is_public: bool  # a language that is left out blocks nothing
    findings: tuple[Finding, ...]

    def of(self, state: State) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.state == state)

    def count(self, state: State) -> int:
        return len(self.of(state))


@dataclass(frozen=True)
class PreflightResult:
    """All findings. `tested_at` is set if emails and a test signature were tested as well."""

    sections: tuple[Section, ...]
    tested_at: datetime | None = None

    def blockers(
        self, *, without_actions: Iterable[int] = (), locales: Iterable[str] | None = None
    ) -> list[Finding]:
        """The findings that must be fixed before publishing: in these languages, or else in the public ones.

        `without_actions`: the ids of actions that do not open with the campaign.
        """
        ignored, wanted = set(without_actions), None if locales is None else set(locales)
        return [
            finding
            for section in self.sections
            if (section.is_public if wanted is None else section.locale in wanted)
            for finding in section.findings
            if finding.state == "blocker" and finding.action_id not in ignored
        ]

    def to_fix(self) -> list[Finding]:
        """Those of them that nobody has to approve."""
        return [finding for finding in self.blockers() if not finding.is_pending]

    def without(self, action_ids: Collection[int]) -> "PreflightResult":
        """The same, with no finding about these actions."""
        return self.only(lambda _locale, finding: finding.action_id not in action_ids)

    def only(self, is_wanted: Callable[[str, Finding], bool]) -> "PreflightResult":
        """The same, with the wanted findings alone; each is asked for with the language of its section."""
        sections = (
            replace(
                section, findings=tuple(f for f in section.findings if is_wanted(section.locale, f))
            )
            for section in self.sections
        )
        return replace(self, sections=tuple(sections))

    def can_open(self, *, without_actions: Collection[int]) -> bool:
        """Whether nothing has to be fixed in the campaign as a whole and in at least one language."""
        tags = [section.locale for section in self.sections if section.locale]
        blocked = partial(self.blockers, without_actions=without_actions)
        is_ready = not tags or any(not blocked(locales=[tag]) for tag in tags)
        return is_ready and not blocked(locales=[""])

    def blocked(self) -> tuple[Section, ...]:
        """The public languages with something to fix, each with that alone."""
        found = (
            Section(section.locale, section.is_public, section.of("blocker"))
            for section in self.sections
            if section.is_public
        )
        return tuple(section for section in found if section.findings)

    def to_review(self) -> tuple[Section, ...]:
        """The public languages with something to look at, each with that alone."""
        found = (
            Section(section.locale, section.is_public, section.of("warning"))
            for section in self.sections
            if section.is_public
        )
        return tuple(section for section in found if section.findings)

    def count(self, state: State) -> int:
        """The number of findings in this state, hidden languages aside."""
        return sum(section.count(state) for section in self.sections if section.is_public)


def edit_url(
    campaign_id: int, action_id: int | None = None, *, locale: str = "", field: str = ""
) -> str:
    """The page where the texts of a campaign, or of one of its actions, are edited.

    `locale`: the language that it shows; `field`: the text in it that it opens at.
    """
    campaign = f"/staff/campaigns/{campaign_id}/"
    page = f"{campaign}edit/" if action_id is None else f"{campaign}actions/{action_id}/edit/"
    place = f"#{TEXTS}{locale}.{field}" if field else ""
    return f"{page}?right={locale}{place}" if locale else page


def lacks_text(finding: Finding, campaign_id: int) -> bool:
    """Whether texts are missing that can be translated, those of a picture among them."""
    is_of_picture = finding.url == picture_url(campaign_id, finding.action_id)
    is_missing = finding.can_leave_out or is_of_picture
    return finding.state == "blocker" and not finding.permission and is_missing


def partners_url(campaign_id: int, partner_id: int | None = None, field: str = "") -> str:
    """The page of the partners of a campaign, or of one of them, open at a field like en.points."""
    page = f"/staff/campaigns/{campaign_id}/partners/"
    return page if partner_id is None else f"{page}{partner_id}/#{PARTNERS}{partner_id}.{field}"


def new_action_url(campaign_id: int) -> str:
    return f"/staff/campaigns/{campaign_id}/actions/new/"


def picture_url(campaign_id: int, action_id: int | None = None) -> str:
    """The page of the picture of a campaign, or of one of its actions."""
    campaign = f"/staff/campaigns/{campaign_id}/"
    return (
        f"{campaign}appearance/" if action_id is None else f"{campaign}actions/{action_id}/picture/"
    )


def questions_url(campaign_id: int, action_id: int, key: str = "") -> str:
    """The page of the questions of an action, or of one of them."""
    page = f"/staff/campaigns/{campaign_id}/actions/{action_id}/questions/"
    return f"{page}{key}/" if key else page


def question_text_url(campaign_id: int, action_id: int, key: str, locale: str, name: str) -> str:
    """The page of a question, open at a text in a language."""
    page = questions_url(campaign_id, action_id, key)
    return f"{page}?right={locale}#questions.{key}.{locale}.{name}"


def consent_url(locale: str, kind: str, campaign_id: int) -> str:
    """The page of the consent text of a kind of action in a language, which leads back to the campaign."""
    return f"/staff/consent/{locale}/{kind}/?campaign={campaign_id}"
