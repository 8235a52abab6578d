"""Who has a string open, so that two people in one are told; and where somebody stopped."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select

from campaign_actions.catalogs.models import StringVisit
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.db.upsert import dialect_insert

PRESENCE_TIMEOUT = timedelta(
    minutes=10
)  # after which nobody believes that it is still being looked at


class MessageRef(NamedTuple):
    """A message of a catalog in a language, by the name of the catalog and its key."""

    catalog: str
    locale: str
    key: str


def record_visit(spot: MessageRef, *, staff_id: int, now: datetime) -> None:
    """Note that somebody has a string open. Of what they have left long ago nothing is kept."""
    row = {**spot._asdict(), "staff_id": staff_id, "seen_at": now}
    theirs = (
        StringVisit.catalog == spot.catalog,
        StringVisit.locale == spot.locale,
        StringVisit.staff_id == staff_id,
    )
    with write_transaction() as connection:
        new = dialect_insert(connection.dialect.name)(StringVisit).values(row)
        unique = StringVisit.__table__.primary_key
        connection.execute(new.on_conflict_do_update(index_elements=unique, set_={"seen_at": now}))
        left = delete(StringVisit).where(*theirs, StringVisit.seen_at < now - PRESENCE_TIMEOUT)
        connection.execute(left)


def other_visitors(spot: MessageRef, *, staff_id: int, now: datetime) -> Sequence[StringVisit]:
    """Who else has a string open, or had it within the last minutes; the last one first."""
    here = select(StringVisit).filter_by(**spot._asdict())
    others = here.where(
        StringVisit.staff_id != staff_id, StringVisit.seen_at > now - PRESENCE_TIMEOUT
    )
    return db.session.scalars(others.order_by(StringVisit.seen_at.desc())).all()


def last_visited_key(catalog: str, locale: str, *, staff_id: int) -> str | None:
    """The key of the string that somebody had open last."""
    theirs = select(StringVisit.key).filter_by(catalog=catalog, locale=locale, staff_id=staff_id)
    return db.session.scalar(theirs.order_by(StringVisit.seen_at.desc()).limit(1))
