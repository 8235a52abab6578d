"""Scenes of suspicious clusters, of people who do not exist."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.signatures.clusters.queries import Cluster
from campaign_actions.actions.signatures.clusters.rules import MINUTE, Thresholds
from campaign_actions.actions.signatures.clusters.words import WORDS
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.filters.words import filter_facts
from campaign_actions.actions.signatures.search import ResultCount
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.catalogs.preview.sample_campaign import ID, NAME, SLUG, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.content.drawings.minute_bars import minute_bars
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.web.staff.signatures.clusters import ShownCluster
from campaign_actions.web.staff.translations.scenes.samples import make_action, staff_scene
from campaign_actions.web.staff.translations.scenes.signatures import make_signature

CLUSTERS = _l("Suspicious clusters")
FILTERS = {
    "text": SignatureFilter(same_comment=SLUG),
    "domain": SignatureFilter(domain="example.org"),
    "source": SignatureFilter(source=SLUG),
    "minute": SignatureFilter(),
    "burst": SignatureFilter(without="source"),
}
INVALID = {"text": ResultCount(5), "domain": ResultCount(10_000, is_more=True)}


def cluster_scenes() -> Iterator[Scene]:
    for state in ("found", "none"):
        values = partial(_page, state=state)
        yield staff_scene(f"clusters-{state}", CLUSTERS, "signatures/clusters", values)


def _page(sample: SampleCampaign, *, state: str) -> Values:
    has_clusters = state == "found"
    decided = [
        _cluster(sample, "domain", "dismissed"),
        _cluster(sample, "text", "invalidated"),
        _cluster(sample, "text", "invalidated", is_undone=True),
    ]
    return {
        "action": make_action(sample),
        "clusters": [_shown(sample, *name) for name in WORDS] if has_clusters else [],
        "waiting": len(WORDS) + 1,
        "decided": decided if has_clusters else [],
        "max_decided": len(decided),
        "facts_of": lambda cluster: list(filter_facts(cluster.wanted, SourceNames(()))),
        "thresholds": Thresholds(
            text=10, domain=40, source=0, minute=15, burst=100, odds=5, rate=20, window_minutes=10
        ),
        "left_out": [SOURCE] if has_clusters else [],
    }


def _shown(sample: SampleCampaign, rule: str, fill_time: str) -> ShownCluster:
    cluster = _cluster(sample, rule, "open", fill_time=fill_time)
    return ShownCluster(
        cluster,
        facts=list(filter_facts(cluster.wanted, SourceNames(()))),
        given={},
        count=ResultCount(74),
        confirmed=ResultCount(0 if rule == "burst" else 60),
        invalid=INVALID.get(rule, ResultCount(0)),
        bars=minute_bars([(3, 0), (74, 71), (5, 0)]),
        bars_period=(sample.now, sample.now),
        sample=[make_signature(sample)],
    )


def _cluster(
    sample: SampleCampaign, rule: str, state: str, *, fill_time: str = "", is_undone: bool = False
) -> Cluster:
    return Cluster(
        id=ID,
        action_id=ID,
        rule=rule,
        since=sample.now,
        until=sample.now + 3 * MINUTE,
        rows=74,
        state=state,
        wanted=replace(FILTERS[rule], fill_time=fill_time),
        decided_at=sample.now,
        decided_by=NAME,
        batch_id=ID if state == "invalidated" else None,
        is_undone=is_undone,
    )
