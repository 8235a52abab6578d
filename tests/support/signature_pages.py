"""Addresses of the pages about signatures, and the audit entries from viewing them."""

from sqlalchemy import select

from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db


def address(action, *parts) -> str:
    below = "".join(f"{part}/" for part in parts)
    return f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/{below}"


def entries(event="signatures-viewed") -> list[AuditEntry]:
    db.session.commit()  # ends the snapshot that the test reads in
    of_event = select(AuditEntry).filter_by(event=event).order_by(AuditEntry.id)
    return list(db.session.scalars(of_event))
