"""The open tasks of one campaign, for its own page: each with the page on which to do it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.catalogs.workflow.untranslated import (
    Untranslated,
    current_campaigns,
    untranslated,
)
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.locale import language_here
from campaign_actions.web.staff.access.authorization import allows, allows_at
from campaign_actions.web.staff.publishing.open_steps import open_steps
from campaign_actions.web.staff.tab_counts import undecided_comments
from campaign_actions.web.staff.waiting.store import keep_strings


@dataclass(frozen=True)
class Task:
    """`address`: of the page on which to do it; "" for someone who may not open that."""

    words: str
    address: str


def campaign_tasks(campaign: CampaignOverview, *, now: datetime) -> list[Task]:
    """Of a campaign that is not archived, without changes to publish: the page has them above its tabs.

    They are the same for everyone, so that nobody thinks that all is done.
    """
    return [*_steps(campaign), *_comments(campaign), *_strings(campaign, now)]


def _steps(campaign: CampaignOverview) -> Iterator[Task]:
    if campaign.state in ("draft", "scheduled") and (left := open_steps(campaign)):
        words = ngettext(
            "%(num)d step of the checklist is left", "%(num)d steps of the checklist are left", left
        )
        yield Task(words, url_for("staff_publishing_checklist.show", campaign_id=campaign.id))


def _comments(campaign: CampaignOverview) -> Iterator[Task]:
    for action in campaign.actions:
        if count := undecided_comments(action):
            words = _("Comments to read: %(count)s, %(title)s", count=count, title=action.title)
            is_mine = allows("comments.moderate", campaign.id)
            address = url_for("staff_actions_comments.index", **action.ids) if is_mine else ""
            yield Task(words, address)


def _strings(campaign: CampaignOverview, now: datetime) -> Iterator[Task]:
    found = current_campaigns([campaign.id], now=now)
    for work in untranslated(found, None, interface=(), kept=keep_strings):
        yield Task(_words(work), _address(work))


def _words(work: Untranslated) -> str:
    language = language_here(work.locale)
    words: str = _(
        "Strings to translate: %(count)s, %(language)s", count=number(work.count), language=language
    )
    return words


def _address(work: Untranslated) -> str:
    if not allows_at("translations.view", language=work.locale, catalog=work.catalog):
        return ""
    return url_for(
        "staff_translations_strings.index",
        language=work.locale,
        catalog=work.catalog,
        show="waiting",
    )
