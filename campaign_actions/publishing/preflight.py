"""Pre-flight checks of a campaign, the same on its page and before it is published.

The page runs the cheap ones at each visit. Rendering emails and making a test signature takes
longer, so that happens on request and before anything opens.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Protocol

from flask_babel import gettext as _

from campaign_actions.actions.models import Action
from campaign_actions.catalogs.store.repository import Catalog, campaign_catalog
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.locale import current_locale, locales
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.core.mail.transports import reaches_people
from campaign_actions.core.urls import is_reachable, public_url
from campaign_actions.outbox.delivery import current_delivery
from campaign_actions.publishing.checks.addressees import check_addressee
from campaign_actions.publishing.checks.email_texts import check_email_texts
from campaign_actions.publishing.checks.emails import check_emails
from campaign_actions.publishing.checks.links import check_links
from campaign_actions.publishing.checks.markup import check_markup
from campaign_actions.publishing.checks.milestones import check_milestone_texts, check_milestones
from campaign_actions.publishing.checks.questions import check_questions, check_required
from campaign_actions.publishing.checks.results import check_deleted
from campaign_actions.publishing.checks.texts import check_texts
from campaign_actions.publishing.checks.translations import (
    check_translations,
    links_for_translators,
)
from campaign_actions.publishing.findings import (
    NOT_SENT_URL,
    STATUS_URL,
    Finding,
    PreflightContext,
    PreflightResult,
    Section,
    edit_url,
    new_action_url,
)
from campaign_actions.publishing.queries import Plan, title_of
from campaign_actions.publishing.site_languages import check_site

MIN_USUAL_GOAL = 10  # a smaller one may be a typing error


class Closing(Protocol):
    """An action as a whole, or its overview."""

    @property
    def id(self) -> int: ...

    @property
    def closes_at(self) -> datetime | None: ...


def run_preflight(plan: Plan, context: PreflightContext) -> PreflightResult:
    catalog = campaign_catalog(plan.campaign.id, only_pages=True)
    languages = (_language_section(plan, catalog, locale, context) for locale in plan.texts)
    overall = Section("", is_public=True, findings=tuple(_campaign_findings(plan, context)))
    return PreflightResult(
        (*languages, overall), tested_at=context.now if context.lifetimes else None
    )


def _language_section(
    plan: Plan, catalog: Catalog | None, locale: str, context: PreflightContext
) -> Section:
    findings = [*check_markup(plan, locale), *check_texts(plan, locale, context.now)]
    findings += check_deleted(plan, locale, context)
    findings += check_milestone_texts(plan, locale)
    findings += check_questions(plan, locale)
    findings += check_translations(plan, catalog, locale, context) if catalog else ()
    findings += check_email_texts(plan, locale)
    findings += check_links(plan, locale, context)
    if catalog:
        findings = links_for_translators(findings, plan, catalog, locale, context)
    if locale in locales():
        if context.lifetimes:
            findings += check_emails(plan, locale, context.now, context.lifetimes)
    else:
        findings += check_site(plan, locale, findings)
    return make_section(plan, locale, findings)


def make_section(plan: Plan, locale: str, findings: Iterable[Finding]) -> Section:
    """Findings about a language. It cannot be left out if it is left out already, or the only public one."""
    is_public = locale in plan.public_locales
    can_leave_out = is_public and len(plan.public_locales) > 1
    return Section(
        locale,
        is_public,
        tuple(
            replace(finding, remedy=_remedy_alone(finding), can_leave_out=False)
            if finding.can_leave_out and not can_leave_out
            else finding
            for finding in findings
        ),
    )


def _remedy_alone(finding: Finding) -> str:
    """Where the language cannot be left out."""
    missing: str = _("Add the missing texts.")
    return finding.remedy_alone or missing


def _campaign_findings(plan: Plan, context: PreflightContext) -> Iterator[Finding]:
    if not plan.public_locales:
        yield Finding(
            "blocker",
            _("No language is marked as public."),
            _("Tick at least one language that is ready."),
            "#languages",
            permission="campaigns.view",
        )
    if not plan.actions:
        yield Finding(
            "warning",
            _("Visitors cannot take part in this campaign yet."),
            _("Add an action, now or later."),
            new_action_url(plan.campaign.id),
        )
    for action in plan.actions:
        if not plan.has_ended(action.id, context.now):
            yield from _action_findings(plan, action, context)


def _action_findings(plan: Plan, action: Action, context: PreflightContext) -> Iterator[Finding]:
    url = edit_url(plan.campaign.id, action.id)
    title, tag = title_of(action, current_locale(), plan.campaign.source_locale)
    finding = partial(Finding, subject=title, locale=tag, action_id=action.id)
    is_public = plan.is_public(action, context.now)
    yield from _server_findings(finding, is_public=is_public, now=context.now)
    goal = _("Goal: %(goal)s.", goal=number(action.goal))
    if action.goal < MIN_USUAL_GOAL:
        remedy = _("This goal is very low. Check that no digit is missing.")
        yield finding("warning", goal, remedy, url)
    else:
        yield finding("ok", goal)
    yield from check_addressee(plan, action, context.now)
    yield from check_milestones(plan, action, finding)
    if is_public:
        yield from check_required(plan, action, finding)
    opens_at = context.now if is_public else context.opens_at
    closing = check_closing(plan.campaign.id, action, now=context.now, opens_at=opens_at)
    yield replace(closing, subject=title, locale=tag, action_id=action.id)


def _server_findings(
    finding: partial[Finding], *, is_public: bool, now: datetime
) -> Iterator[Finding]:
    """Why nobody can confirm. Missing settings block actions that are not public yet; a mail server that
    accepts nothing at present is only a warning, because the emails are kept."""
    to_fix = partial(finding, url=STATUS_URL, permission="system.watch")
    if not reaches_people() and not is_public:
        yield to_fix(
            "blocker",
            _("Emails are saved as files and never sent, so no one can confirm."),
            _("Ask someone with access to the server to set up email."),
            is_pending=True,
        )
    elif not is_reachable():
        yield to_fix(
            "warning" if is_public else "blocker",
            _("Links in emails open on the server alone, so no one can confirm."),
            _(
                "They begin with %(url)s. Ask someone with access to the server to set PUBLIC_URL.",
                url=public_url(""),
            ),
            is_pending=not is_public,
        )
    elif reaches_people() and (reason := current_delivery(now).words):
        yield to_fix(
            "warning",
            _("Emails cannot be sent at present, so no one can confirm. %(reason)s", reason=reason),
            _("Ask someone with access to the server to fix this. The emails are kept until then."),
            url=NOT_SENT_URL,
        )


def check_closing(
    campaign_id: int, action: Closing, *, now: datetime, opens_at: datetime
) -> Finding:
    """Whether people can take part when it opens."""
    closes_at = action.closes_at
    if closes_at is None:
        return Finding("ok", _("Open, with no closing time."))
    if closes_at > max(now, opens_at):
        return Finding("ok", _("Open until %(moment)s.", moment=datetime_here(closes_at)))
    message = (
        _(
            "The action closed on %(moment)s, so nobody could take part.",
            moment=datetime_here(closes_at),
        )
        if closes_at < now
        else _(
            "The action would already be closed when the campaign opens. It closes on %(moment)s.",
            moment=datetime_here(closes_at),
        )
    )
    remedy = _("Set a later closing time, or none.")
    return Finding(
        "blocker",
        message,
        remedy,
        f"/staff/campaigns/{campaign_id}/actions/{action.id}/close/",
        permission="campaigns.publish",
    )
