"""Counters and histograms of one process, with nothing about individuals.

One `inc()` costs a third of a microsecond, cheap enough for the hottest path. Label values come from
this program, never from a request, so their number is bounded. multiprocess.py adds up the processes.
"""

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
METHODS = {"GET": "GET", "HEAD": "GET", "POST": "POST"}
OTHER = "other"  # not a page: missing files, mistyped addresses, unusual methods
DURATION_BUCKETS = (0.005, 0.02, 0.05, 0.15, 0.25, 1.0, 5.0)  # seconds

REQUESTS = Counter(
    "campaign_actions_requests",
    "Requests answered, without those answered from the page cache.",
    ["route", "method", "status"],
    registry=REGISTRY,
)
DURATIONS = Histogram(
    "campaign_actions_request_seconds",
    "The time it took to answer requests, in seconds.",
    ["route", "method"],
    buckets=DURATION_BUCKETS,
    registry=REGISTRY,
)

PAGE_CACHE = Counter(
    "campaign_actions_page_cache",
    "Page cache look-ups: hit, miss (the page was rendered) or stale (an old page while a new one renders).",
    ["result"],
    registry=REGISTRY,
)
PAGE_CACHE_HITS = PAGE_CACHE.labels("hit")
PAGE_CACHE_MISSES = PAGE_CACHE.labels("miss")
PAGE_CACHE_STALE = PAGE_CACHE.labels("stale")


def count_request(route: str | None, method: str, status: int, seconds: float) -> None:
    """Count a response. `route`: the URL rule, or None if there is no page."""
    requests, durations = _series(route or OTHER, METHODS.get(method, OTHER), f"{status // 100}xx")
    requests.inc()
    durations.observe(seconds)


@cache
def _series(route: str, method: str, status: str) -> tuple[Counter, Histogram]:
    """Cached, because looking up a series costs three times as much as counting."""
    return REQUESTS.labels(route, method, status), DURATIONS.labels(route, method)
