"""The recount: compares counts and tallies with the signatures themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    Connection,
    Date,
    Executable,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)

from campaign_actions.actions.counts.ledger import DIMENSIONS
from campaign_actions.actions.counts.source_limit import OTHER_SOURCES
from campaign_actions.actions.models import (
    Action,
    ActionCount,
    LedgerEntry,
    Signature,
    Tally,
    TallySource,
)
from campaign_actions.actions.naming import action_name
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import read_snapshot


@dataclass(frozen=True)
class CountMismatch:
    """The count of an action differs from the sum of its tallies."""

    action: str  # CAMPAIGN/ACTION
    counted: int
    tallied: int


@dataclass(frozen=True)
class TallyMismatch:
    """A tally differs from the number of its signatures."""

    action: str
    day: date
    country_code: str
    locale: str
    source: str
    confirmed: int  # signatures
    tallied: int  # tally plus ledger, minus those erased on schedule


@dataclass(frozen=True)
class Recount:
    """How many rows were compared, and the mismatches."""

    actions: int
    signatures: int
    mismatches: list[CountMismatch | TallyMismatch]


def recount() -> Recount:
    """Compare signatures, tallies and counts in one snapshot: exact, also while people sign.

    The number of confirmed signatures by action, day of confirmation (UTC), country, language and
    source must equal tally plus ledger, minus those erased on schedule. The tallies of an action
    must add up to its count.
    """
    with read_snapshot() as connection:
        totals = connection.execute(_TOTALS).all()
        names = {row.id: action_name(row.campaign, row.action) for row in totals}
        mismatches: list[CountMismatch | TallyMismatch] = [
            CountMismatch(names[row.id], row.counted, row.tallied)
            for row in totals
            if row.counted != row.tallied
        ]
        mismatches += _tally_mismatches(connection, names)
    return Recount(len(totals), sum(row.signatures for row in totals), mismatches)


def _tally_mismatches(connection: Connection, names: dict[int, str]) -> Iterator[TallyMismatch]:
    for row in connection.execute(_MISMATCHES).mappings():
        values = dict(row)
        yield TallyMismatch(names[values.pop("action_id")], **values)


def _select_mismatches() -> Executable:
    """The database groups and compares, and returns only the mismatches."""
    signatures = _select_untallied(
        Signature, day=func.date(Signature.confirmed_at), confirmed=literal(1), tallied=literal(0)
    ).where(Signature.is_counted)
    tallies = _select_dimensions(
        Tally,
        day=Tally.day,
        source=Tally.source,
        confirmed=literal(0),
        tallied=Tally.confirmed - Tally.forgotten,
    )
    ledger = _select_untallied(
        LedgerEntry,
        day=LedgerEntry.day,
        confirmed=literal(0),
        tallied=LedgerEntry.change - LedgerEntry.forgotten,
    )
    rows = union_all(signatures, tallies, ledger).subquery()
    confirmed, tallied = func.sum(rows.c.confirmed), func.sum(rows.c.tallied)
    key = [rows.c[name] for name in DIMENSIONS]
    return (
        select(*key, confirmed.label("confirmed"), tallied.label("tallied"))
        .group_by(*key)
        .having(confirmed != tallied)
        .order_by(*key)
    )


def _select_untallied(
    table: type[Signature | LedgerEntry],
    *,
    day: SQLColumnExpression[date],
    confirmed: SQLColumnExpression[int],
    tallied: SQLColumnExpression[int],
) -> Select[int, date, str, str, str, int, int]:
    """Rows with their source as the tallies have it: as admitted by admit_sources(), or "other"."""
    is_admitted = and_(
        TallySource.action_id == table.action_id,
        TallySource.day == day,
        TallySource.source == table.source,
    )
    source = case(
        (func.coalesce(table.source, "") == "", ""),
        (TallySource.source.is_not(None), table.source),
        else_=OTHER_SOURCES,
    )
    rows = _select_dimensions(table, day=day, source=source, confirmed=confirmed, tallied=tallied)
    return rows.outerjoin_from(table, TallySource, is_admitted)


def _select_dimensions(
    table: type[Signature | LedgerEntry | Tally],
    *,
    day: SQLColumnExpression[date],
    source: SQLColumnExpression[str],
    confirmed: SQLColumnExpression[int],
    tallied: SQLColumnExpression[int],
) -> Select[int, date, str, str, str, int, int]:
    return select(
        table.action_id,
        type_coerce(day, Date).label("day"),
        func.coalesce(table.country_code, "").label("country_code"),
        func.coalesce(table.locale, "").label("locale"),
        source.label("source"),
        confirmed.label("confirmed"),
        tallied.label("tallied"),
    )


def _select_totals() -> Executable:
    """Each action with its count, the sum of its tallies, and the signatures it should have."""

    def total(
        table: type[Tally | LedgerEntry], number: SQLColumnExpression[int]
    ) -> ScalarSelect[int]:
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
