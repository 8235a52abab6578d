"""Visits to messages: to warn two people who translate the same one, and to resume where someone stopped."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select

from campaign_actions.catalogs.models import StringVisit
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.upsert import dialect_insert

PRESENCE_TIMEOUT = timedelta(
    minutes=10
)  # a message counts as open for so long after the last visit


class MessageRef(NamedTuple):
    """A message in a language, by the name of its catalog and its key."""

    catalog: str
    locale: str
    key: str


def record_visit(ref: MessageRef, *, staff_id: int, now: datetime) -> None:
    """Record that someone has a message open, and delete their older visits."""
    row = {**ref._asdict(), "staff_id": staff_id, "seen_at": now}
    theirs = (
        StringVisit.catalog == ref.catalog,
        StringVisit.locale == ref.locale,
        StringVisit.staff_id == staff_id,
    )
    with write_transaction() as connection:
        new = dialect_insert(connection.dialect.name)(StringVisit).values(row)
        unique = StringVisit.__table__.primary_key
        connection.execute(new.on_conflict_do_update(index_elements=unique, set_={"seen_at": now}))
        left = delete(StringVisit).where(*theirs, StringVisit.seen_at < now - PRESENCE_TIMEOUT)
        connection.execute(left)


def other_visitors(ref: MessageRef, *, staff_id: int, now: datetime) -> Sequence[StringVisit]:
    """The others who have a message open, the latest first."""
    here = select(StringVisit).filter_by(**ref._asdict())
    others = here.where(
        StringVisit.staff_id != staff_id, StringVisit.seen_at > now - PRESENCE_TIMEOUT
    )
    return db.session.scalars(others.order_by(StringVisit.seen_at.desc())).all()


def last_visited_key(catalog: str, locale: str, *, staff_id: int) -> str | None:
    theirs = select(StringVisit.key).filter_by(catalog=catalog, locale=locale, staff_id=staff_id)
    return db.session.scalar(theirs.order_by(StringVisit.seen_at.desc()).limit(1))
