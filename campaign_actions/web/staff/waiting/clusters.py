"""Suspicious clusters to decide about, one line for each action."""

from collections.abc import Collection, Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.listing.titles import titled_actions
from campaign_actions.actions.signatures.clusters.overview import OpenClusters, count_open_clusters
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.web.staff.access.authorization import allows, campaigns_of
from campaign_actions.web.staff.waiting.item import WaitingItem

MAX_ACTIONS = 20  # those with the newest clusters


def clusters_waiting(now: datetime) -> Iterator[WaitingItem]:
    return cluster_lines(campaigns_of("signatures.change"), now)


def cluster_lines(campaigns: Collection[int] | None, now: datetime) -> Iterator[WaitingItem]:
    """Of these campaigns, or of all. Anyone who may not decide about them gets no address."""
    found = count_open_clusters(campaigns, now=now, max_actions=MAX_ACTIONS)
    actions = titled_actions(found, locales=locales_current_first())
    for action_id, clusters in found.items():
        action = actions[action_id]
        yield WaitingItem(
            clusters.number,
            ngettext("Suspicious cluster", "Suspicious clusters", clusters.number),
            [action.title, *_left(clusters)],
            _("Review clusters"),
            _address(action.campaign_id, action_id),
            (action.campaign_id,),
        )


def _address(campaign_id: int, action_id: int) -> str:
    if not allows("signatures.change", campaign_id):
        return ""
    there = "staff_signatures_clusters.index"
    return url_for(there, campaign_id=campaign_id, action_id=action_id)


def _left(clusters: OpenClusters) -> Iterator[str]:
    """How many participants, if that could be counted."""
    if clusters.left and clusters.is_exact:
        yield ngettext("%(num)d participant", "%(num)d participants", clusters.left)
    elif clusters.left:
        yield ngettext(
            "at least %(num)d participant", "at least %(num)d participants", clusters.left
        )
