"""Checks of results: of a campaign before it is archived, as they are public at once, and of deleted ones."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial

from flask_babel import gettext as _

from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns.models import CampaignText
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
