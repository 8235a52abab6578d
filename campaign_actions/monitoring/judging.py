"""What is so far behind that a person should look."""

from collections.abc import Iterator
from datetime import timedelta

from campaign_actions.monitoring.queries import Load

TOO_LONG = timedelta(minutes=10)  # a storm is worked off sooner, or somebody should know


def troubles(load: Load) -> Iterator[str]:
    """Each in words, with what to look at first; nothing when all is well."""
    if load.mail_delay > TOO_LONG:
        yield (
            "Mail is late. Is a worker running (`outbox deliver --watch`)?"
            " Does the mail server take mail (`outbox list`)?"
        )
    if load.count_delay > TOO_LONG:
        yield "Counts are late. Is a worker running (`outbox deliver --watch`)? What does its log say?"
