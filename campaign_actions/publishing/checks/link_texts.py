"""The texts of a campaign that may contain addresses, and where each is written."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from campaign_actions.actions.edit_forms import EMAIL_TEXTS
from campaign_actions.actions.field_labels import LABELS, field_label
from campaign_actions.actions.goals import MILESTONE, MILESTONES
from campaign_actions.actions.models import Action
from campaign_actions.campaigns import picture_content
from campaign_actions.campaigns.appearance_forms import PREFIX
from campaign_actions.campaigns.models import Partner
from campaign_actions.catalogs.campaign_texts.fields import (
    ACTION_FIELDS,
    CAMPAIGN_FIELDS,
    CopyField,
)
from campaign_actions.core.i18n.list_format import label_in_languages
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.publishing.findings import Finding, State, edit_url, partners_url, picture_url
from campaign_actions.publishing.queries import Plan, text_of, title_of

TextAndPlace = tuple[str, partial[Finding]]  # and what a finding about the text says of its place


def _names(fields: Iterable[CopyField], *, is_markdown: bool) -> tuple[str, ...]:
    """Of the texts of a campaign or an action; those of its picture, milestones and emails aside."""
    others = {*picture_content.TEXTS, *MILESTONES, *EMAIL_TEXTS}
    return tuple(
        field.name
        for field in fields
        if field.is_markdown == is_markdown and field.name not in others
    )


MARKDOWN_CAMPAIGN_TEXTS = _names(CAMPAIGN_FIELDS, is_markdown=True)
MARKDOWN_ACTION_TEXTS = _names(ACTION_FIELDS, is_markdown=True)
PLAIN_CAMPAIGN_TEXTS = _names(CAMPAIGN_FIELDS, is_markdown=False)
PLAIN_ACTION_TEXTS = _names(ACTION_FIELDS, is_markdown=False)


def markdown_texts(plan: Plan, locale: str) -> Iterator[TextAndPlace]:
    """Texts that may contain links."""
    return iter(markdown_by_context(plan, locale).values())


def markdown_by_context(
    plan: Plan, locale: str, *, with_emails: bool = False
) -> dict[str, TextAndPlace]:
    """The same, by the contexts of their messages. `with_emails`: and the paragraphs in emails."""
    names = (*MARKDOWN_ACTION_TEXTS, *(EMAIL_TEXTS if with_emails else ()))
    return dict(_with_contexts(plan, locale, MARKDOWN_CAMPAIGN_TEXTS, names))


def all_by_context(plan: Plan, locale: str) -> dict[str, TextAndPlace]:
    """All texts of the campaign, its partners and actions, without questions and milestones."""
    of_campaign = (*MARKDOWN_CAMPAIGN_TEXTS, *PLAIN_CAMPAIGN_TEXTS, *picture_content.TEXTS)
    of_actions = (*MARKDOWN_ACTION_TEXTS, *PLAIN_ACTION_TEXTS, *picture_content.TEXTS, *EMAIL_TEXTS)
    return dict(_with_contexts(plan, locale, of_campaign, of_actions))


def _with_contexts(
    plan: Plan, locale: str, campaign_texts: Iterable[str], action_texts: Iterable[str]
) -> Iterator[tuple[str, TextAndPlace]]:
    for name in campaign_texts if locale in plan.texts else ():
        place = _of_campaign(plan, locale, name)
        context = f"campaign: {name.replace('_', ' ')}"
        yield context, (getattr(plan.texts[locale], name), place)
    for partner in plan.partners:
        for text_and_place in _of_partner(plan, partner, locale, "points"):
            yield f"partner {partner.id}: points", text_and_place
    for action in plan.actions:
        if text := text_of(action, locale):
            for name in action_texts:
                place = _of_action(plan, action, locale, name)
                yield (
                    f"action {action.slug}: {name.replace('_', ' ')}",
                    (getattr(text, name), place),
                )


def plain_texts(plan: Plan, locale: str) -> Iterator[TextAndPlace]:
    """Texts in which an address does not become a link."""
    for name in (*PLAIN_CAMPAIGN_TEXTS, *picture_content.TEXTS):
        yield getattr(plan.texts[locale], name), _of_campaign(plan, locale, name)
    yield from _of_partners(plan, locale, "name")
    for action in plan.actions:
        if text := text_of(action, locale):
            for name in (*PLAIN_ACTION_TEXTS, *picture_content.TEXTS):
                yield getattr(text, name), _of_action(plan, action, locale, name)
            for milestone in action.milestones:
                place = _of_action(plan, action, locale, f"{MILESTONE}{milestone.number}")
                for words in (one.text for one in milestone.texts if one.locale == locale):
                    yield words, place


def line_of(text: str, words: str) -> int:
    """The first line with the words, counted from 1; 0 if there is none."""
    return next((line for line, it in enumerate(text.splitlines(), 1) if words in it), 0)


def partner_name(partner: Partner, *tags: str) -> tuple[str, str]:
    """A partner’s name and its language: the first of `tags` that it has, or else any."""
    names = {text.locale: text.name for text in partner.texts if text.name.strip()}
    tag = next((tag for tag in (*tags, *sorted(names)) if tag in names), "")
    return names.get(tag, ""), tag


def partner_place(plan: Plan, partner: Partner, name: str, locale: str = "") -> partial[Finding]:
    """The place of a partner’s text in a language, or of its website. It is named as the changes name it."""
    subject, tag = partner_name(partner, current_locale(), plan.campaign.source_locale)
    tags = [locale] if locale else []
    return partial(
        Finding,
        url=partners_url(plan.campaign.id, partner.id, ".".join((*tags, name))),
        subject=subject,
        locale=tag,
        field=label_in_languages(LABELS["campaign"]["partners", name], tags),
    )


def _of_campaign(plan: Plan, locale: str, name: str) -> partial[Finding]:
    return partial(_campaign_finding, plan, locale, name)


def _of_action(plan: Plan, action: Action, locale: str, name: str) -> partial[Finding]:
    return partial(_action_finding, plan, action, locale, name)


def _campaign_finding(
    plan: Plan,
    text_locale: str,
    name: str,
    /,
    state: State,
    message: str,
    remedy: str = "",
    **more: Any,
) -> Finding:
    """Its place is named only here: most texts have no finding, and labels take long."""
    url = _url(plan, None, text_locale, name)
    label = field_label("campaign", f"texts.{text_locale}.{name}")
    return Finding(state, message, remedy, url, field=label, **more)


def _action_finding(
    plan: Plan,
    action: Action,
    text_locale: str,
    name: str,
    /,
    state: State,
    message: str,
    remedy: str = "",
    **more: Any,
) -> Finding:
    title, tag = title_of(action, text_locale, plan.campaign.source_locale)
    label = field_label("action", f"texts.{text_locale}.{name}", kind_of_action=action.kind)
    return Finding(
        state,
        message,
        remedy,
        _url(plan, action.id, text_locale, name),
        subject=title,
        locale=tag,
        action_id=action.id,
        field=label,
        **more,
    )


def _url(plan: Plan, action_id: int | None, locale: str, name: str) -> str:
    if name in picture_content.TEXTS:
        anchor = f"{name.removeprefix(PREFIX)}-{locale}"
        return f"{picture_url(plan.campaign.id, action_id)}#{anchor}"
    return edit_url(plan.campaign.id, action_id, locale=locale, field=name)


def _of_partners(plan: Plan, locale: str, name: str) -> Iterator[TextAndPlace]:
    for partner in plan.partners:
        yield from _of_partner(plan, partner, locale, name)


def _of_partner(plan: Plan, partner: Partner, locale: str, name: str) -> Iterator[TextAndPlace]:
    for text in (one for one in partner.texts if one.locale == locale):
        yield getattr(text, name), partner_place(plan, partner, name, locale)
