"""The lists that figures of a dashboard lead to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.counts.source_limit import OTHER_SOURCES
from campaign_actions.actions.counts.states.periods import Period
from campaign_actions.actions.counts.states.providers import OTHER_PROVIDERS
from campaign_actions.core.i18n.timezones import local_input
from campaign_actions.web.staff.dashboards.scope import Scope

# The filter of the list for each part, and for signatures without a value.
FILTERS = {
    "country": "country",
    "locale": "language",
    "source": "source",
    "channel": "channel",
    "provider": "domain",
}


@dataclass(frozen=True)
class Addresses:
    """Of one page. `values`: its range, for addresses of pages with the same."""

    scope: Scope
    period: Period
    values: Mapping[str, str]

    def of_value(self, part: str, value: str) -> str:
        """The list of confirmed signatures with one value; of several actions, the actions first."""
        if not self.scope.shows_lists or (part, value) == ("provider", OTHER_PROVIDERS):
            return ""
        if self.scope.action is None:
            return self.scope.address("by_action", part=part, value=value, **self.values)
        return self.of_action(self.scope.action, part, value, "confirmed")

    def of_action(self, action: ActionOverview, part: str, value: str, status: str) -> str:
        """The list of an action's signatures with a value and a status in the period."""
        return self._list(action, self.times(), status, filters_of(part, value))

    def of_bucket(self, bucket: int, status: str = "") -> str:
        """The list of a bucket; empty for several actions."""
        if self.scope.action is None or not self.scope.shows_lists:
            return ""
        return self._list(self.scope.action, self.times(bucket), status, {})

    def of_status(self, status: str, *, is_in_period: bool = False) -> str:
        """The list of all signatures with a status; of several actions, the actions first."""
        if not self.scope.shows_lists:
            return ""
        if self.scope.action is None:
            return self.scope.address("by_action", status=status, **self.values)
        times = self.times() if is_in_period else {}
        return self._list(self.scope.action, times, status, {})

    def times(self, bucket: int | None = None) -> dict[str, str]:
        """The filters for times: of the period, or of one bucket. They are to the minute, as these are."""
        period, is_last = self.period, bucket in (None, len(self.period.starts) - 1)
        since = period.since if bucket is None else period.starts[bucket]
        until = period.until if bucket is None else period.end_of(bucket)
        times = {"since": local_input(since)}
        return times if is_last and period.ends_now else times | {"until": local_input(until)}

    @staticmethod
    def _list(
        action: ActionOverview, times: Mapping[str, str], status: str, filters: Mapping[str, str]
    ) -> str:
        values: dict[str, Any] = {**action.ids, **times, **filters}
        return url_for("staff_signatures.index", status=status or None, **values)


def filters_of(part: str, value: str) -> dict[str, str]:
    """The filters of the list of signatures for one value of a part."""
    if part == "all":
        return {}
    if part == "source" and value == OTHER_SOURCES:
        return {"without": "named-source"}
    return {FILTERS[part]: value} if value else {"without": FILTERS[part]}
