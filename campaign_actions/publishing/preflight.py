"""Looking through a campaign before it is published: one list, the same for the page and the verb.

Reading it is cheap, and each visit of the page does. Trying out its mails and signatures is not:
that is done when somebody asks for it, and before anything opens.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from campaign_actions.actions.models import Action
from campaign_actions.catalogs.store.repository import Catalog, campaign_catalog
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.locale import locales
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.publishing.checks.emails import look_at_mails
from campaign_actions.publishing.checks.links import look_at_links
from campaign_actions.publishing.checks.texts import look_at_texts
from campaign_actions.publishing.checks.translations import look_at_translations
from campaign_actions.publishing.queries import Plan, title_of
from campaign_actions.publishing.result import (
    Finding,
    Inspection,
    Preflight,
    Section,
    edit_address,
    new_action_address,
)

SMALL_GOAL = 10


def preflight(plan: Plan, how: Inspection) -> Preflight:
    """Everything there is to look at before the campaign opens."""
    catalog = campaign_catalog(plan.campaign.id)
    languages = (_language(plan, catalog, locale, how) for locale in plan.texts)
    whole = Section("", is_public=True, findings=tuple(_whole(plan, how.at)))
    return Preflight((*languages, whole), tried_at=how.now if how.life else None)


def _language(plan: Plan, catalog: Catalog | None, locale: str, how: Inspection) -> Section:
    findings = [*look_at_texts(plan, locale)]
    findings += look_at_translations(catalog, locale) if catalog else ()
    findings += look_at_links(plan, locale, how)
    if locale in locales():
        findings += look_at_mails(plan, locale, how.now, how.life) if how.life else ()
    else:
        words = _("This site has no pages in this language yet, so nobody sees it.")
        remedy = _("Its catalog has to be translated first.")
        findings.append(Finding("warning", words, remedy, f"/staff/translations/{locale}/"))
    return Section(locale, plan.texts[locale].is_public, tuple(findings))


def _whole(plan: Plan, at: datetime) -> Iterator[Finding]:
    if not plan.public_locales:
        yield Finding(
            "mend",
            _("No language is marked as public."),
            _("Tick at least one language that is ready."),
            "#languages",
        )
    if not plan.actions:
        yield Finding(
            "warning",
            _("Visitors cannot do anything in this campaign yet."),
            _("Add an action, or open one later."),
            new_action_address(plan.campaign.id),
        )
    for action in plan.actions:
        yield from _action(plan, action, at)


def _action(plan: Plan, action: Action, at: datetime) -> Iterator[Finding]:
    address = edit_address(plan.campaign.id, action.id)
    subject: dict[str, Any] = {"subject": title_of(action), "action_id": action.id}
    goal = _("Goal: %(goal)s.", goal=number(action.goal))
    if action.goal < SMALL_GOAL:
        remedy = _("That is very few people: is a digit missing?")
        yield Finding("warning", goal, remedy, address, **subject)
    else:
        yield Finding("ok", goal, **subject)
    closes_at = action.closes_at
    if closes_at is None:
        yield Finding("ok", _("Open until it is closed by hand."), **subject)
    elif closes_at <= at:
        yield Finding(
            "mend",
            _(
                "The action would be closed when the campaign opens: its end is %(moment)s.",
                moment=datetime_here(closes_at),
            ),
            _("Set a later end, or none."),
            f"/staff/campaigns/{plan.campaign.id}/actions/{action.id}/close/",
            **subject,
        )
    else:
        words = _("Open until %(moment)s.", moment=datetime_here(closes_at))
        yield Finding("ok", words, **subject)
