"""Counts: the ledger of changes, and the counts and tallies folded from it."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Constraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from campaign_actions.core.db.session import Base, BigId

MAX_SOURCES = 100  # tallied by name, for each action and day
QUARTERS_OF_DAY = 96


class LedgerEntry(Base):
    """A confirmed signature that was added (+1) or removed (-1), not yet folded into the counts.

    With `change` 0 and `forgotten` 1: one that was erased on schedule and stays counted.
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
    day: Mapped[date]  # of the confirmation, also for a removal
    quarter: Mapped[int | None]  # of an hour of that day, from 0 to 95; see QuarterCount
    country_code: Mapped[str | None] = mapped_column(String(2))
    locale: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str | None] = mapped_column(String(40))
    written_at: Mapped[datetime]
    forgotten: Mapped[int] = mapped_column(server_default="0")


class ActionCount(Base):
    """The number of confirmed signatures, so that no page counts rows."""

    __tablename__ = "action_counts"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    confirmed: Mapped[int] = mapped_column(default=0)
    folded_to: Mapped[datetime | None]  # the ledger has no older entries; see counts/ledger.py


class NamedSource:
    """A source that the tallies of a day list by name. Never removed; see counts/source_limit.py."""

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Constraint, ...]:  # noqa: N805 - of the class
        return (
            UniqueConstraint("action_id", "day", "source"),
            CheckConstraint(f"number between 1 and {MAX_SOURCES}", name="number"),
            CheckConstraint("source not in ('', 'other')", name="source"),
        )

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(40))


class TallySource(NamedSource, Base):
    """Of confirmed signatures."""

    __tablename__ = "tally_sources"


class Tally(Base):
    """Confirmed signatures of an action by day, country, language and source.

    Unknown values are empty. `source` is one of TallySource, or "other".
    """

    __tablename__ = "tallies"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    country_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    confirmed: Mapped[int]
    forgotten: Mapped[int] = mapped_column(server_default="0")  # of these, erased on schedule


class QuarterCount(Base):
    """Confirmed signatures by quarter of an hour of their confirmation, in UTC, of the last weeks.

    Every time zone is a number of quarters from UTC, so a day of any zone is a sum of these.
    """

    __tablename__ = "quarter_counts"
    __table_args__ = (
        CheckConstraint(f"quarter between 0 and {QUARTERS_OF_DAY - 1}", name="quarter"),
    )

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    quarter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    confirmed: Mapped[int]
