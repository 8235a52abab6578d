"""Reads /metrics as Prometheus does."""

from prometheus_client.parser import text_string_to_metric_families

TOKEN = "a token for tests"


def figures(text: str) -> dict[str, float]:
    """The values of metrics, by name and labels."""
    return {
        " ".join([sample.name.removeprefix("campaign_actions_"), *sample.labels.values()]): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
