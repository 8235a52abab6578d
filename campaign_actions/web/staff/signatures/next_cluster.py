"""The suspicious cluster to decide about next, for the page that says how a batch has ended."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import itemgetter

from campaign_actions.actions.signatures.clusters.queries import count_open, open_clusters
from campaign_actions.actions.signatures.filters.filter import MARKABLE, SignatureFilter
from campaign_actions.actions.signatures.search import count_results
from campaign_actions.core.i18n.timezones import local_input, zone_name

FIELDS = ("domain", "source", "without", "fill_time", "same_comment")


@dataclass(frozen=True)
class NextCluster:
    """`given`: its filter for the address of its review. `left`: open clusters, this one included."""

    given: Mapping[str, str]
    left: int


def next_cluster(action_id: int) -> NextCluster | None:
    """The largest open cluster that has anything left to mark."""
    open_ones = [replace(one.wanted, status=MARKABLE) for one in open_clusters(action_id)]
    counted = [(count_results(action_id, wanted).number, wanted) for wanted in open_ones]
    number, largest = max(counted, key=itemgetter(0), default=(0, None))
    if largest is None or not number:
        return None
    return NextCluster(address_fields(largest), count_open(action_id))


def address_fields(wanted: SignatureFilter) -> dict[str, str]:
    """The filter of a cluster as the fields of the list have it."""
    zone = zone_name()
    times = {"since": wanted.since_at, "until": wanted.until_at}
    given = {name: local_input(moment) for name, moment in times.items() if moment}
    zones = {f"{name}_zone": zone for name in given}
    return given | zones | {name: value for name in FIELDS if (value := getattr(wanted, name))}
