"""The actions and languages of a campaign that can be shared.

Leaflets and posters are printed before an action opens, so staff get its links and codes from the start.
"""

from datetime import datetime

from campaign_actions.actions.action_overview import ActionOverview, later_of
from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.queries import PublicAction, find_action, find_written_action
from campaign_actions.core.i18n.locale import locales


def languages_to_share(campaign: CampaignOverview, action: ActionOverview) -> list[str]:
    """In which it is public, or will be; none once it is closed."""
    if not action.can_be_shared:
        return []
    return [tag for tag in locales() if tag in campaign.public_locales and tag in action.locales]


def find_to_share(
    campaign: CampaignOverview, action: ActionOverview, *, locale: str, now: datetime
) -> PublicAction | None:
    """The action as the public sees it, or, before it opens, as it is written now."""
    if locale not in languages_to_share(campaign, action):
        return None
    if action.is_public:
        return find_action(campaign.slug, action.slug, locale=locale, now=now)
    return find_written_action(action.id, locales=[locale], now=now)


def opening_time(campaign: CampaignOverview, action: ActionOverview) -> datetime | None:
    """From when its links work; None if that is not decided."""
    return later_of(campaign.published_at, action.published_at)
