"""The alert rules we ship use metrics and labels that exist."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.support.metrics import TOKEN

RULES = Path(__file__).parents[2] / "deploy" / "prometheus-rules.yml"


@pytest.fixture
def alerts():
    (group,) = YAML(typ="safe").load(RULES)["groups"]
    return group["rules"]


def test_every_metric_in_an_alert_exists(app, client, alerts):
    app.config["METRICS_TOKEN"] = TOKEN
    client.get("/en/")  # gives a request to count
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text

    asked = {name for rule in alerts for name in re.findall(r"campaign_actions_\w+", rule["expr"])}

    assert len(asked) > 5
    assert [name for name in asked if not re.search(rf"^{name}[ {{]", text, re.M)] == []


def test_every_reason_and_route_that_an_alert_names_exists(app, client, alerts):
    app.config["METRICS_TOKEN"] = TOKEN
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    routes = {rule.rule for rule in app.url_map.iter_rules()}
    labels = [found for rule in alerts for found in re.findall(r'(\w+)=~?"([^"]+)"', rule["expr"])]

    assert {value for name, value in labels if name == "route"} <= routes
    for name, values in labels:
        if name in {"reason", "became", "state"}:
            assert all(f'{name}="{value}"' in text for value in values.split("|"))


def test_every_alert_has_a_summary_and_a_severity(alerts):
    for rule in alerts:
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
