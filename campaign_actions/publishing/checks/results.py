"""Checks of the results of a campaign before it is archived: they are public at once."""

from collections.abc import Collection, Mapping
from functools import partial

from campaign_actions.core.content.markdown_links import find_links
from campaign_actions.publishing.checks.links import check_markdown_links
from campaign_actions.publishing.checks.markup import check_empty_places, samples
from campaign_actions.publishing.findings import Finding, PreflightContext
from campaign_actions.publishing.queries import Plan


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
