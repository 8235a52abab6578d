"""A campaign or an action as the public would see it with the unsaved text of a form."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from campaign_actions.actions.action_overview import ActionIds
from campaign_actions.actions.edit import ASKS
from campaign_actions.actions.edit_forms import ActionForm
from campaign_actions.actions.goals import MILESTONES, PublicMilestone, shown_goal
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.newest.pages import (
    ACTION_TEXTS,
    CAMPAIGN_TEXTS,
    NewestPages,
    find_newest_pages,
)
from campaign_actions.actions.queries import PublicAction, find_written_action
from campaign_actions.campaigns.queries import PublicCampaign

FormData = MultiDict[str, str]


def campaign_with_draft(
    campaign_id: int,
    newest: NewestPages,
    sent: FormData,
    *,
    known: Iterable[str],
    now: datetime,
) -> PublicCampaign | None:
    """`known`: the languages it is written in. None if there are none."""
    locale, saved = newest.locale, newest.campaign
    other = next((tag for tag in known if tag != locale), locale)
    base = saved or find_newest_pages(campaign_id, locale=other, now=now).campaign
    if base is None:
        return None
    changes = _typed_texts(sent, locale, CAMPAIGN_TEXTS, is_new=saved is None)
    if "document_index" in sent:
        changes["document_index"] = sent["document_index"] or None
    return replace(base, **changes)


def action_with_draft(
    action: ActionIds,
    newest: NewestPages,
    sent: FormData,
    *,
    known: Iterable[str],
    now: datetime,
) -> PublicAction | None:
    """`known`: the languages it is written in. None if there are none."""
    locale, saved = newest.locale, newest.find_action(action["action_id"])
    base = saved or _in_other_language(action, known, now)
    if base is None:
        return None
    changes = _typed_texts(sent, locale, ACTION_TEXTS, is_new=saved is None)
    if "goal" in sent:  # else the page has no settings
        changes |= _typed_settings(ActionForm(sent), sent, base, now)
        changes |= _typed_milestones(ActionForm(sent), sent, base, locale)
    title = newest.campaign.title if newest.campaign else base.campaign_title
    return replace(base, locale=locale, campaign_title=title, **changes)


def _in_other_language(
    action: ActionIds, known: Iterable[str], now: datetime
) -> PublicAction | None:
    for tag in known:
        pages = find_newest_pages(action["campaign_id"], locale=tag, now=now)
        if found := pages.find_action(action["action_id"]):
            return found
    return find_written_action(action["action_id"], locales=known, now=now)


def _typed_texts(
    sent: Mapping[str, str], locale: str, names: Iterable[str], *, is_new: bool
) -> dict[str, Any]:
    """The texts of the form. In a new language, texts that are not in the form are empty."""
    typed = {name: sent.get(f"texts.{locale}.{name}") for name in names}
    return {name: text or "" for name, text in typed.items() if is_new or text is not None}


def _typed_settings(
    form: ActionForm, sent: FormData, base: PublicAction, now: datetime
) -> dict[str, Any]:
    """An invalid number or time leaves the saved one."""
    names = (*ASKS, "shows_comments", "sends_receipt")
    changes: dict[str, Any] = {name: form[name].data for name in names}
    if "kind" in sent:
        changes["kind"] = KINDS.get(form.kind.data, base.kind)
    if "closes_at" in sent and not form.closes_at.process_errors:
        closes_at = form.closes_at.data
        changes |= {"closes_at": closes_at, "is_open": closes_at is None or now < closes_at}
    return changes


def _typed_milestones(
    form: ActionForm, sent: FormData, base: PublicAction, locale: str
) -> dict[str, Any]:
    """With the goal, which may be one of them. Invalid numbers are left out."""
    texts = {
        form[name].data: sent.get(f"texts.{locale}.{name}", "")
        for name in MILESTONES
        if _is_number(form[name].data)
    }
    first = form.goal.data if _is_number(form.goal.data) else base.goal
    return {
        "goal": shown_goal(first, base.count, texts),
        "milestones": tuple(PublicMilestone(*each) for each in sorted(texts.items())),
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int) and value > 0
