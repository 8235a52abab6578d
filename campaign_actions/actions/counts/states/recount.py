"""The recount of states: compares the tallies by state with the signatures themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Date,
    Executable,
    FromClause,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from campaign_actions.actions.counts.source_limit import OTHER_SOURCES
from campaign_actions.actions.counts.states.fold import (
    COUNTS,
    QUARTER_SECONDS,
    first_kept_slot,
    moment_of,
)
from campaign_actions.actions.models import (
    PARTS,
    Action,
    Signature,
    StateChange,
    StateDay,
    StateQuarter,
    StateSource,
    StateSourceLanguage,
)
from campaign_actions.actions.naming import action_name
from campaign_actions.campaigns.models import Campaign
from campaign_actions.core.db.session import read_snapshot

COMPARED = ("pending", "confirmed", "withdrawn", "invalid")  # what signatures can be recounted for
KEY = ("action_id", "part", "day", "value")
IN_LANGUAGE = "source and language"  # the part of StateSourceLanguage, which has no days
NO_DAY = null().cast(Date)
VALUE_COLUMNS = {
    "country": "country_code",
    "locale": "locale",
    "channel": "channel",
    "provider": "email_provider",
}


@dataclass(frozen=True)
class StateMismatch:
    """A tally by state differs: from its signatures, or its day from the sum of its quarters.

    `day`: None in tallies of all time. `value`: of IN_LANGUAGE, the source and the language.
    """

    action: str  # CAMPAIGN/ACTION
    part: str
    day: date | None
    value: str
    signatures: str  # the numbers of COMPARED
    tallied: str


def recount_states(now: datetime) -> list[StateMismatch]:
    """Compare in one snapshot: exact, also while people sign.

    Signatures by day of signing (UTC), part, value and state must equal tally plus ledger, minus those
    erased on schedule, and so must those of all days by source and language. Days of which quarters are
    kept must equal their sum.
    """
    with read_snapshot() as connection:
        names, dialect = _action_names(connection), connection.dialect.name
        return [
            *_mismatches(connection, _select_mismatches(dialect), names),
            *_mismatches(connection, _select_uneven_days(now, dialect), names),
        ]


def _action_names(connection: Connection) -> dict[int, str]:
    rows = select(Action.id, Campaign.slug.label("campaign"), Action.slug).join(Campaign)
    return {row.id: action_name(row.campaign, row.slug) for row in connection.execute(rows)}


def _mismatches(
    connection: Connection, statement: Executable, names: dict[int, str]
) -> Iterator[StateMismatch]:
    for row in connection.execute(statement):
        rows, tallied = (
            ", ".join(f"{name} {getattr(row, prefix + name):,}" for name in COMPARED)
            for prefix in ("", "tallied_")
        )
        yield StateMismatch(names[row.action_id], row.part, row.day, row.value, rows, tallied)


def _select_mismatches(dialect: str) -> Executable:
    selects = [_select_day_tallies(), _select_language_tallies()]
    for part in (*PARTS, IN_LANGUAGE):
        selects.append(_select_signatures(part))
        selects += (_select_ledger(part, state, dialect) for state in ("removed", "added"))
    rows = union_all(*selects).subquery()
    return _select_uneven(rows, COMPARED)


def _select_signatures(part: str) -> Select[int]:
    day = type_coerce(func.date(Signature.signed_at), Date)
    value = _value(part, Signature)
    counted = (case((Signature.status == state, 1), else_=0) for state in COMPARED)
    return (
        _with_source(part, Signature, day)
        .add_columns(
            *_columns(part, day, value),
            *(one.label(name) for name, one in zip(COMPARED, counted, strict=True)),
            *_zeros("tallied_"),
        )
        .where(Signature.signed_at.is_not(None))
    )


def _select_ledger(part: str, state: str, dialect: str) -> Select[int]:
    day, value = _day_of(StateChange.slot, dialect), _value(part, StateChange)
    its_state = getattr(StateChange, state)
    change = -1 if state == "removed" else 1 - StateChange.kept
    counted = (case((its_state == name, change), else_=0) for name in COMPARED)
    return (
        _with_source(part, StateChange, day)
        .add_columns(
            *_columns(part, day, value),
            *_zeros(""),
            *(one.label(f"tallied_{name}") for name, one in zip(COMPARED, counted, strict=True)),
        )
        .where(its_state.in_(COMPARED))
    )


def _select_day_tallies() -> Select[*tuple[Any, ...]]:
    key = (getattr(StateDay, name) for name in KEY)
    return select(*key, *_zeros(""), *_tallied(StateDay))


def _select_language_tallies() -> Select[*tuple[Any, ...]]:
    table = StateSourceLanguage
    value = _both(table.source, table.locale)
    return select(
        table.action_id, *_columns(IN_LANGUAGE, NO_DAY, value), *_zeros(""), *_tallied(table)
    )


def _tallied(table: type[StateDay | StateSourceLanguage]) -> Iterator[ColumnElement[int]]:
    kept = {"confirmed": table.confirmed - table.kept}
    return (kept.get(name, getattr(table, name)).label(f"tallied_{name}") for name in COMPARED)


def _with_source(
    part: str, table: type[Signature | StateChange], day: SQLColumnExpression[date]
) -> Select[int]:
    """The rows of a table, for sources beside the name that the tallies have them under.

    Those of people who are not counted by provider are missing there.
    """
    rows = select(table.action_id)
    if part == "provider":
        return rows.where(table.email_provider.is_not(None))
    if part not in ("source", IN_LANGUAGE):
        return rows.select_from(table)
    is_named = and_(
        StateSource.action_id == table.action_id,
        StateSource.day == day,
        StateSource.source == table.source,
    )
    return rows.outerjoin_from(table, StateSource, is_named)


def _value(part: str, table: type[Signature | StateChange]) -> ColumnElement[str]:
    if part == "all":
        return literal("")
    if part == "source":
        unnamed = func.coalesce(table.source, "") == ""
        named = StateSource.source.is_not(None)
        return case((unnamed, ""), (named, table.source), else_=OTHER_SOURCES)
    if part == IN_LANGUAGE:
        return _both(_value("source", table), func.coalesce(table.locale, ""))
    return func.coalesce(getattr(table, VALUE_COLUMNS[part]), "")


def _both(source: SQLColumnExpression[str], locale: SQLColumnExpression[str]) -> ColumnElement[str]:
    return source + ", " + locale


def _columns(
    part: str, day: SQLColumnExpression[Any], value: ColumnElement[str]
) -> tuple[ColumnElement[str], ColumnElement[Any], ColumnElement[str]]:
    day = NO_DAY if part == IN_LANGUAGE else day
    return literal(part).label("part"), day.label("day"), value.label("value")


def _zeros(prefix: str) -> Iterator[ColumnElement[int]]:
    return (literal(0).label(f"{prefix}{name}") for name in COMPARED)


def _select_uneven_days(now: datetime, dialect: str) -> Executable:
    """Days that are not the sum of their quarters, where all quarters are kept."""
    first = first_kept_slot(now)
    in_days, in_quarters = (
        [getattr(table, name).label(f"{prefix}{name}") for name in COUNTS]
        for table, prefix in ((StateDay, ""), (StateQuarter, "tallied_"))
    )
    zeros, tallied_zeros = (
        [literal(0).label(f"{prefix}{name}") for name in COUNTS] for prefix in ("", "tallied_")
    )
    day = _day_of(StateQuarter.slot, dialect).label("day")
    quarter_key = (StateQuarter.action_id, StateQuarter.part, day, StateQuarter.value)
    both: CompoundSelect[Any] = union_all(
        select(*(getattr(StateDay, name) for name in KEY), *in_days, *tallied_zeros).where(
            StateDay.day >= moment_of(first).date()
        ),
        select(*quarter_key, *zeros, *in_quarters).where(StateQuarter.slot >= first),
    )
    return _select_uneven(both.subquery(), COUNTS)


def _day_of(slot: SQLColumnExpression[int], dialect: str) -> ColumnElement[date]:
    seconds = slot * QUARTER_SECONDS
    if dialect == "sqlite":
        return type_coerce(func.date(seconds, "unixepoch"), Date)
    return type_coerce(func.date(func.timezone("UTC", func.to_timestamp(seconds))), Date)


def _select_uneven(rows: FromClause, names: tuple[str, ...]) -> Executable:
    key = [rows.c[name] for name in KEY]
    sums = {name: func.sum(rows.c[name]) for name in (*names, *(f"tallied_{one}" for one in names))}
    is_uneven = or_(*(sums[name] != sums[f"tallied_{name}"] for name in names))
    labelled = (one.label(name) for name, one in sums.items())
    return select(*key, *labelled).group_by(*key).having(is_uneven).order_by(*key)
