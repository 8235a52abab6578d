"""The open tasks of one campaign, for its own page: each with the page on which to do it."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.listing.without_result import actions_without_result
from campaign_actions.campaigns.queries import languages_left
from campaign_actions.catalogs.workflow.untranslated import (
    Untranslated,
    current_campaigns,
    untranslated,
)
from campaign_actions.core.i18n.locale import language_here, locales_current_first
from campaign_actions.web.staff.access.authorization import allows, allows_at
from campaign_actions.web.staff.publishing.open_steps import open_steps
from campaign_actions.web.staff.tab_counts import count_undecided_comments
from campaign_actions.web.staff.waiting.campaigns import lines_without_result, result_lines
from campaign_actions.web.staff.waiting.clusters import cluster_lines
from campaign_actions.web.staff.waiting.drafts import unopened_lines
from campaign_actions.web.staff.waiting.item import WaitingItem
from campaign_actions.web.staff.waiting.store import keep_strings


def campaign_tasks(campaign: CampaignOverview, *, now: datetime) -> list[WaitingItem]:
    """Without changes to publish: the page has them above its tabs. An archived campaign may lack its result.

    They are the same for everyone, so that nobody thinks that all is done; one for someone else has no
    address.
    """
    if campaign.state == "archived":
        return list(result_lines(languages_left([campaign.id], now)))
    return [
        *_steps(campaign),
        *unopened_lines(campaign),
        *_results(campaign, now),
        *_comments(campaign),
        *cluster_lines([campaign.id], now),
        *_strings(campaign, now),
    ]


def _steps(campaign: CampaignOverview) -> Iterator[WaitingItem]:
    if campaign.state in ("draft", "scheduled") and (left := open_steps(campaign)):
        what = ngettext("Step of the checklist left", "Steps of the checklist left", left)
        address = url_for("staff_publishing_checklist.show", campaign_id=campaign.id)
        yield WaitingItem(left, what, [], _("Open checklist"), address)


def _results(campaign: CampaignOverview, now: datetime) -> Iterator[WaitingItem]:
    locales = locales_current_first()
    return lines_without_result(actions_without_result([campaign.id], locales=locales, now=now))


def _comments(campaign: CampaignOverview) -> Iterator[WaitingItem]:
    for action in campaign.actions:
        if count := count_undecided_comments(action):
            what = ngettext("Comment to read", "Comments to read", count)
            is_mine = allows("comments.moderate", campaign.id)
            address = url_for("staff_actions_comments.index", **action.ids) if is_mine else ""
            yield WaitingItem(count, what, [action.title], _("Read comments"), address)


def _strings(campaign: CampaignOverview, now: datetime) -> Iterator[WaitingItem]:
    found = current_campaigns([campaign.id], now=now)
    for work in untranslated(found, None, interface=(), kept=keep_strings):
        what = ngettext(
            "String to translate: %(language)s",
            "Strings to translate: %(language)s",
            work.count,
            language=language_here(work.locale),
        )
        yield WaitingItem(work.count, what, [], _("Translate"), _address(work))


def _address(work: Untranslated) -> str:
    if not allows_at("translate", language=work.locale, catalog=work.catalog):
        return ""
    return url_for(
        "staff_translations_strings.index",
        language=work.locale,
        catalog=work.catalog,
        show="waiting",
    )
