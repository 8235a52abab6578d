"""How many signed: the ledger of what came and went, and what is folded from it."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.core.db.session import Base, BigId

MAX_SOURCES = 100  # with a line of their own, an action and day


class LedgerEntry(Base):
    """A confirmed signature that came (+1) or went (-1), not yet in the counts.

    Or one that was erased on schedule and stays counted: `forgotten` 1, no change.
    """

    __tablename__ = "tally_ledger"
    __table_args__ = (
        CheckConstraint(
            "(change in (1, -1) and forgotten = 0) or (change = 0 and forgotten = 1)",
            name="change",
        ),
        Index("ix_tally_ledger_action", "action_id", "written_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    change: Mapped[int]
    day: Mapped[date]  # of the confirmation, also for one that went
    country_code: Mapped[str | None] = mapped_column(String(2))
    locale: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str | None] = mapped_column(String(40))
    written_at: Mapped[datetime]
    forgotten: Mapped[int] = mapped_column(server_default="0")


class ActionCount(Base):
    """How many have confirmed, so that no page ever counts rows."""

    __tablename__ = "action_counts"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    confirmed: Mapped[int] = mapped_column(default=0)
    folded_to: Mapped[datetime | None]  # the ledger holds nothing older; see tallying.py


class TallySource(Base):
    """A source that has a line of its own in the tallies of a day: 100 at most, and for good."""

    __tablename__ = "tally_sources"
    __table_args__ = (
        UniqueConstraint("action_id", "day", "source"),
        CheckConstraint(f"number between 1 and {MAX_SOURCES}", name="number"),
        CheckConstraint("source not in ('', 'other')", name="source"),
    )

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(40))


class Tally(Base):
    """Confirmed signatures of an action by day, country, language and source.

    What is not known is empty. `source` is one of TallySource, or "other".
    """

    __tablename__ = "tallies"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    country_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    confirmed: Mapped[int]
    forgotten: Mapped[int] = mapped_column(server_default="0")  # of them, erased on schedule
