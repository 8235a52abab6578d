"""Pre-flight checks of drafts: what publishing them would do to the public pages."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.newest.drafts import Draft
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.locale import language_name
from campaign_actions.publishing.checks.links import check_links
from campaign_actions.publishing.checks.markup import check_markup
from campaign_actions.publishing.checks.milestones import check_milestone_texts
from campaign_actions.publishing.checks.texts import check_emptied
from campaign_actions.publishing.findings import (
    Finding,
    PreflightContext,
    PreflightResult,
)
from campaign_actions.publishing.preflight import make_section, run_preflight
from campaign_actions.publishing.publish import is_action_public
from campaign_actions.publishing.queries import Plan

OVER = ("closed", "archived")  # states in which nothing opens, so that little needs checking


@dataclass(frozen=True)
class ChangeChecks:
    """The findings about drafts. `blockers`: those to fix before publishing them.

    `new_demands`: findings about demands that people took part in, and that now read differently.
    `changed`: the ids of the changed actions; None: the campaign.
    """

    result: PreflightResult
    blockers: tuple[Finding, ...]
    new_demands: tuple[Finding, ...]
    changed: Collection[int | None] = ()

    @property
    def warnings(self) -> list[Finding]:
        """Without those about actions that do not change."""
        found = self._in_state("warning")
        ours = [one for one in found if one.action_id is None or one.action_id in self.changed]
        return [*self.new_demands, *ours]

    @property
    def passed(self) -> list[Finding]:
        return self._in_state("ok")

    def _in_state(self, state: str) -> list[Finding]:
        return [
            _with_language(finding, section.locale)
            for section in self.result.sections
            if section.is_public
            for finding in section.findings
            if finding.state == state
        ]


def check_changes(
    plan: Plan,
    campaign: CampaignOverview,
    drafts: Sequence[Draft],
    context: PreflightContext,
    *,
    is_later: bool = False,
) -> ChangeChecks:
    """`plan`: with these drafts, and without others. A campaign that is over needs fewer checks.

    `is_later`: people can take part in the public demands before the new ones replace them.
    """
    is_over = campaign.state in OVER
    result = _check_texts(plan, context) if is_over else run_preflight(plan, context)
    return ChangeChecks(
        result,
        blockers=tuple(_blockers(plan, campaign, _changed(drafts), result, context)),
        new_demands=tuple(_new_demands(campaign, drafts, is_later)),
        changed=_changed(drafts),
    )


def _changed(drafts: Sequence[Draft]) -> frozenset[int | None]:
    return frozenset(None if draft.subject is CAMPAIGN else draft.subject_id for draft in drafts)


def _check_texts(plan: Plan, context: PreflightContext) -> PreflightResult:
    return PreflightResult(
        tuple(
            make_section(
                plan,
                tag,
                (
                    *check_markup(plan, tag),
                    *check_emptied(plan, tag),
                    *check_milestone_texts(plan, tag),
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
        if not is_action_public(action.published_at, plan.campaign.published_at, context.now)
    }
    for section in result.sections:
        if not section.is_public:
            continue
        is_new = bool(section.locale) and section.locale not in campaign.public_locales
        for finding in section.findings:
            is_ours = is_new or finding.action_id in changed
            if finding.state == "blocker" and is_ours and finding.action_id not in hidden:
                yield _with_language(finding, section.locale)


def _with_language(finding: Finding, locale: str) -> Finding:
    """A finding about a language says so, unless its field or its subject does."""
    if not locale or finding.subject or finding.field:
        return finding
    return replace(finding, subject=language_name(locale), locale=locale)


def _new_demands(
    campaign: CampaignOverview, drafts: Sequence[Draft], is_later: bool
) -> Iterator[Finding]:
    for draft in drafts:
        action = campaign.find_action(draft.subject_id) if draft.subject is ACTION else None
        if action is None or not (action.count or is_later):
            continue
        public = texts_in(ACTION.read(db.session.connection(), action.id))
        newest = texts_in(draft.content)
        if any(
            newest[tag].get("title") != public[tag].get("title")
            for tag in newest.keys() & public.keys()
        ):
            yield same_demand(action)


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
