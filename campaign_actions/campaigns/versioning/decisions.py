"""Decisions about a page that are in none of its revisions: times set, cancelled and missed, all closed."""

from datetime import datetime

from sqlalchemy import Connection, insert

from campaign_actions.campaigns.models import DecisionKind, PageDecision


def add_decision(
    connection: Connection,
    subject: str,
    subject_id: int,
    kind: DecisionKind,
    *,
    staff_id: int | None,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Remember it for the history, in the caller's transaction."""
    row = {"subject": subject, "subject_id": subject_id, "at": now, "kind": kind}
    connection.execute(insert(PageDecision), {**row, "due_at": due_at, "staff_id": staff_id})
