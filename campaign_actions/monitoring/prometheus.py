"""The figures in Prometheus's format."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from campaign_actions.audit.anchors.health import AnchorHealth
from campaign_actions.monitoring.queries import MAX_COUNTED, Load


class _FixedCollector(Collector):
    """Wraps existing metrics for the library's registry."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self.metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self.metrics


def render_metrics(
    counted: Iterable[Metric], load: Load | None, anchors: AnchorHealth | None
) -> bytes:
    """Counted metrics and the figures from the database.

    `load` and `anchors` are None when the database does not answer: the rest is needed most then.
    """
    registry = CollectorRegistry()
    gauges = (*_gauges(load), *_anchor_gauges(anchors))
    registry.register(_FixedCollector([*counted, *gauges]))
    return generate_latest(registry)


def _gauges(load: Load | None) -> Iterator[Metric]:
    yield _gauge("database_up", "1 if the database answers.", 0 if load is None else 1)
    if load is None:
        return
    mails = GaugeMetricFamily(
        "campaign_actions_mails",
        f"Mails: due, waiting for a next try or day, failed for good. Counted up to {MAX_COUNTED}.",
        labels=["state"],
    )
    for state in ("due", "waiting", "failed"):
        mails.add_metric([state], getattr(load.mails, state))
    yield mails
    yield _gauge("mails_sent_last_minute", "Mails handed over lately.", load.mails.sent)
    yield _gauge(
        "mail_delay_seconds",
        "How long mails take that should have gone out; pages say it from two minutes on.",
        load.mail_delay.total_seconds(),
    )
    yield _gauge(
        "oldest_mail_seconds",
        "How long the oldest mail waits that is not over its mailbox's daily number.",
        load.oldest_mail.total_seconds(),
    )
    yield _gauge("new_signatures_last_minute", "People who signed lately.", load.new_signatures)
    yield _gauge("ledger_entries", f"Changes not counted yet, up to {MAX_COUNTED}.", load.uncounted)
    yield _gauge(
        "count_delay_seconds",
        "How old the oldest change is that is not counted yet.",
        load.count_delay.total_seconds(),
    )


def _anchor_gauges(anchors: AnchorHealth | None) -> Iterator[Metric]:
    if anchors is not None:
        yield _gauge(
            "audit_anchor_troubles",
            "What is wrong with anchors of the audit log: none made, or places not reached, for two days.",
            anchors.is_late + len(anchors.failing),
        )


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(f"campaign_actions_{name}", documentation, value=value)
