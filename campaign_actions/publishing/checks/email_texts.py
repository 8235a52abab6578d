"""Checks of the paragraphs that an action has in its emails: unfinished places, HTML, links, length."""

from collections.abc import Iterator
from functools import partial

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.edit_forms import MAX_EMAIL_TEXT_LENGTH
from campaign_actions.core.content.block_markup import email_markup_problems
from campaign_actions.core.content.email_faults import (
    find_html,
    find_relative_links,
    find_unfinished,
)
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.list_format import label_in_languages
from campaign_actions.publishing.checks.link_texts import line_of
from campaign_actions.publishing.findings import Finding, edit_url
from campaign_actions.publishing.queries import Plan, text_of, title_of

# Without any, an email has its usual words, so a language without one that the source has only lacks a
# translation. Half of one is a fault. The checks of translations say both.
EMAIL_TEXTS = {
    "confirm_text": _l("In the email that asks to confirm"),
    "receipt_text": _l("In the receipt"),
}
MAX_COMFORTABLE_LENGTH = 600  # characters: with more, a phone does not show the button at first


def check_email_texts(plan: Plan, locale: str) -> Iterator[Finding]:
    for action in plan.actions:
        if text := text_of(action, locale):
            title, tag = title_of(action, locale, plan.campaign.source_locale)
            for name, label in EMAIL_TEXTS.items():
                if words := (getattr(text, name) or "").strip():
                    url = edit_url(plan.campaign.id, action.id, locale=locale, field=name)
                    finding = partial(
                        Finding, url=url, subject=title, locale=tag, action_id=action.id
                    )
                    yield from _paragraph(finding, label_in_languages(label, [locale]), words)


def _paragraph(finding: partial[Finding], label: str, words: str) -> Iterator[Finding]:
    for problem in email_markup_problems(words):
        message = _("%(name)s: %(value)s", name=label, value=problem.message)
        yield finding("blocker", message).at_line(problem.line)
    for it in find_unfinished(words):
        message = _("%(text)s: “%(it)s” still needs to be filled in.", text=label, it=it)
        remedy = _("Replace it with the final words or address.")
        yield finding("blocker", message, remedy).at_line(line_of(words, it))
    for link in dict.fromkeys(find_relative_links(words)):
        message = (
            _("%(text)s: %(link)s is not a full address.", text=label, link=link)
            if link
            else _("%(text)s: a link has no address.", text=label)
        )
        remedy = _("Write it as [text](https://…). Links in emails need the whole address.")
        yield finding("blocker", message, remedy).at_line(line_of(words, link or "]()"))
    for it in find_html(words):
        message = _("%(text)s: “%(it)s” will appear as plain text.", text=label, it=it)
        remedy = _("Use the formatting of the text fields instead.")
        yield finding("warning", message, remedy).at_line(line_of(words, it))
    if len(words) > MAX_EMAIL_TEXT_LENGTH:
        most = number(MAX_EMAIL_TEXT_LENGTH)
        message = _("%(text)s: the text is longer than %(most)s characters.", text=label, most=most)
        yield finding("blocker", message, _("Shorten the text."))
    elif len(words) > MAX_COMFORTABLE_LENGTH:
        message = _(
            "%(text)s: the text is long (%(count)s characters).",
            text=label,
            count=number(len(words)),
        )
        remedy = _("On a phone, people see the button only after scrolling. Shorten it if you can.")
        yield finding("warning", message, remedy)
