"""Paragraphs that a public page leaves out until they are translated, so that nothing else waits for them.

A text in another language is stored once all its paragraphs are translated. Until then its page keeps the old
text, so it never mixes languages.
"""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from flask_babel import ngettext

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
    shown = plan.public_text(locale, action_id, now)
    if plan.rows is None or shown is None or name not in EXPLAINING:
        return set()
    source_shown = plan.rows.text(plan.campaign.source_locale, action_id)
    former, public = (str(getattr(text, name, "")) for text in (source_shown, shown))
    if not public.strip():
        return set()
    source, text = pair
    needed = demands_in(source)
    is_cut = len(split(text)) < len(split(public))
    return {*lacking} - needed - ({*split(former)} if is_cut else set())


def demands_in(text: str) -> set[str]:
    return {block.text for block in blocks(text) if block.inside == DEMANDS}


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
