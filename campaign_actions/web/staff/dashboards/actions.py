"""The actions of a dashboard: their figures and goals, whether they will reach them, and a comparison."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.counts.states.figures import States
from campaign_actions.actions.counts.states.pace import Outlook, expect
from campaign_actions.core.i18n.formatting import date_long, number
from campaign_actions.web.staff.dashboards.ranges import OWN, Range
from campaign_actions.web.staff.dashboards.tables import ORDERS, Line, Panel, Value, row_order

PACES: Mapping[str, LazyString] = {
    "24h": _l("At the pace of these 24 hours"),
    "7d": _l("At the pace of these 7 days"),
    "28d": _l("At the pace of these 28 days"),
    "all": _l("At the pace since the start"),
    OWN: _l("At the pace of this period"),
}


class ActionRow(NamedTuple):
    """`states`: of the period. `note`: whether it will reach its goal, or is switched off, in words."""

    action: ActionOverview
    states: States
    address: str
    note: str


def actions_panel(found: Iterable[ActionRow], order: str) -> Panel:
    rows = [
        Line(
            action.title,
            *((states.confirmed, states.pending, states.rate, *_goal_cells(action)), address),
            note=note,
        )
        for action, states, address, note in sorted(
            found, key=lambda row: row_order(row.action.title, row.states, order)
        )
    ]
    headings = (
        *(_("Action"), _("Confirmed in this period"), _("Pending in this period")),
        *(_("Confirmation rate"), _("Goal"), _("Of the goal, since the start")),
    )
    return Panel(
        *("actions", _("By action"), headings, tuple(rows)),
        percents=frozenset({2, 4}),
        orders=ORDERS,
        order=order,
    )


def comparison_panel(
    lines: Sequence[tuple[str, str, Sequence[int]]], *, is_of_campaigns: bool
) -> Panel:
    """Title, address, and confirmed in all by the end of each day since the first."""
    longest = max((len(counts) for _title, _address, counts in lines), default=0)
    days = [day for day in (1, 3, 7, 14, 30, 60, 90, 180, 365, 730) if day <= longest]
    rows = tuple(
        Line(
            title,
            (*(counts[day - 1] if day <= len(counts) else None for day in days), counts[-1]),
            address,
        )
        for title, address, counts in lines
    )
    first = _("Campaign") if is_of_campaigns else _("Action")
    headings = (first, *(_("Day %(number)d", number=day) for day in days), _("Now"))
    title = (
        _("Campaigns from their first day")
        if is_of_campaigns
        else _("Actions from their first day")
    )
    return Panel("comparison", title, headings, rows)


def _goal_cells(action: ActionOverview) -> tuple[Value, ...]:
    """The goal, and how much of it is reached."""
    return action.goal, 100 * action.count / action.goal


def outlook_words(
    action: ActionOverview, count: int, confirmed: int, chosen: Range, now: datetime
) -> str:
    """`count`: confirmed in all; `confirmed`: in the period.

    Empty if the action is not open, the period is over, or nothing can be said.
    """
    period = chosen.period
    if action.state != "open" or not period.ends_now:
        return ""
    found = expect(
        count,
        action.goal,
        confirmed=confirmed,
        span=period.until - period.since,
        closes_at=action.closes_at,
        now=now,
    )
    if found is None:
        return ""
    return _in_words(found, str(PACES[chosen.name]), chosen)


def _in_words(found: Outlook, pace: str, chosen: Range) -> str:
    if found.reached_at:
        day = date_long(found.reached_at.astimezone(chosen.period.zone))
        return str(_("%(pace)s: about %(day)s", pace=pace, day=day))
    if found.count_at_close is not None:
        count = number(found.count_at_close)
        words = _("%(pace)s: not before it closes; about %(count)s by then", pace=pace, count=count)
        return str(words)
    return str(_("%(pace)s: not within two years", pace=pace))
