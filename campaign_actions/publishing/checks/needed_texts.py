"""Which texts a campaign and its actions need before a language is public, and which of them are empty."""

from collections.abc import Collection, Mapping
from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.models import Action, ActionText
from campaign_actions.campaigns.models import CampaignText
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.catalogs.workflow.progress import Share
from campaign_actions.publishing.checks.left_out import demands_in
from campaign_actions.publishing.queries import Plan, text_of

Labels = Mapping[str, LazyString]  # of fields, by their names

# The labels of the fields on the edit pages.
CAMPAIGN_TEXTS = {
    "title": _l("Topic"),
    "headline": _l("Headline"),
    "summary": _l("Summary"),
    "body": _l("Page text"),
}

ACTION_TEXTS = {
    "title": _l("Demand"),
    "addressee": _l("Addressee"),
    "summary": _l("Summary"),
    "teaser": _l("Teaser"),
    "button": _l("Button text"),
    "body": _l("Why it matters"),
    "thanks": _l("Thank-you message"),
    "share_text": _l("Text for sharing"),
}

OPTIONAL_ACTION_TEXTS = {"background": _l("Background")}


def is_needed(
    name: str,
    locale: str,
    *,
    subject: str,
    content: Content,
    source: str,
    public_locales: Collection[str] = (),
) -> bool:
    """Whether a language needs a text of a campaign or an action before it is public.

    `subject`: "campaign" or "action". `content`: as it is saved. `source`: the source language.
    `public_locales`: of an action that is public, which may go on without an optional text.
    """
    if subject == "campaign":
        return name in CAMPAIGN_TEXTS
    is_in_source, is_written = (
        bool((content.get(f"texts.{tag}.{name}") or "").strip()) for tag in (source, locale)
    )
    would_be_missed = is_written or locale not in public_locales
    is_optional = name in OPTIONAL_ACTION_TEXTS and locale != source
    return name in ACTION_TEXTS or (is_optional and is_in_source and would_be_missed)


def needed_and_optional(
    plan: Plan, action: Action, locale: str, now: datetime
) -> tuple[Labels, Labels]:
    """An optional text is needed where the source has it, so that no new language shows half a page.

    A public page that lacks it can be without it until it is translated, unless it has demands.
    """
    source = text_of(action, plan.campaign.source_locale)
    public = plan.public_text(locale, action.id, now)
    optional = {
        field: name
        for field, name in OPTIONAL_ACTION_TEXTS.items()
        if not (written := getattr(source, field, "")).strip()
        or (public and not getattr(public, field).strip() and not demands_in(written))
    }
    needed = ACTION_TEXTS | OPTIONAL_ACTION_TEXTS
    return {field: name for field, name in needed.items() if field not in optional}, optional


def count_needed(plan: Plan, locale: str) -> Share:
    """How many of the texts that publishing needs a language has, of the campaign and its actions."""
    missing = len(missing_of_campaign(plan, locale))
    missing += sum(len(missing_of_action(action, locale)) for action in plan.actions)
    needed = len(CAMPAIGN_TEXTS) + len(ACTION_TEXTS) * len(plan.actions)
    return Share(needed - missing, needed)


def missing_of_campaign(plan: Plan, locale: str) -> dict[str, str]:
    """The labels of its missing texts in a language, by their names."""
    text = plan.texts.get(locale) or CampaignText(**dict.fromkeys(CAMPAIGN_TEXTS, ""))
    return empty_of(text, CAMPAIGN_TEXTS)


def missing_of_action(action: Action, locale: str) -> dict[str, str]:
    """The same of an action."""
    text = text_of(action, locale) or ActionText(**dict.fromkeys(ACTION_TEXTS, ""))
    return empty_of(text, labels_of(action))


def labels_of(action: Action, needed: Labels = ACTION_TEXTS) -> Labels:
    """Needed texts with the labels that they have for this kind of action."""
    labels = KINDS[action.kind].editing.labels
    return {field: labels.get(field, label) for field, label in needed.items()}


def empty_of(text: CampaignText | ActionText, fields: Labels) -> dict[str, str]:
    """The labels of the empty ones, by their names."""
    return {
        field: str(label) for field, label in fields.items() if not getattr(text, field).strip()
    }
