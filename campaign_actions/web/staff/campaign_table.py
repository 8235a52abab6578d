"""The table of campaigns on the overview and on the page of campaigns: filtered, sorted, a page at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_pgettext, pgettext
from flask_babel.speaklater import LazyString

from campaign_actions.actions.counts.quarters import daily_counts
from campaign_actions.actions.listing.campaigns import (
    ARCHIVED,
    STATES,
    ListedAction,
    ListedCampaign,
    listed_campaigns,
)
from campaign_actions.actions.listing.filter_and_sort import (
    SORTS,
    Filter,
    count_by_state,
    sort_campaigns,
)
from campaign_actions.actions.newest.drafts import ids_with_drafts
from campaign_actions.actions.newest.schedules import planned_times
from campaign_actions.campaigns.queries import missed_openings
from campaign_actions.core.content.drawings.sparkline import Sparkline, sparkline
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.web.http.pagination import Page, paginate
from campaign_actions.web.staff.access.authorization import allows, campaigns_of
from campaign_actions.web.staff.publishing.open_steps import progress_of
from campaign_actions.web.staff.switches.off import count_off, languages_off
from campaign_actions.web.staff.waiting.store import DraftProgress

PAGE_SIZE = 20
DAYS_SHOWN = 28  # of small charts
MAX_FOLDED = 10  # archived campaigns that are listed below the others
MAX_QUERY_LENGTH = 100
STATE_NAMES: Mapping[str, LazyString] = {
    "open": lazy_pgettext("campaigns", "Open"),
    "draft": lazy_pgettext("campaigns", "Drafts"),
    "scheduled": lazy_pgettext("campaigns", "Scheduled"),
    "closed": lazy_pgettext("campaigns", "Closed"),
    "archived": lazy_pgettext("campaigns", "Archived"),
}


@dataclass(frozen=True)
class CampaignRow:
    """A campaign of the table. `line`: its small chart; None if nobody confirmed lately.

    `found_actions`: those because of which the words of the filter match it.
    """

    campaign: ListedCampaign
    today: int
    line: Sparkline | None
    progress: DraftProgress | None = None  # of one that is not open yet
    is_changed: bool = False  # with drafts that the public does not see yet
    publishes_at: datetime | None = None  # when the drafts become public, if someone has set a time
    missed_at: datetime | None = None  # when it should have opened
    found_actions: Sequence[ListedAction] = ()
    actions_off: int = 0  # how many open or scheduled actions are switched off
    languages_off: Sequence[str] = ()  # the public ones that are switched off

    @property
    def languages(self) -> list[str]:
        """Those that are left out when it is public are marked."""
        hidden = self.campaign.hidden_locales
        words = _("(not public)")
        return [f"{tag} {words}" if tag in hidden else tag for tag in self.campaign.locales]


@dataclass(frozen=True)
class CampaignTable:
    """`endpoint`: of the page it is on. `total`: of all campaigns of the member.

    `states`: how many of those that match there are in each. `archived`: those folded away.
    """

    endpoint: str
    rows: Sequence[CampaignRow]
    page: Page
    chosen: Filter
    sort: str
    total: int
    states: Mapping[str, int]
    archived: Sequence[ListedCampaign]
    archived_count: int

    @property
    def is_filtered(self) -> bool:
        return self.chosen != Filter()

    @property
    def is_in_public_order(self) -> bool:
        """Whether it has all campaigns in their order on the public site."""
        return not self.sort and not self.is_filtered

    @property
    def values(self) -> dict[str, str]:
        """The parameters of an address that shows the same."""
        chosen = {"q": self.chosen.query, "state": self.chosen.state, "tag": self.chosen.tag}
        return _present({"sort": self.sort, **chosen})

    @property
    def state_filters(self) -> Iterator[tuple[str, str, int]]:
        """Each state that can be chosen, its name, and how many campaigns are in it; "": all but archived."""
        current = sum(count for state, count in self.states.items() if state != ARCHIVED)
        is_all = not self.states[ARCHIVED]
        yield "", pgettext("campaigns", "All") if is_all else _("Not archived"), current
        for state, words in STATE_NAMES.items():
            if self.states[state] or self.chosen.state == state:
                yield state, str(words), self.states[state]

    def address(self, **changes: str) -> str:
        """The address of the same table with changes; an empty value removes a filter."""
        values: dict[str, Any] = _present({**self.values, **changes})
        return url_for(self.endpoint, _anchor="campaigns", **values)

    def is_first(self, row: CampaignRow) -> bool:
        return self.page.number == 1 and row is self.rows[0]

    def is_last(self, row: CampaignRow) -> bool:
        return self.page.number == self.page.pages and row is self.rows[-1]


def visible_campaigns(now: datetime) -> list[ListedCampaign]:
    """All that the current member may see, in the order of the public site."""
    if not allows("campaigns.view"):
        return []
    ids = campaigns_of("campaigns.view")
    return listed_campaigns(ids, locales=locales_current_first(), now=now)


def campaign_table(
    found: Sequence[ListedCampaign], today: Mapping[int, int], *, endpoint: str, now: datetime
) -> CampaignTable:
    """As the address says. `found`: all campaigns of the member. `today`: by action, how many confirmed."""
    chosen, sort = _chosen(), request.args.get("sort", "")
    sort = sort if sort in SORTS else ""
    by_campaign = {one.id: sum(today.get(action, 0) for action in one.action_ids) for one in found}
    matching = chosen.without_state(found)
    listed = sort_campaigns(chosen.of(found), sort, today=by_campaign)
    page = paginate(len(listed), size=PAGE_SIZE)
    start = page.part["offset"]
    archived = [one for one in matching if one.state == ARCHIVED and chosen.state != ARCHIVED]
    archived.sort(key=lambda one: one.archived_at or now, reverse=True)
    return CampaignTable(
        endpoint=endpoint,
        rows=_rows(listed[start : start + PAGE_SIZE], by_campaign, chosen.words, now),
        page=page,
        chosen=chosen,
        sort=sort,
        total=len(found),
        states=count_by_state(matching),
        archived=archived[:MAX_FOLDED],
        archived_count=len(archived),
    )


def _present(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _chosen() -> Filter:
    state = request.args.get("state", "")
    return Filter(
        state=state if state in STATES else "",
        tag=request.args.get("tag", "")[:MAX_QUERY_LENGTH].strip(),
        query=request.args.get("q", "")[:MAX_QUERY_LENGTH].strip(),
    )


def _rows(
    listed: Sequence[ListedCampaign],
    today: Mapping[int, int],
    words: Sequence[str],
    now: datetime,
) -> list[CampaignRow]:
    actions = [action for one in listed for action in one.action_ids]
    days = daily_counts(actions, days=DAYS_SHOWN, today=now.date()) if actions else {}
    progress = progress_of([one.id for one in listed if one.state in ("draft", "scheduled")])
    changed = ids_with_drafts([one.id for one in listed if one.state != ARCHIVED])
    planned = planned_times(changed) if changed else {}
    missed = missed_openings(one.id for one in listed if one.state == "draft")
    return [
        CampaignRow(
            one,
            today.get(one.id, 0),
            _line(one, days),
            progress.get(one.id),
            is_changed=one.id in changed,
            publishes_at=planned.get(one.id),
            missed_at=missed.get(one.id),
            found_actions=one.actions_with(words),
            actions_off=count_off(one.actions),
            languages_off=languages_off(one.public_locales),
        )
        for one in listed
    ]


def _line(one: ListedCampaign, days: Mapping[int, Sequence[int]]) -> Sparkline | None:
    counts = [days[action] for action in one.action_ids if action in days]
    return sparkline([sum(of_day) for of_day in zip(*counts, strict=True)]) if counts else None
