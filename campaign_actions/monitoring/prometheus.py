"""The figures in Prometheus's format."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from campaign_actions.audit.anchors.health import AnchorHealth
from campaign_actions.core.switches.state import KINDS, switch_state
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

    `load` and `anchors` are None when the database does not answer. The rest is then needed most.
    """
    registry = CollectorRegistry()
    gauges = (*_gauges(load), *_anchor_gauges(anchors), _switch_gauge())
    registry.register(_FixedCollector([*counted, *gauges]))
    return generate_latest(registry)


def _gauges(load: Load | None) -> Iterator[Metric]:
    yield _gauge("database_up", "1 if the database answers, otherwise 0.", 0 if load is None else 1)
    if load is None:
        return
    mails = GaugeMetricFamily(
        "campaign_actions_mails",
        "Emails that are due, waiting (for a retry or the daily limit) or failed permanently."
        f" Counted up to {MAX_COUNTED}.",
        labels=["state"],
    )
    for state in ("due", "waiting", "failed"):
        mails.add_metric([state], getattr(load.mails, state))
    yield mails
    yield _gauge("mails_sent_last_minute", "Emails sent in the last minute.", load.mails.sent)
    yield _gauge(
        "mail_delay_seconds",
        "The delay of emails that should have been sent. Above two minutes, public pages mention it.",
        load.mail_delay.total_seconds(),
    )
    yield _gauge(
        "oldest_mail_seconds",
        "The age of the oldest email in the outbox that is not held back by a mailbox's daily limit.",
        load.oldest_mail.total_seconds(),
    )
    yield _gauge(
        "new_signatures_last_minute", "New signatures in the last minute.", load.new_signatures
    )
    yield _gauge("ledger_entries", f"Changes not counted yet, up to {MAX_COUNTED}.", load.uncounted)
    yield _gauge(
        "count_delay_seconds",
        "The age of the oldest change that is not counted yet.",
        load.count_delay.total_seconds(),
    )


def _anchor_gauges(anchors: AnchorHealth | None) -> Iterator[Metric]:
    if anchors is not None:
        yield _gauge(
            "audit_anchor_troubles",
            "Problems with anchors of the audit log: for two days none was created, or a destination failed.",
            anchors.is_late + len(anchors.failing),
        )


def _switch_gauge() -> Metric:
    off = GaugeMetricFamily(
        "campaign_actions_switched_off",
        "How many switches of a kind are off. Actions and languages have many, the others one.",
        labels=["switch"],
    )
    kinds = [switch.kind for switch in switch_state().off]
    for kind in KINDS:
        off.add_metric([kind], kinds.count(kind))
    return off


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(f"campaign_actions_{name}", documentation, value=value)
