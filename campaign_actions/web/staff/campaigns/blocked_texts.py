"""The texts of an edit page that must be fixed before they can be public."""

from collections.abc import Mapping

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.campaigns.bilingual_form import BilingualForm
from campaign_actions.campaigns.versioning.three_way_merge import Content
from campaign_actions.publishing.checks.fields import blocked_fields
from campaign_actions.publishing.findings import Finding
from campaign_actions.publishing.queries import get_plan
from campaign_actions.web.staff.publishing.preflight_runs import opening_time, preflight_context


def blocked_texts(
    bilingual_form: BilingualForm,
    content: Content,
    campaign: CampaignOverview,
    action: ActionOverview | None,
) -> Mapping[str, list[Finding]]:
    """The findings about each saved text, by the name of its field. Text typed since is not checked."""
    plan, action_id = get_plan(campaign.id), action.id if action else None
    context = preflight_context(opening_time(plan))
    found = blocked_fields(plan, bilingual_form.shown, context, action_id=action_id)
    typed = {field.name: field.data for field in bilingual_form.fields()}
    return {name: found[name] for name in found if typed.get(name) == content.get(name)}
