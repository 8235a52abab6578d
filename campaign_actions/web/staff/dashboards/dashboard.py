"""A dashboard: its figures, panels and charts, for a page and for files."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import request, url_for
from flask_babel import pgettext

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.counts.states.figures import (
    Figures,
    States,
    read_by_action,
    read_figures,
)
from campaign_actions.actions.counts.states.first_days import read_from_first_day
from campaign_actions.actions.counts.states.periods import period_before, week_before
from campaign_actions.actions.counts.states.source_languages import read_by_source_and_language
from campaign_actions.web.staff.dashboards import charts, panels
from campaign_actions.web.staff.dashboards.actions import (
    ActionRow,
    actions_panel,
    comparison_panel,
    outlook_words,
)
from campaign_actions.web.staff.dashboards.addresses import Addresses, moment_in_address
from campaign_actions.web.staff.dashboards.charts import Chart
from campaign_actions.web.staff.dashboards.events import Event, Mark, marks_of, read_events
from campaign_actions.web.staff.dashboards.providers import provider_panel
from campaign_actions.web.staff.dashboards.ranges import Range, read_range
from campaign_actions.web.staff.dashboards.scope import Scope
from campaign_actions.web.staff.dashboards.tables import BY_RATE, Panel
from campaign_actions.web.staff.switches.off import is_stopped

PARTS = ("country", "locale", "source", "channel")
PANELS = (
    *("total", "states", "source-times", "source-languages", "steps", *PARTS, "provider"),
    *("actions", "comparison"),
)


@dataclass(frozen=True)
class Dashboard:
    """Reads what a panel needs when it is asked for. `order`: of tables, as addresses have it."""

    scope: Scope
    chosen: Range
    now: datetime
    order: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def figures(self) -> Figures:
        period = self.chosen.period
        earlier = period_before(period, self.now) if self.chosen.name != "all" else None
        week = week_before(period) if period.unit == "hour" else None
        return read_figures(
            self.scope.action_ids,
            period,
            earlier=earlier,
            week=week,
            former_sources=self.scope.source_names.former,
        )

    @cached_property
    def by_action(self) -> dict[int, States]:
        return read_by_action(self.scope.action_ids, self.chosen.period)

    @cached_property
    def by_source_and_language(self) -> Counter[tuple[str, str]]:
        """Confirmed since the start."""
        former = self.scope.source_names.former
        return read_by_source_and_language(self.scope.action_ids, former=former)

    @property
    def address_values(self) -> Mapping[str, str]:
        """For addresses of pages with the same range and order."""
        return {**self.chosen.values, **self.order}

    @cached_property
    def addresses(self) -> Addresses:
        return Addresses(self.scope, self.chosen.period, self.address_values)

    @property
    def addresses_since_start(self) -> Addresses:
        values = {"range": "all", **self.order}
        return Addresses(self.scope, self.chosen.period, values, is_since_start=True)

    def panel(self, name: str) -> Panel | None:
        """None if this dashboard has no such panel."""
        if name in PARTS:
            return panels.part_panel(name, self.figures, self.addresses)
        if name == "total":
            return panels.total_panel(self.figures, self.addresses)
        if name == "states":
            return panels.states_panel(self.figures, self.addresses)
        if name == "source-times":
            return panels.sources_by_time_panel(self.figures, self.addresses)
        if name == "source-languages":
            return panels.source_languages_panel(
                self.by_source_and_language, self.addresses_since_start
            )
        if name == "provider":
            return provider_panel(self.figures, self.addresses)
        if name == "steps":
            return panels.funnel_panel(self.figures, self.addresses)
        if name == "actions" and self.scope.action is None:
            return actions_panel(map(self._row_of, self.scope.actions), self.addresses.order)
        if name == "comparison" and len(self.lines) > 1:
            return comparison_panel(self.lines, is_of_campaigns=self.scope.campaign is None)
        return None

    @property
    def outlook(self) -> str:
        """Whether its one action will reach its goal, in words."""
        action, figures = self.scope.action, self.figures
        if action is None:
            return ""
        counts = figures.total.confirmed, figures.period.confirmed
        return outlook_words(action, *counts, self.chosen, self.now)

    def of_bucket(self, moment: str) -> "Dashboard | None":
        """Of the bucket that begins at a moment, as addresses have it; None if none of this range does."""
        period = self.chosen.period
        for bucket, start in enumerate(period.starts):
            if moment_in_address(start) == moment:
                return replace(self, chosen=replace(self.chosen, period=period.only(bucket)))
        return None

    def _row_of(self, action: ActionOverview) -> ActionRow:
        values: dict[str, Any] = dict(self.address_values)
        states = self.by_action.get(action.id, States())
        return ActionRow(
            action,
            states,
            url_for("staff_actions_show.show", **action.ids, **values),
            self._note_of(action, states),
        )

    def _note_of(self, action: ActionOverview, states: States) -> str:
        if is_stopped(action):
            return str(pgettext("action", "Switched off"))
        return outlook_words(action, action.count, states.confirmed, self.chosen, self.now)

    def chart(self, panel: Panel) -> Chart | None:
        """The drawing of a panel; None for one that is a table only."""
        period, title = self.chosen.period, panel.title
        if panel.name == "total":
            goals = [(one.first_goal, one.goal) for one in self.scope.actions_with_goals]
            return charts.total_chart(
                self.figures, period, title=title, marks=self._marks, goals=goals
            )
        if panel.name == "states":
            return charts.states_chart(self.figures, period, title=title, marks=self._marks)
        if panel.name == "comparison":
            largest = sorted(self.lines, key=lambda line: -line[2][-1])
            return charts.comparison_chart(
                [(name, counts) for name, _address, counts in largest], title=title
            )
        return None

    @cached_property
    def lines(self) -> list[tuple[str, str, list[int]]]:
        """Title, address, and confirmed in all by the end of each day since the first."""
        groups = {one.id: one.action_ids for one in self.scope.groups}
        found = read_from_first_day(groups, self.now.date())
        return [
            (one.title, one.address, found[one.id]) for one in self.scope.groups if one.id in found
        ]

    @cached_property
    def _marks(self) -> tuple[Mark, ...]:
        return marks_of(self.events(), self.chosen.period)

    def events(self) -> list[Event]:
        return read_events(self.scope, self.chosen.period, self.now)


def read_dashboard(scope: Scope, now: datetime, *, name: str = "") -> Dashboard:
    """With the range and the order that the address of the request has. `name`: of another range."""
    order = {"sort": BY_RATE} if request.args.get("sort") == BY_RATE else {}
    chosen = read_range(request.args, scope.action_ids, now, name=name)
    return Dashboard(scope, chosen, now, order)
