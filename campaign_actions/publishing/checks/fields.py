"""The pre-flight checks whose findings are about one text, for the field in which it is written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from campaign_actions.publishing.checks.email_texts import check_email_texts
from campaign_actions.publishing.checks.links import check_links
from campaign_actions.publishing.checks.markup import check_markup
from campaign_actions.publishing.findings import Finding, PreflightContext
from campaign_actions.publishing.queries import Plan


def blocked_fields(
    plan: Plan, locales: Iterable[str], context: PreflightContext, *, action_id: int | None = None
) -> Mapping[str, list[Finding]]:
    """The findings that block publishing, by the name of the field: of an action or of the campaign."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for locale in (tag for tag in locales if tag in plan.texts):
        for finding in _findings(plan, locale, context):
            _page, _, field = finding.url.partition("#")
            if field and finding.state == "blocker" and finding.action_id == action_id:
                found[field].append(finding)
    return found


def _findings(plan: Plan, locale: str, context: PreflightContext) -> Iterator[Finding]:
    return chain(
        check_markup(plan, locale),
        check_email_texts(plan, locale),
        check_links(plan, locale, context),
    )
