"""The subject of a dashboard: an action, a campaign, or everything that the member may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from campaign_actions.actions.action_overview import ActionOverview, action_overviews
from campaign_actions.actions.campaign_overview import (
    CampaignOverview,
    get_action_and_campaign,
    get_campaign_overview,
)
from campaign_actions.actions.models import Action
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.i18n.gettext import isolate
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.web.staff.access.authorization import allows
from campaign_actions.web.staff.campaign_table import visible_campaigns


@dataclass(frozen=True)
class Group:
    """A line of the comparison: a campaign, or an action of one campaign."""

    id: int
    title: str
    action_ids: tuple[int, ...]
    address: str


@dataclass(frozen=True)
class Scope:
    """`address_values`: what the addresses of its pages begin with."""

    endpoint: str  # of the page
    actions: tuple[ActionOverview, ...]
    groups: tuple[Group, ...] = ()
    campaign: CampaignOverview | None = None
    action: ActionOverview | None = None
    address_values: Mapping[str, int] = field(default_factory=dict)
    shows_lists: bool = False  # whether the member may see the lists of people that rows lead to

    @property
    def action_ids(self) -> list[int]:
        return [action.id for action in self.actions]

    @property
    def name(self) -> str:
        """For file names."""
        if self.action:
            return self.action.name.replace("/", "-")
        return self.campaign.slug if self.campaign else "all"

    @property
    def title(self) -> str:
        """For pictures."""
        if self.action:
            return f"{isolate(self.action.title)} · {isolate(self.action.campaign_title)}"
        return self.campaign.title if self.campaign else str(_("All campaigns"))

    @property
    def actions_with_goals(self) -> tuple[ActionOverview, ...]:
        """Its one action; of several those that are public, as nobody works towards the others’ goals yet."""
        return (
            (self.action,) if self.action else tuple(one for one in self.actions if one.is_public)
        )

    @cached_property
    def source_names(self) -> SourceNames:
        return SourceNames({action.campaign_id for action in self.actions})

    def address(self, page: str, **values: str) -> str:
        all_values: dict[str, Any] = {**self.address_values, **values}
        return url_for(f"{self.endpoint}.{page}", **all_values)


def scope_of_action(campaign_id: int, action_id: int, now: datetime) -> Scope:
    """Raises NotFound."""
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=now)
    return Scope(
        "staff_actions_show",
        (action,),
        campaign=campaign,
        action=action,
        address_values={"campaign_id": campaign_id, "action_id": action_id},
        shows_lists=allows("signatures.view", campaign_id),
    )


def scope_of_campaign(campaign_id: int, now: datetime) -> Scope:
    """Raises NotFound."""
    campaign = get_campaign_overview(campaign_id, now=now)
    groups = tuple(
        Group(one.id, one.title, (one.id,), url_for("staff_actions_show.show", **one.ids))
        for one in campaign.actions
    )
    return Scope(
        "staff_dashboards_campaign",
        campaign.actions,
        groups,
        campaign=campaign,
        address_values={"campaign_id": campaign_id},
        shows_lists=allows("signatures.view", campaign_id),
    )


def scope_of_all(now: datetime) -> Scope:
    campaigns = visible_campaigns(now)
    ids = [action for one in campaigns for action in one.action_ids]
    actions = action_overviews(Action.id.in_(ids), locales=locales_current_first(), now=now)
    groups = tuple(
        Group(
            one.id,
            one.title,
            one.action_ids,
            url_for("staff_dashboards_campaign.show", campaign_id=one.id),
        )
        for one in campaigns
        if one.action_ids
    )
    shows_lists = all(allows("signatures.view", one.id) for one in campaigns)
    return Scope("staff_dashboards_all_campaigns", tuple(actions), groups, shows_lists=shows_lists)
