"""What is so far behind that a person should look."""

from collections.abc import Iterator
from datetime import timedelta

from campaign_actions.audit.anchors.health import AnchorHealth
from campaign_actions.monitoring.queries import Load

MAX_UNANNOUNCED_DELAY = timedelta(minutes=2)  # from then on pages tell people who wait
MAX_DELAY = timedelta(minutes=10)  # a storm is worked off sooner, or somebody should know


def classify_delay(delay: timedelta) -> str:
    """In time, behind as in a storm, or late: then a person should look."""
    if delay > MAX_DELAY:
        return "late"
    return "behind" if delay > MAX_UNANNOUNCED_DELAY else "in time"


def load_problems(load: Load) -> Iterator[str]:
    """Each in words, with what to look at first; nothing when all is well."""
    if classify_delay(load.mail_delay) == "late":
        yield (
            "Mail is late. Is a worker running (`outbox deliver --watch`)?"
            " Does the mail server take mail (`outbox list`)?"
        )
    if classify_delay(load.count_delay) == "late":
        yield "Counts are late. Is a worker running (`outbox deliver --watch`)? What does its log say?"


def anchor_problems(anchors: AnchorHealth) -> Iterator[str]:
    """The same of the anchors of the audit log."""
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
