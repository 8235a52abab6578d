"""Pre-flight checks of drafts: what publishing them would do to the public pages."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.newest.drafts import Draft
from campaign_actions.actions.personal_data.former_addressees import addressees_in
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models.embargo import has_opened
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.formatting import number
from campaign_actions.publishing.checks.addressees import new_addressee
from campaign_actions.publishing.checks.links import check_links
from campaign_actions.publishing.checks.markup import check_markup
from campaign_actions.publishing.checks.milestones import check_milestone_texts
from campaign_actions.publishing.checks.results import check_deleted
from campaign_actions.publishing.checks.texts import check_emptied
from campaign_actions.publishing.checks.translations import check_translations
from campaign_actions.publishing.findings import (
    Finding,
    PreflightContext,
    PreflightResult,
)
from campaign_actions.publishing.preflight import make_section, run_preflight
from campaign_actions.publishing.queries import Plan

OVER = ("closed", "archived")  # states in which nothing opens, so that little needs checking


@dataclass(frozen=True)
class ChangeChecks:
    """The findings about drafts. `blockers`: those to fix before publishing them.

    `new_demands`: findings about demands that people took part in, and that now read differently.
    `new_addressees`: about petitions that people signed for another addressee.
    `changed`: the ids of the changed actions; None: the campaign.
    """

    result: PreflightResult
    blockers: tuple[Finding, ...]
    new_demands: tuple[Finding, ...]
    new_addressees: tuple[Finding, ...] = ()
    changed: Collection[int | None] = ()

    @property
    def warnings(self) -> list[Finding]:
        return [*self.new_addressees, *self.new_demands, *self._in_state("warning")]

    @property
    def to_confirm(self) -> int:
        """How many ticks these ask for: one for all demands, one for all addressees."""
        return bool(self.new_demands) + bool(self.new_addressees)

    @property
    def passed(self) -> list[Finding]:
        return self._in_state("ok")

    def _in_state(self, state: str) -> list[Finding]:
        """Without those about pages that do not change."""
        return [
            finding.in_language(section.locale)
            for section in self.result.sections
            if section.is_public
            for finding in section.findings
            if finding.state == state
            if finding.is_of_all or finding.action_id in self.changed
        ]


def check_changes(
    plan: Plan,
    campaign: CampaignOverview,
    drafts: Sequence[Draft],
    context: PreflightContext,
    *,
    is_later: bool = False,
) -> ChangeChecks:
    """`plan`: with these drafts, and without others. A campaign that is over needs fewer checks: of texts.

    `is_later`: people can take part in the public demands before the new ones replace them.
    """
    is_over, changed = campaign.state in OVER, _changed(drafts)
    context = replace(context, changed=changed)
    result = _check_texts(plan, context) if is_over else run_preflight(plan, context)
    return ChangeChecks(
        result,
        blockers=tuple(_blockers(plan, campaign, changed, result, context)),
        new_demands=tuple(_new_demands(campaign, drafts, is_later)),
        new_addressees=tuple(_new_addressees(campaign, drafts, is_later)),
        changed=changed,
    )


def _changed(drafts: Sequence[Draft]) -> frozenset[int | None]:
    return frozenset(None if draft.subject is CAMPAIGN else draft.subject_id for draft in drafts)


def _check_texts(plan: Plan, context: PreflightContext) -> PreflightResult:
    """A language that is not complete no longer blocks anything: it is to be reviewed."""
    catalog = campaign_catalog(plan.campaign.id, only_pages=True)

    def translations(tag: str) -> Iterator[Finding]:
        found = check_translations(plan, catalog, tag, context) if catalog else iter(())
        return (finding for finding in found if finding.state != "blocker")

    return PreflightResult(
        tuple(
            make_section(
                plan,
                tag,
                (
                    *check_markup(plan, tag),
                    *check_emptied(plan, tag),
                    *check_deleted(plan, tag, context),
                    *check_milestone_texts(plan, tag),
                    *translations(tag),
                    *check_links(plan, tag, context),
                ),
            )
            for tag in plan.texts
        ),
        tested_at=context.now if context.lifetimes else None,
    )


def _blockers(
    plan: Plan,
    campaign: CampaignOverview,
    changed: Collection[int | None],
    result: PreflightResult,
    context: PreflightContext,
) -> Iterator[Finding]:
    """Faults of what is published; in a language that becomes public, of every public action."""
    hidden = {
        action.id
        for action in plan.actions
        if not has_opened(context.now, plan.campaign.published_at, action.published_at)
    }
    for section in result.sections:
        if not section.is_public:
            continue
        is_new = bool(section.locale) and section.locale not in campaign.public_locales
        for finding in section.findings:
            is_ours = is_new or finding.action_id in changed
            if finding.state == "blocker" and is_ours and finding.action_id not in hidden:
                yield finding.in_language(section.locale)


def _new_demands(
    campaign: CampaignOverview, drafts: Sequence[Draft], is_later: bool
) -> Iterator[Finding]:
    for action, draft in _signed(campaign, drafts, is_later):
        public = texts_in(ACTION.read(db.session.connection(), action.id))
        newest = texts_in(draft.content)
        if any(
            newest[tag].get("title") != public[tag].get("title")
            for tag in newest.keys() & public.keys()
        ):
            yield same_demand(action)


def _new_addressees(
    campaign: CampaignOverview, drafts: Sequence[Draft], is_later: bool
) -> Iterator[Finding]:
    for action, draft in _signed(campaign, drafts, is_later):
        if action.kind.has_addressee:
            public = addressees_in(ACTION.read(db.session.connection(), action.id))
            yield from new_addressee(
                public,
                addressees_in(draft.content),
                count=action.count,
                action_id=action.id,
                title=action.title,
                tag=action.locale,
            )


def _signed(
    campaign: CampaignOverview, drafts: Sequence[Draft], is_later: bool
) -> Iterator[tuple[ActionOverview, Draft]]:
    """The actions that people took part in, or can until they change."""
    for draft in drafts:
        action = campaign.find_action(draft.subject_id) if draft.subject is ACTION else None
        if action and (action.count or (is_later and action.state == "open")):
            yield action, draft


def same_demand(action: ActionOverview) -> Finding:
    """People took part, or can until it is published, in a demand that now reads differently."""
    message = ngettext(
        "%(count)s person took part in the demand as it was. The meaning must stay the same.",
        "%(count)s people took part in the demand as it was. The meaning must stay the same.",
        action.count,
        count=number(action.count),
    )
    if not action.count:
        message = _(
            "Until then, people can take part on the basis of the current demand. The meaning must stay"
            " the same."
        )
    return Finding(
        "warning",
        message,
        subject=action.title,
        locale=action.locale,
        action_id=action.id,
    )
