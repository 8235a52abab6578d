"""Holding the counts against the signatures that are there: a recount, for who wants to be sure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, and_, case, func, literal, select, type_coerce, union_all

from campaign_actions.actions.counts.source_cap import OTHER_SOURCES
from campaign_actions.actions.models import (
    Action,
    ActionCount,
    LedgerEntry,
    Signature,
    Tally,
    TallySource,
)
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import read_snapshot


@dataclass(frozen=True)
class CountMismatch:
    """The count of an action is not what its tallies add up to."""

    action: str  # CAMPAIGN/ACTION
    counted: int
    tallied: int


@dataclass(frozen=True)
class TallyMismatch:
    """A line of the tallies does not say what the signatures say."""

    action: str
    day: date
    country_code: str
    locale: str
    source: str
    confirmed: int  # signatures that are there
    tallied: int  # with what is in the ledger, and less who was erased on schedule


@dataclass(frozen=True)
class Recount:
    """How much was looked at, and what does not agree."""

    actions: int
    signatures: int
    differences: list[CountMismatch | TallyMismatch]


def recount() -> Recount:
    """Compare signatures, tallies and counts: exact, since it is one snapshot, while people sign.

    The confirmed signatures by action, day of confirmation (UTC), country, language and source
    must be the tallies plus what is in the ledger, less who was erased on schedule; and the
    tallies of an action must add up to its count.
    """
    with read_snapshot() as connection:
        totals = connection.execute(_TOTALS).all()
        names = {row.id: f"{row.campaign}/{row.action}" for row in totals}
        differences: list[CountMismatch | TallyMismatch] = [
            CountMismatch(names[row.id], row.counted, row.tallied)
            for row in totals
            if row.counted != row.tallied
        ]
        differences += _tally_mismatches(connection, names)
    return Recount(len(totals), sum(row.signatures for row in totals), differences)


def _tally_mismatches(connection: Connection, names: dict[int, str]) -> Iterator[TallyMismatch]:
    for row in connection.execute(_MISMATCHES).mappings():
        values = dict(row)
        yield TallyMismatch(names[values.pop("action_id")], **values)


def _select_mismatches() -> Any:
    """The database groups and compares: what it gives back are the differences only."""
    of_signature = func.date(Signature.confirmed_at)
    signatures = _select_dimensions(
        Signature, of_signature, _capped_source(Signature), literal(1), literal(0)
    )
    ledger = _select_dimensions(
        LedgerEntry,
        LedgerEntry.day,
        _capped_source(LedgerEntry),
        literal(0),
        LedgerEntry.change - LedgerEntry.forgotten,
    )
    tallies = _select_dimensions(
        Tally, Tally.day, Tally.source, literal(0), Tally.confirmed - Tally.forgotten
    )
    lines = union_all(
        _join_sources(signatures, Signature, of_signature).where(Signature.status == "confirmed"),
        tallies,
        _join_sources(ledger, LedgerEntry, LedgerEntry.day),
    ).subquery()
    confirmed, tallied = func.sum(lines.c.confirmed), func.sum(lines.c.tallied)
    line = [lines.c[name] for name in ("action_id", "day", "country_code", "locale", "source")]
    return (
        select(*line, confirmed.label("confirmed"), tallied.label("tallied"))
        .group_by(*line)
        .having(confirmed != tallied)
        .order_by(*line)
    )


def _select_dimensions(table: Any, day: Any, source: Any, confirmed: Any, tallied: Any) -> Any:
    return select(
        table.action_id,
        type_coerce(day, Date).label("day"),
        func.coalesce(table.country_code, "").label("country_code"),
        func.coalesce(table.locale, "").label("locale"),
        source.label("source"),
        confirmed.label("confirmed"),
        tallied.label("tallied"),
    )


def _capped_source(table: Any) -> Any:
    """The rule of grouping.py: a source has its line, or is among the others."""
    is_known = TallySource.source.is_not(None)
    return case(
        (func.coalesce(table.source, "") == "", ""), (is_known, table.source), else_=OTHER_SOURCES
    )


def _join_sources(lines: Any, table: Any, day: Any) -> Any:
    has_line = and_(
        TallySource.action_id == table.action_id,
        TallySource.day == day,
        TallySource.source == table.source,
    )
    return lines.outerjoin_from(table, TallySource, has_line)


def _select_totals() -> Any:
    """Each action with its count, what its tallies add up to, and the signatures it must have."""

    def total(table: Any, number: Any) -> Any:
        summed = select(func.coalesce(func.sum(number), 0)).where(table.action_id == Action.id)
        return summed.scalar_subquery()

    kept = total(Tally, Tally.confirmed - Tally.forgotten)
    to_fold = total(LedgerEntry, LedgerEntry.change - LedgerEntry.forgotten)
    return (
        select(
            Action.id,
            Campaign.slug.label("campaign"),
            Action.slug.label("action"),
            func.coalesce(ActionCount.confirmed, 0).label("counted"),
            total(Tally, Tally.confirmed).label("tallied"),
            (kept + to_fold).label("signatures"),
        )
        .join(Campaign, Campaign.id == Action.campaign_id)
        .outerjoin(ActionCount, ActionCount.action_id == Action.id)
        .order_by(Action.id)
    )


_TOTALS = _select_totals()
_MISMATCHES = _select_mismatches()
