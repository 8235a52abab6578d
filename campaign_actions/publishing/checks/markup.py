"""Check for unknown blocks and blocks that are not closed, with the lines where they are."""

from collections.abc import Iterator

from flask_babel import gettext as _

from campaign_actions.actions.field_labels import field_label
from campaign_actions.core.content.block_markup import markup_problems
from campaign_actions.publishing.findings import Finding, edit_url, partners_url
from campaign_actions.publishing.queries import Plan, text_of, title_of


def check_markup(plan: Plan, locale: str) -> Iterator[Finding]:
    for text, label, finding in _texts(plan, locale):
        for problem in markup_problems(text):
            yield Finding(
                "blocker",
                _("%(name)s: %(value)s", name=label, value=problem.message),
                url=finding.url,
                subject=finding.subject,
                locale=finding.locale,
                action_id=finding.action_id,
            )


def _texts(plan: Plan, locale: str) -> Iterator[tuple[str, str, Finding]]:
    """Markdown texts in a language, with their labels, and where each belongs."""
    campaign = plan.texts[locale]
    for name in ("body", "result"):
        url = edit_url(plan.campaign.id, locale=locale, field=name)
        label = field_label("campaign", f"texts.{locale}.{name}")
        yield getattr(campaign, name), label, Finding("blocker", "", url=url)
    for partner in plan.partners:
        for text in (one for one in partner.texts if one.locale == locale):
            url = partners_url(plan.campaign.id, partner.id, f"{locale}.points")
            yield text.points, text.name, Finding("blocker", "", url=url)
    for action in plan.actions:
        title, tag = title_of(action, locale, plan.campaign.source_locale)
        if copy := text_of(action, locale):
            for name in ("body", "background", "result"):
                label = field_label("action", f"texts.{locale}.{name}")
                url = edit_url(plan.campaign.id, action.id, locale=locale, field=name)
                place = Finding(
                    "blocker", "", url=url, subject=title, locale=tag, action_id=action.id
                )
                yield getattr(copy, name), label, place
