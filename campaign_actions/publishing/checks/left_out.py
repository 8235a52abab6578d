"""Paragraphs that a public page leaves out until they are translated, so that nothing else waits for them.

A text in another language is stored once all its paragraphs are translated. Until then its page keeps the old
text, so it never mixes languages.
"""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from flask_babel import ngettext

from campaign_actions.campaigns.models import CampaignText
from campaign_actions.catalogs.campaign_texts.alignment import Pair
from campaign_actions.core.content.blocks import blocks, split
from campaign_actions.publishing.findings import Finding
from campaign_actions.publishing.queries import Plan

# Texts that explain. The others stay complete: people or partners agree to them, or they are in emails.
EXPLAINING = ("body", "background", "result")
DEMANDS = "points"  # the container of the parts of a demand, which stay complete as well


def find_left_out(
    plan: Plan,
    locale: str,
    name: str,
    action_id: int | None,
    *,
    pair: Pair,
    lacking: Collection[str],
    now: datetime,
) -> set[str]:
    """Those of the `lacking` paragraphs that a text may leave out, since its public page has no more.

    `name`: of the text of the action, or else of the campaign. `pair`: its source and itself. A paragraph
    whose translation was taken out of the public text is still needed.
    """
    if plan.rows is None or name not in EXPLAINING or not _is_public(plan, locale, action_id, now):
        return set()
    former, public = (
        str(getattr(plan.rows.text(tag, action_id), name, ""))
        for tag in (plan.campaign.source_locale, locale)
    )
    if not public.strip():
        return set()
    source, text = pair
    needed = {block.text for block in blocks(source) if block.inside == DEMANDS}
    is_cut = len(split(text)) < len(split(public))
    return {*lacking} - needed - ({*split(former)} if is_cut else set())


def left_out_finding(place: partial[Finding], count: int) -> Finding:
    message = ngettext(
        "%(num)d new paragraph not translated", "%(num)d new paragraphs not translated", count
    )
    remedy = ngettext(
        "The page in this language keeps its old text, without this paragraph, until it is translated.",
        "The page in this language keeps its old text, without these paragraphs, until they are"
        " translated.",
        count,
    )
    return place("warning", message, remedy)


def _is_public(plan: Plan, locale: str, action_id: int | None, now: datetime) -> bool:
    """Whether people can read the action, or else the campaign, in a language."""
    action = None if action_id is None else plan.find_action(action_id)
    text = plan.rows.text(locale, None) if plan.rows else None
    is_open = plan.is_open(now) and (action is None or plan.is_public(action, now))
    return is_open and isinstance(text, CampaignText) and text.is_public
