"""Decides from the figures what needs a person's attention."""

from collections.abc import Iterator
from datetime import timedelta

from campaign_actions.audit.anchors.health import AnchorHealth
from campaign_actions.monitoring.queries import Load

MAX_UNANNOUNCED_DELAY = timedelta(minutes=2)  # above it, pages tell people to expect a delay
MAX_DELAY = timedelta(minutes=10)  # the worker catches up with a burst of signatures sooner
NOT_TRIED = "not tried yet, so check that a worker is running"


def classify_delay(delay: timedelta) -> str:
    """`in time`, `behind` as in a burst, or `late`, which needs attention."""
    if delay > MAX_DELAY:
        return "late"
    return "behind" if delay > MAX_UNANNOUNCED_DELAY else "in time"


def load_problems(load: Load, *, is_email_off: bool = False) -> Iterator[str]:
    """Problems with email and counts, each with what to check first."""
    if classify_delay(load.mail_delay) == "late" and is_email_off:
        yield "Email is late because it is switched off. `switch on email` switches it on again."
    elif classify_delay(load.mail_delay) == "late":
        yield (
            "Email is late. Check that a worker is running (`outbox deliver --watch`) and that the mail"
            " server accepts email (`outbox list`)."
        )
    if classify_delay(load.count_delay) == "late":
        yield (
            "Counts are late. Check that a worker is running (`outbox deliver --watch`), and read its log."
        )


def anchor_problems(anchors: AnchorHealth) -> Iterator[str]:
    """Problems with the anchors of the audit log."""
    if anchors.is_late:
        yield (
            "No anchor of the audit log was created for two days. Check that a worker is running"
            " (`outbox deliver --watch`), and look for anchor_audit_log in its log."
        )
    for failing in anchors.failing:
        if failing.since is None:
            yield f"Anchors of the audit log cannot be checked: {failing.reason}."
            continue
        yield (
            f"Anchors of the audit log have not reached their destination {failing.destination} since"
            f" {failing.since:%Y-%m-%d}: {failing.reason or NOT_TRIED}."
        )
