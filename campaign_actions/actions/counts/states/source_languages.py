"""Figures by source and language, of all time."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from campaign_actions.actions.counts.states.figures import NOTHING, States, sum_states
from campaign_actions.actions.models import STATES, StateSourceLanguage
from campaign_actions.core.db.session import db

OF = StateSourceLanguage


def read_by_source_and_language(
    action_ids: Collection[int], *, former: Mapping[str, str] = NOTHING
) -> Counter[tuple[str, str]]:
    """Of some actions together, those confirmed by source and language, where there are any.

    `former`: sources that are counted as another.
    """
    confirmed = func.sum(OF.confirmed)
    rows = db.session.execute(
        select(OF.source, OF.locale, confirmed)
        .where(OF.action_id.in_(action_ids))
        .group_by(OF.source, OF.locale)
        .having(confirmed > 0)
    )
    found: Counter[tuple[str, str]] = Counter()
    for source, locale, number in rows:
        found[former.get(source, source), locale] += int(number)
    return found


def read_sources_in_language(
    action_id: int, locale: str, sources: Collection[str], *, former: Mapping[str, str] = NOTHING
) -> dict[str, States]:
    """Of an action in one language, those of the `sources` that have any. `former`: as above."""
    its = (old for old, new in former.items() if new in sources)
    is_wanted = OF.source.in_([*sources, *its])
    found: dict[str, list[States]] = defaultdict(list)
    for source, states in _sums(
        OF.source, OF.action_id == action_id, OF.locale == locale, is_wanted
    ):
        found[former.get(source, source)].append(states)
    return {source: sum_states(several) for source, several in found.items()}


def read_all_in_language(action_id: int, locale: str) -> States:
    """Of an action in one language, with any source or none."""
    found = _sums(OF.locale, OF.action_id == action_id, OF.locale == locale)
    return sum_states(states for _locale, states in found)


def read_by_action_in_language(
    action_ids: Collection[int], sources: str, locale: str
) -> dict[int, States]:
    """By action. `sources`: may have spaces between."""
    conditions = (
        OF.action_id.in_(action_ids),
        OF.source.in_(sources.split(" ")),
        OF.locale == locale,
    )
    return dict(_sums(OF.action_id, *conditions))


def _sums(
    key: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]
) -> Iterable[tuple[Any, States]]:
    sums = (func.sum(getattr(OF, state)) for state in STATES)
    found: Select[*tuple[Any, ...]] = select(key, *sums).where(*conditions).group_by(key)
    rows: Iterable[Row[*tuple[Any, ...]]] = db.session.execute(found)
    return ((value, States(*map(int, counts))) for value, *counts in rows)
