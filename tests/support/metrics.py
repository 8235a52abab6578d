"""The figures of /metrics, read as Prometheus reads them."""

from prometheus_client.parser import text_string_to_metric_families

TOKEN = "a token for tests"


def figures(text: str) -> dict[str, float]:
    """As Prometheus itself would read them."""
    return {
        " ".join([sample.name.removeprefix("campaign_actions_"), *sample.labels.values()]): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
