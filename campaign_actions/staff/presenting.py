"""How staff members present themselves, and which language they work in."""

from datetime import datetime

from sqlalchemy import update

from campaign_actions.audit.recording import add_entry
from campaign_actions.core.database import db, writing
from campaign_actions.staff.models import StaffMember


def present(member: StaffMember, *, name: str, locale: str, now: datetime) -> None:
    theirs = update(StaffMember).where(StaffMember.id == member.id)
    with writing() as connection:
        connection.execute(theirs.values(name=name, locale=locale))
        add_entry(connection, "account-changed", actor=member.email, now=now)
    db.session.expire(member)
