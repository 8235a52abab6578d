"""The texts of an edit page that must be fixed before they can be public."""

from collections.abc import Collection, Mapping

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.edit_forms import EMAIL_TEXTS
from campaign_actions.campaigns.bilingual_form import BilingualForm
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.core.content.block_markup import markup_problems
from campaign_actions.core.content.page_faults import find_empty_places
from campaign_actions.core.db.session import utc_now
from campaign_actions.publishing.checks.fields import blocked_fields
from campaign_actions.publishing.checks.markup import samples
from campaign_actions.publishing.findings import Finding
from campaign_actions.publishing.preflight import check_closing
from campaign_actions.publishing.queries import get_plan
from campaign_actions.web.staff.publishing.preflight_runs import opening_time, preflight_context

# The checks of links find nothing in a text without any of these.
CLOSING = "closes_at"
LINK_MARKS = ("[", "](", "//", "example.")


def texts_to_fix(
    bilingual_form: BilingualForm,
    content: Content,
    campaign: CampaignOverview,
    action: ActionOverview | None,
) -> Mapping[str, list[Finding]]:
    """The findings about each saved text, by the name of its field. Text typed since is not checked.

    And about a closing time at which the action would be closed when it opens.
    """
    return {
        **_texts_to_fix(bilingual_form, content, campaign, action),
        **_closing_to_fix(bilingual_form, content, campaign, action),
    }


def _closing_to_fix(
    bilingual_form: BilingualForm,
    content: Content,
    campaign: CampaignOverview,
    action: ActionOverview | None,
) -> Mapping[str, list[Finding]]:
    """Only a draft has the field."""
    own, now = bilingual_form.own, utc_now()
    if CLOSING not in own:
        return {}
    field = own[CLOSING]
    opens_at = max(now, campaign.published_at or now)
    if action is None or not action.closes_at or action.closes_at > opens_at:
        return {}
    if field.errors or (field.data and field.data.isoformat()) != content.get(CLOSING):
        return {}
    found = check_closing(campaign.id, action, now=now, opens_at=opens_at)
    return {CLOSING: [found]} if found.state == "blocker" else {}


def _texts_to_fix(
    bilingual_form: BilingualForm,
    content: Content,
    campaign: CampaignOverview,
    action: ActionOverview | None,
) -> Mapping[str, list[Finding]]:
    typed = {field.name: field.data for field in bilingual_form.fields()}
    saved = {name: text for name, text in typed.items() if text and text == content.get(name)}
    words = samples()
    if not any(_is_worth_a_check(name, text, words) for name, text in saved.items()):
        return {}
    plan, action_id = get_plan(campaign.id), action.id if action else None
    context = preflight_context(opening_time(plan))
    found = blocked_fields(plan, bilingual_form.shown, context, action_id=action_id)
    return {name: found[name] for name in found if name in saved}


def _is_worth_a_check(name: str, text: object, words: Collection[str]) -> bool:
    """Loading the whole campaign takes long. Only links, faults and texts of emails are worth it."""
    if not name.startswith("texts.") or not isinstance(text, str):
        return False
    is_of_email = name.rpartition(".")[2] in EMAIL_TEXTS
    has_link = any(mark in text.lower() for mark in LINK_MARKS)
    is_faulty = any(markup_problems(text)) or any(find_empty_places(text, words))
    return is_of_email or has_link or is_faulty
