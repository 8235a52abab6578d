"""Scenes of dashboards: of an action in each state, of a campaign, and of all."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, timedelta
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.action_overview import State
from campaign_actions.actions.counts.states.around import Around
from campaign_actions.actions.counts.states.figures import Figures, States
from campaign_actions.actions.counts.states.periods import last_days, last_hours
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.catalogs.preview.sample_campaign import ID, NAME, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.core.i18n.timezones import zone as page_zone
from campaign_actions.web.staff.dashboards.dashboard import Dashboard
from campaign_actions.web.staff.dashboards.events import (
    Event,
    around_words,
    changes_words,
    publications,
)
from campaign_actions.web.staff.dashboards.pages import Figure, by_action_values, page_values
from campaign_actions.web.staff.dashboards.ranges import Range, own_range_notice
from campaign_actions.web.staff.dashboards.scope import Group, Scope
from campaign_actions.web.staff.dashboards.tables import BY_RATE
from campaign_actions.web.staff.translations.scenes.samples import (
    make_action,
    make_campaign,
    staff_scene,
)

DASHBOARD, PAGE = _l("Dashboard"), "dashboards/show"
STATES: tuple[State, ...] = ("open", "draft", "scheduled", "closed", "archived")
SOME = States(pending=2, confirmed=5, withdrawn=1, invalid=1, gone=1, mailed=8)
MANY = States(pending=20, confirmed=50, mailed=70)
OWN_RANGES: tuple[tuple[int, ...], ...] = ((), (5, 9), (-20, -15), (-20, 0), (-5, 5))
ATTACKED = States(confirmed=5, invalid=900)
# By range: the goal, and in how many days the action closes.
FAR_GOALS: Mapping[str, tuple[int, int | None]] = {
    "7d": (1_000, 3),
    "all": (1_000, None),
    "own": (10**9, None),
}
MANY_SOURCES = {f"source-{number}": SOME for number in range(260)}


class SampleScope(Scope):
    """Whose sources have no names of their own."""

    @cached_property
    def source_names(self) -> SourceNames:
        return SourceNames(())


class SampleDashboard(Dashboard):
    """With figures of its own instead of those in the database."""

    @cached_property
    def figures(self) -> Figures:
        buckets = len(self.chosen.period.starts)
        if self.chosen.name == "24h":
            nothing: dict[str, dict[str, States]] = {
                part: {} for part in ("country", "locale", "source", "channel", "provider")
            }
            return Figures(States(), 0, [States()] * buckets, nothing, {}, earlier=SOME, week=MANY)
        sources = {"": SOME, "other": SOME} | MANY_SOURCES
        parts = {
            "country": {"RU": SOME, "": SOME},
            "locale": {SOURCE: SOME, "": SOME},
            "source": sources,
            "channel": {"page": SOME, "": SOME},
            "provider": {"gmail.com": MANY, "mail.ru": MANY, "other": SOME},
        }
        by_time = {source: list(range(buckets)) for source in sources}
        by_state = [SOME] * (buckets - 1) + [ATTACKED]
        return Figures(SOME, 4, by_state, parts, by_time, earlier=SOME)

    @cached_property
    def by_source_and_language(self) -> Counter[tuple[str, str]]:
        return Counter({(source, tag): 5 for source in MANY_SOURCES for tag in (SOURCE, "")})

    @cached_property
    def by_action(self) -> dict[int, States]:
        return {ID: SOME}

    @cached_property
    def lines(self) -> list[tuple[str, str, list[int]]]:
        return [(NAME, "", list(range(1, days))) for days in (100, 20, 19, 18, 17, 16)]

    def events(self) -> list[Event]:
        at = self.now - timedelta(days=3)
        around = (Around(3, "day", 4, 9), Around(3, "hour", 4, 9), Around(24, "hour", 4, None))
        notes = [Event(at, NAME, note=around_words(counts)) for counts in around]
        words = changes_words([NAME], is_of_action=self.scope.action is not None)
        many = [Event(self.now - timedelta(days=days), NAME) for days in range(4, 20)]
        marked = many if self.scope.action is None else []
        return [*marked, *notes, Event(at, words), *publications(self.scope, {ID: [at]})]


def dashboard_scenes() -> Iterator[Scene]:
    for state in STATES:
        values = partial(_page, of="action", state=state)
        yield staff_scene(f"action-{state}", DASHBOARD, PAGE, values)
    for name in FAR_GOALS:
        values = partial(_page, of="action", name=name)
        yield staff_scene(f"action-pace-{name}", DASHBOARD, PAGE, values)
    empty = partial(_page, of="action", name="24h")
    yield staff_scene("action-empty", DASHBOARD, PAGE, empty)
    for number in range(len(OWN_RANGES)):
        values = partial(_page, of="action", name="24h", own=number)
        yield staff_scene(f"action-range-{number}", DASHBOARD, PAGE, values)
    yield staff_scene("dashboard-campaign", DASHBOARD, PAGE, partial(_page, of="campaign"))
    every = partial(_page, of="all")
    yield staff_scene("dashboard", DASHBOARD, "dashboards/all_campaigns", every)
    for name, status in {"": "confirmed", "-listed": "", "-forms": "forms"}.items():
        values = partial(_by_action, of="campaign", status=status)
        yield staff_scene(f"dashboard-actions{name}", DASHBOARD, "dashboards/by_action", values)
    empty = partial(_by_action, of="campaign", is_empty=True)
    yield staff_scene("dashboard-actions-empty", DASHBOARD, "dashboards/by_action", empty)
    every = partial(_by_action, of="all", status="mailed")
    yield staff_scene("dashboard-actions-all", DASHBOARD, "dashboards/all_by_action", every)


def _scope(sample: SampleCampaign, *, of: str, name: str, state: State = "open") -> Scope:
    campaign = make_campaign(sample, state=state)
    action = replace(make_action(sample, state=state), **_goal(sample, name))
    group = Group(ID, NAME, (ID,), "/staff/")
    if of == "action":
        values = {"campaign_id": ID, "action_id": ID}
        scope = SampleScope("staff_actions_show", (action,), (), campaign, action, values, True)
    elif of == "campaign":
        values = {"campaign_id": ID}
        same_goal = replace(action, id=ID + 1, goal=action.first_goal)
        both = replace(action, goal=action.first_goal), same_goal
        scope = SampleScope(
            "staff_dashboards_campaign", both, (group,), campaign, None, values, True
        )
    else:
        higher = replace(action, id=ID + 1, goal=2 * action.first_goal)
        scope = SampleScope(
            "staff_dashboards_all_campaigns", (action, higher), (group,), shows_lists=True
        )
    return scope


def _goal(sample: SampleCampaign, name: str) -> dict[str, Any]:
    """With which the action is not just about to reach its goal."""
    if name not in FAR_GOALS:
        return {}
    goal, days = FAR_GOALS[name]
    return {"goal": goal, "closes_at": sample.now + timedelta(days=days) if days else None}


def _dashboard(
    sample: SampleCampaign,
    *,
    of: str,
    state: State = "open",
    name: str = "28d",
    own: int | None = None,
) -> SampleDashboard:
    zone = {"action": UTC, "campaign": page_zone()}.get(of, ZoneInfo("Asia/Tbilisi"))
    period = last_hours(sample.now, zone) if name == "24h" else last_days(28, sample.now, zone)
    chosen = Range(name, period, {"range": name}, _notice(sample.now.date(), own))
    scope = _scope(sample, of=of, name=name, state=state)
    order = {"sort": BY_RATE} if of == "campaign" else {}
    return SampleDashboard(scope, chosen, sample.now, order)


def _page(
    sample: SampleCampaign,
    *,
    of: str,
    state: State = "open",
    name: str = "28d",
    own: int | None = None,
) -> Values:
    return page_values(_dashboard(sample, of=of, state=state, name=name, own=own))


def _notice(today: date, own: int | None) -> str:
    """Why another period is shown than one that was entered."""
    if own is None:
        return ""
    days = [today + timedelta(days=number) for number in OWN_RANGES[own]]
    return own_range_notice(days, earliest=today - timedelta(days=9), today=today)


def _by_action(
    sample: SampleCampaign, *, of: str, status: str = "confirmed", is_empty: bool = False
) -> Values:
    found = {} if is_empty else {ID: SOME}
    dashboard = _dashboard(sample, of=of)
    if status == "":
        first_day = dashboard.chosen.period.only(0)
        dashboard = replace(dashboard, chosen=replace(dashboard.chosen, period=first_day))
    return by_action_values(dashboard, found, Figure(status=status))
