"""Deciding from the figures what needs a person's attention."""

from collections.abc import Iterator
from datetime import timedelta

from campaign_actions.audit.anchors.health import AnchorHealth
from campaign_actions.monitoring.queries import Load

MAX_UNANNOUNCED_DELAY = timedelta(minutes=2)  # above it, pages tell people to expect a delay
MAX_DELAY = timedelta(minutes=10)  # a burst of signatures is worked off sooner


def classify_delay(delay: timedelta) -> str:
    """`in time`, `behind` as in a burst, or `late`, which needs attention."""
    if delay > MAX_DELAY:
        return "late"
    return "behind" if delay > MAX_UNANNOUNCED_DELAY else "in time"


def load_problems(load: Load) -> Iterator[str]:
    """Problems with email and counts, each with what to check first."""
    if classify_delay(load.mail_delay) == "late":
        yield (
            "Mail is late. Is a worker running (`outbox deliver --watch`)?"
            " Does the mail server take mail (`outbox list`)?"
        )
    if classify_delay(load.count_delay) == "late":
        yield "Counts are late. Is a worker running (`outbox deliver --watch`)? What does its log say?"


def anchor_problems(anchors: AnchorHealth) -> Iterator[str]:
    """Problems with the anchors of the audit log."""
    if anchors.is_late:
        yield (
            "No anchor of the audit log was made for two days. Is a worker running"
            " (`outbox deliver --watch`)? What does its log say about anchor_audit_log?"
        )
    for failing in anchors.failing:
        if failing.since is None:
            yield f"Anchors of the audit log cannot be looked at: {failing.reason}"
            continue
        yield (
            f"Anchors of the audit log have not reached their destination {failing.destination} since"
            f" {failing.since:%Y-%m-%d}: {failing.reason or 'nobody has tried; is a worker running?'}"
        )
