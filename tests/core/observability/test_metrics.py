"""Metrics count by labels that no client can invent."""

import pytest
from prometheus_client import REGISTRY as DEFAULT
from prometheus_client.registry import CollectorRegistry

from campaign_actions.core.observability import metrics
from tests.support.factories import make_action

PAGE = "/<locale>/campaigns/<campaign_slug>/<action_slug>/"


def value(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(f"campaign_actions_{name}", labels) or 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_responses_are_counted_by_route_method_and_status_class(client):
    make_action()
    labels = {"route": PAGE, "method": "GET"}
    before = value("requests_total", status="2xx", **labels)
    seconds = value("request_seconds_count", **labels)

    client.get("/en/campaigns/racism/hate-crimes/")

    assert value("requests_total", status="2xx", **labels) == before + 1
    assert value("request_seconds_count", **labels) == seconds + 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("address", ["/en/no/such/page/", "/static/older/site.css", "/.env"])
def test_addresses_without_a_page_share_one_series(client, address):
    labels = {"route": "other", "method": "GET"}
    before = sum(value("requests_total", status=s, **labels) for s in ("3xx", "4xx"))

    client.get(address)

    assert sum(value("requests_total", status=s, **labels) for s in ("3xx", "4xx")) == before + 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_invented_methods_and_addresses_create_no_series(client):
    client.open("/en/first/", method="INVENTED")
    series = count_series()

    for number in range(5):
        client.open(f"/en/{number}/", method=f"INVENTED{number}")

    assert count_series() == series


def test_the_default_registry_of_the_library_is_not_used():
    assert isinstance(metrics.REGISTRY, CollectorRegistry)
    assert not [m.name for m in DEFAULT.collect() if m.name.startswith("campaign_actions")]


def count_series() -> int:
    return sum(len(metric.samples) for metric in metrics.REGISTRY.collect())
