"""The languages that only a draft has, ticked in the form that publishes it."""

from collections.abc import Sequence

from flask import request

from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.newest.drafts import Draft
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.core.db.session import db
from campaign_actions.publishing.languages import new_languages


def chosen_new_languages() -> set[str] | None:
    """Those ticked in the form that publishes; None if it offered none."""
    offered = set(request.form.getlist("offered"))
    return offered & set(request.form.getlist("public")) if offered else None


def offered_languages(campaign: CampaignOverview, drafts: Sequence[Draft]) -> dict[str, bool]:
    """The languages that only the draft of the campaign has, and whether they are ticked."""
    if not any(draft.subject is CAMPAIGN for draft in drafts):
        return {}
    new, ticked = new_languages(db.session.connection(), campaign.id), chosen_new_languages()
    return new if ticked is None else {tag: tag in ticked for tag in new}
