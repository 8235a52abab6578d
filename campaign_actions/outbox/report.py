"""The outbox as lines of text, without addresses."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from campaign_actions.outbox.models import OutboxMail

LINE = "{:>8}  {:<18}  {:>8}  {:>8}  {:<12}  {}"
UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def report_lines(mails: Sequence[OutboxMail], now: datetime) -> Iterator[str]:
    """A heading, and a line for each email: age, attempts, next attempt and last error."""
    if mails:
        yield LINE.format("ID", "TEMPLATE", "AGE", "ATTEMPTS", "NEXT ATTEMPT", "REASON")
    for mail in mails:
        age = format_duration(now - mail.queued_at)
        reason = mail.last_error or ("daily limit of the mailbox" if mail.is_held else "")
        yield LINE.format(
            mail.id, mail.template, age, mail.attempts, _next_attempt(mail, now), reason
        ).rstrip()


def format_duration(span: timedelta) -> str:
    """Like 45 s, 3 min, 2 h or 5 d."""
    seconds = max(int(span.total_seconds()), 0)
    name, size = next((unit for unit in UNITS if seconds >= unit[1]), UNITS[-1])
    return f"{seconds // size} {name}"


def _next_attempt(mail: OutboxMail, now: datetime) -> str:
    if mail.status == "dead":
        return "failed"
    if mail.leased_until and mail.leased_until > now:
        return "sending"
    return f"in {format_duration(mail.due_at - now)}" if mail.due_at > now else "now"
