"""Checks, by line, for unknown blocks, blocks that are not closed, and marks that readers would see."""

from collections.abc import Iterator
from dataclasses import replace

from flask_babel import gettext as _

from campaign_actions.actions.field_labels import field_label
from campaign_actions.core.content.block_markup import markup_problems
from campaign_actions.core.content.plain_marks import find_links_to_nowhere, find_plain_marks
from campaign_actions.core.i18n.formatting import number
from campaign_actions.publishing.findings import Finding, edit_url, partners_url
from campaign_actions.publishing.queries import Plan, text_of, title_of


def check_markup(plan: Plan, locale: str) -> Iterator[Finding]:
    for text, label, finding in _texts(plan, locale):
        for problem in markup_problems(text):
            message = _("%(name)s: %(value)s", name=label, value=problem.message)
            yield replace(finding, message=message)
        for line, mark in find_plain_marks(text):
            words = _(
                "Line %(line)s: “%(mark)s” will appear as plain text.",
                line=number(line),
                mark=mark,
            )
            yield replace(
                finding,
                state="warning",
                message=_("%(name)s: %(value)s", name=label, value=words),
                remedy=_("Use the formatting of the text fields instead."),
            )
        for line, link in find_links_to_nowhere(text):
            words = _(
                "Line %(line)s: the link “%(words)s” leads nowhere.", line=number(line), words=link
            )
            yield replace(
                finding,
                state="warning",
                message=_("%(name)s: %(value)s", name=label, value=words),
                remedy=_("Enter its address, or remove the link."),
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
