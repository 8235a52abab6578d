"""The lists that figures of a dashboard lead to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import urlencode

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

QUERY_SAFE = "!$'()*,/:;?@"  # as in addresses of url_for()


@dataclass(frozen=True)
class Addresses:
    """Of one page. `values`: its range and order, for addresses of pages with the same.

    `is_since_start`: the lists have everyone, and not only those of the period.
    """

    scope: Scope
    period: Period
    values: Mapping[str, str]
    is_since_start: bool = False

    @property
    def order(self) -> str:
        return self.values.get("sort", "")

    def of_value(self, part: str, value: str) -> str:
        """The list of confirmed signatures with one value; of several actions, the actions first."""
        if not self.scope.shows_lists or (part, value) == ("provider", OTHER_PROVIDERS):
            return ""
        if self.scope.action is None:
            return _with_query(self._by_action, {"part": part, "value": value, **self.values})
        return self.of_action(self.scope.action, part, value, "confirmed")

    def of_source_by_language(self, source: str, tags: Sequence[str]) -> tuple[str, ...]:
        """The lists of those with a source, one for each language. See of_value() and of_action()."""
        address = self.of_value("source", source)
        if not address:
            return ()
        unknown = "&language=" if self.scope.action is None else "&without=language"
        if "without=" in address:
            return tuple(f"{address}&language={tag}" if tag else "" for tag in tags)
        return tuple(f"{address}&language={tag}" if tag else address + unknown for tag in tags)

    def of_action(
        self,
        action: ActionOverview,
        part: str,
        value: str,
        status: str,
        language: str | None = None,
    ) -> str:
        """The list of an action's signatures with a value and a status in the period.

        Empty if a list cannot be without both value and language.
        """
        filters = filters_of(part, value)
        in_language = {} if language is None else filters_of("locale", language)
        if filters.keys() & in_language.keys():
            return ""
        return self._list(action, self._whole, status, {**filters, **in_language})

    def of_bucket(self, bucket: int, status: str = "") -> str:
        """The list of a bucket; of several actions, the actions first."""
        if not self.scope.shows_lists:
            return ""
        if self.scope.action is None:
            moment = moment_in_address(self.period.starts[bucket])
            return _with_query(self._by_action, {"status": status, "bucket": moment, **self.values})
        return self._list(self.scope.action, self.times(bucket), status, {})

    def of_source_by_bucket(self, source: str) -> tuple[str, ...]:
        """The lists of those confirmed with a source, one for each bucket; none for several actions."""
        ending = urlencode(filters_of("source", source), safe=QUERY_SAFE)
        return tuple(f"{address}&{ending}" for address in self._buckets)

    def of_status(self, status: str, *, is_in_period: bool = False) -> str:
        """The list of all signatures with a status; of several actions, the actions first."""
        if not self.scope.shows_lists:
            return ""
        if self.scope.action is None:
            values = self.values if is_in_period else {"range": "all"}
            return _with_query(self._by_action, {"status": status, **values})
        times = self._whole if is_in_period else {}
        return self._list(self.scope.action, times, status, {})

    def of_step(self, step: str) -> str:
        """The list of a step from form to confirmation; empty for emails, which are not kept.

        Of several actions, the actions first.
        """
        if self.scope.action is None:
            return self.of_status(step, is_in_period=True)
        if step == "mailed":
            return ""
        return self.of_status("" if step == "forms" else step, is_in_period=True)

    def times(self, bucket: int | None = None) -> dict[str, str]:
        """The filters for times: of the period, or of one bucket. They are to the minute, as these are."""
        period, is_last = self.period, bucket in (None, len(self.period.starts) - 1)
        since = period.since if bucket is None else period.starts[bucket]
        until = period.until if bucket is None else period.end_of(bucket)
        times = {"since": local_input(since)}
        return times if is_last and period.ends_now else times | {"until": local_input(until)}

    @cached_property
    def _buckets(self) -> Sequence[str]:
        """The list of those confirmed in each bucket; none for several actions."""
        if self.scope.action is None:
            return []
        lists = (self.of_bucket(one, "confirmed") for one in range(len(self.period.starts)))
        return [address for address in lists if address]

    @cached_property
    def _whole(self) -> Mapping[str, str]:
        return {} if self.is_since_start else self.times()

    @cached_property
    def _by_action(self) -> str:
        return self.scope.address("by_action")

    @cached_property
    def _lists(self) -> Mapping[int, str]:
        """The list of each action, without filters: building one from its route takes ten times longer."""
        return {one.id: url_for("staff_signatures.index", **one.ids) for one in self.scope.actions}

    def _list(
        self,
        action: ActionOverview,
        times: Mapping[str, str],
        status: str,
        filters: Mapping[str, str],
    ) -> str:
        chosen = {"status": status} if status else {}
        return _with_query(self._lists[action.id], {**chosen, **times, **filters})


def moment_in_address(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def _with_query(address: str, values: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(values, safe=QUERY_SAFE)}" if values else address


def filters_of(part: str, value: str) -> dict[str, str]:
    """The filters of the list of signatures for one value of a part."""
    if part == "all":
        return {}
    if part == "source" and value == OTHER_SOURCES:
        return {"without": "named-source"}
    return {FILTERS[part]: value} if value else {"without": FILTERS[part]}
