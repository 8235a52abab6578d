"""Which results pages show, and checks of them: before a campaign is archived, and of deleted ones.

The results of a campaign are public at once when it is archived.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial

from flask_babel import gettext as _

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.catalogs.campaign_texts.parts import Part
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.core.content.markdown_links import find_links
from campaign_actions.publishing.checks.links import check_markdown_links
from campaign_actions.publishing.checks.markup import check_empty_places, samples
from campaign_actions.publishing.findings import Finding, PreflightContext, edit_url
from campaign_actions.publishing.queries import Plan, text_of, title_of


def check_results(
    plan: Plan, results: Mapping[str, str], context: PreflightContext
) -> dict[str, list[str]]:
    """The problems in the Markdown of each language, after its form has checked the blocks."""
    words = samples()
    found = {tag: _problems(plan, text, words, context) for tag, text in results.items()}
    return {tag: problems for tag, problems in found.items() if problems}


def _problems(
    plan: Plan, text: str, words: Collection[str], context: PreflightContext
) -> list[str]:
    findings = (
        *check_empty_places(text, words),
        *check_markdown_links(plan, text, find_links(text), partial(Finding), context),
    )
    return [f"{_sentence(finding.message)} {finding.remedy}" for finding in findings]


def _sentence(message: str) -> str:
    return message if message.endswith(".") else f"{message}."


def check_deleted(plan: Plan, locale: str, context: PreflightContext) -> Iterator[Finding]:
    """Results that people can read and that the drafts no longer have."""
    campaign = plan.campaign
    is_archived = campaign.published_at is not None and campaign.archived_at is not None
    own = _written(plan, campaign.texts) if is_archived else frozenset()
    if is_archived and locale not in own and _was_written(plan, locale):
        yield _deleted(plan, locale, is_elsewhere=bool(own))
    for action in plan.actions:
        if not text_of(action, locale) or not plan.shows_result(action.id, context.opens_at):
            continue
        # Its page shows the result of the campaign if it has none of its own.
        shown = own | _written(plan, action.texts)
        if locale not in shown and _was_written(plan, locale, action.id):
            yield _deleted(plan, locale, action, is_elsewhere=bool(shown))


def hidden_results(plan: Plan, catalog: Catalog, at: datetime) -> set[str]:
    """The contexts of the results that are not shown at that time."""
    results = {one: owner for one, owner in owners_of(catalog).items() if one.endswith(": result")}
    return {one for one, owner in results.items() if not plan.shows_result(owner, at)}


def owners_of(catalog: Catalog) -> dict[str, int | None]:
    """By context, the id of the action that a message belongs to; None: the campaign."""
    return {
        part.context(field): part.subject_id if part.subject is ACTION else None
        for part in catalog.parts
        if isinstance(part, Part)
        for field in part.fields
    }


def _written(plan: Plan, texts: Iterable[CampaignText | ActionText]) -> frozenset[str]:
    """The public languages that have a result."""
    public = plan.public_locales
    return frozenset(one.locale for one in texts if one.result.strip() and one.locale in public)


def _was_written(plan: Plan, locale: str, action_id: int | None = None) -> bool:
    text = plan.rows.text(locale, action_id) if plan.rows else None
    return text is not None and bool(text.result.strip())


def _deleted(
    plan: Plan, locale: str, action: Action | None = None, *, is_elsewhere: bool
) -> Finding:
    """`is_elsewhere`: whether another public language has a result."""
    title, tag = title_of(action, locale, plan.campaign.source_locale) if action else ("", "")
    action_id = action.id if action else None
    message = _("The result has been deleted. The page will say that the outcome is not known yet.")
    if is_elsewhere:
        message = _(
            "The result has been deleted in this language. The page will say that it is available in another"
            " language."
        )
    return Finding(
        "warning",
        message,
        _("If people should still be able to read it, write it again."),
        edit_url(plan.campaign.id, action_id, locale=locale, field="result"),
        subject=title,
        locale=tag,
        action_id=action_id,
        permission="campaigns.publish",
    )
