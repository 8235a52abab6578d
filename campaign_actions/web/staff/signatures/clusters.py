"""Suspicious clusters of an action: those proposed, those decided, and deciding about one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.models import (
    COMPARED_FORMS,
    COUNTED,
    Signature,
    SignatureRow,
)
from campaign_actions.actions.personal_data.later_uses import covering_versions
from campaign_actions.actions.signatures.clusters import decide, queries
from campaign_actions.actions.signatures.clusters.left import is_emptied
from campaign_actions.actions.signatures.clusters.minutes import minutes_around, shown_period
from campaign_actions.actions.signatures.clusters.queries import (
    Cluster,
    count_open,
    decided_clusters,
    find_cluster,
    open_clusters,
)
from campaign_actions.actions.signatures.clusters.rules import Thresholds
from campaign_actions.actions.signatures.filters.filter import MARKABLE
from campaign_actions.actions.signatures.invalidation.random_sample import random_sample
from campaign_actions.actions.signatures.search import ResultCount, count_results
from campaign_actions.audit.log import record
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.content.drawings.minute_bars import MinuteBar, minute_bars
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.i18n.locale import current_locale, direction
from campaign_actions.core.i18n.timezones import to_local
from campaign_actions.web.staff.access.authorization import allows, current_staff, needs
from campaign_actions.web.staff.lookups import action_or_404
from campaign_actions.web.staff.signatures.matching import facts_of
from campaign_actions.web.staff.signatures.next_cluster import address_fields

bp = Blueprint(
    "staff_signatures_clusters",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/signatures/clusters",
)
SAMPLE_SIZE = 3


@dataclass(frozen=True)
class ShownCluster:
    """`given`: its filter for the address of the list. `count`: confirmed or pending.

    `sample`: for those who may see signatures.
    """

    cluster: Cluster
    facts: Sequence[tuple[str, str]]
    given: Mapping[str, str]
    count: ResultCount
    confirmed: ResultCount
    invalid: ResultCount  # marked already, so not part of the count
    bars: Sequence[MinuteBar]
    bars_period: tuple[datetime, datetime]
    sample: Sequence[SignatureRow | Signature]

    @property
    def can_be_dismissed(self) -> bool:
        """Not if everyone is marked already: it is closed, or about to be made valid again."""
        return bool(self.count.number or not self.invalid.number)

    @property
    def is_in_one_day(self) -> bool:
        """Of the reader."""
        return to_local(self.cluster.since).date() == to_local(self.cluster.until).date()


@bp.get("/")
@needs("signatures.change")
def index(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """The clusters to decide about, each with its filter and a sample, and those decided."""
    action = action_or_404(campaign_id, action_id)
    release_slot()  # counting may take a second
    names = SourceNames((campaign_id,))
    shown = [_show(action, cluster, names) for cluster in open_clusters(action_id)]
    # They may have grown since they were found.
    shown.sort(key=lambda one: one.count.number, reverse=True)
    if sampled := sum(len(one.sample) for one in shown):
        record(
            "signatures-viewed",
            actor=current_staff().email,
            now=utc_now(),
            subject=action.name,
            rows=sampled,
        )
    return render_template(
        "staff/signatures/clusters.html",
        action=action,
        clusters=shown,
        waiting=count_open(action.id),
        decided=decided_clusters(action_id),
        max_decided=queries.MAX_SHOWN,
        facts_of=partial(_facts, action, names),
        thresholds=Thresholds.by(current_app.config),
        left_out=_languages_left_out(action),
    )


@bp.post("/<int:cluster_id>/dismiss/")
@needs("signatures.change")
def dismiss(campaign_id: int, action_id: int, cluster_id: int) -> ResponseReturnValue:
    """Say that a cluster is not suspicious."""
    action = action_or_404(campaign_id, action_id)
    cluster = find_cluster(action_id, cluster_id) or abort(404)
    member = current_staff()
    if decide.dismiss(
        cluster, action=action.name, actor=member.email, staff_id=member.id, now=utc_now()
    ):
        flash(_("Marked as not suspicious."))  # the page says for how long
    else:
        flash(_("Someone has decided about this cluster already."), "warning")
    return redirect(url_for(".index", **action.ids), 303)


@bp.post("/<int:cluster_id>/reopen/")
@needs("signatures.change")
def reopen(campaign_id: int, action_id: int, cluster_id: int) -> ResponseReturnValue:
    """Take a decision back. Participations that are marked invalid stay so."""
    action = action_or_404(campaign_id, action_id)
    cluster = find_cluster(action_id, cluster_id) or abort(404)
    actor = current_staff().email
    if is_emptied(cluster):
        flash(_("Everyone in this cluster is marked invalid. Undo that first."), "warning")
    elif decide.reopen(cluster, action=action.name, actor=actor, now=utc_now()):
        flash(_("Cluster opened for review again."))
    else:
        flash(_("Someone has opened this cluster already."), "warning")
    return redirect(url_for(".index", **action.ids), 303)


def _show(action: ActionOverview, cluster: Cluster, names: SourceNames) -> ShownCluster:
    markable = replace(cluster.wanted, status=MARKABLE)
    may_view = allows("signatures.view", action.campaign_id)
    count, now = count_results(action.id, markable), utc_now()
    return ShownCluster(
        cluster,
        facts=_facts(action, names, cluster),
        given=address_fields(cluster.wanted),
        count=count,
        confirmed=count_results(action.id, replace(markable, status=COUNTED)),
        invalid=count_results(action.id, replace(markable, status="invalid")),
        bars=minute_bars(
            minutes_around(cluster, now),
            is_right_to_left=direction(current_locale()) == "rtl",
        ),
        bars_period=shown_period(cluster, now),
        sample=random_sample(action.id, markable, count, size=SAMPLE_SIZE) if may_view else (),
    )


def _facts(action: ActionOverview, names: SourceNames, cluster: Cluster) -> list[tuple[str, str]]:
    """The filter in words, without the period."""
    return facts_of(action, names, replace(cluster.wanted, since="", until=""))


def _languages_left_out(action: ActionOverview) -> list[str]:
    """Public languages whose consent text does not say that forms are compared."""
    covered = covering_versions(db.session.connection(), COMPARED_FORMS, action.kind.name)
    return [locale for locale in action.public_locales if locale not in covered]
