"""Pages and files that the dashboards of an action, a campaign and all campaigns share."""

from collections.abc import Mapping
from datetime import UTC, date
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.counts.states.figures import States, read_by_action
from campaign_actions.actions.counts.states.periods import Period
from campaign_actions.actions.counts.states.providers import PROVIDERS
from campaign_actions.actions.models import PARTS as VALUE_PARTS
from campaign_actions.actions.signatures.staff_forms import SEARCHABLE_STATUSES
from campaign_actions.core.db.session import utc_now
from campaign_actions.web.staff.dashboards import files
from campaign_actions.web.staff.dashboards.dashboard import PANELS, Dashboard, read_dashboard
from campaign_actions.web.staff.dashboards.panels import part_label
from campaign_actions.web.staff.dashboards.ranges import OWN, RANGES
from campaign_actions.web.staff.dashboards.scope import Scope
from campaign_actions.web.staff.dashboards.tables import MIN_FORMS
from campaign_actions.web.staff.dashboards.times import period_words

MAX_VALUE_LENGTH = 40  # as in the tallies
# As the page calls them; addresses have the names of the tallies.
FILE_NAMES = {"source": "channel", "source-times": "channel-times", "channel": "way"}
FROM_FIRST_DAY = {"comparison"}  # has no range
MAX_SHOWN = {"source-times": 12}  # rows of panels on the page, if not as many as of others


def dashboard_page(scope: Scope) -> ResponseReturnValue:
    dashboard = read_dashboard(scope, utc_now())
    page = "show" if scope.campaign else "all_campaigns"
    return render_template(f"staff/dashboards/{page}.html", **page_values(dashboard))


def page_values(dashboard: Dashboard) -> dict[str, Any]:
    """The values of the template of a dashboard."""
    found = [panel for name in PANELS if (panel := dashboard.panel(name))]
    period = dashboard.chosen.period
    return {
        **_range_values(dashboard),
        "action": dashboard.scope.action,
        "is_by_hour": period.unit == "hour",
        "ranges": RANGES,
        "own": OWN,
        "figures": dashboard.figures,
        "outlook": dashboard.outlook,
        "addresses": dashboard.addresses,
        "panels": {panel.name: panel.shortened(MAX_SHOWN.get(panel.name)) for panel in found},
        "charts": {panel.name: chart for panel in found if (chart := dashboard.chart(panel))},
        "min_forms": MIN_FORMS,
        "is_utc": period.zone is UTC,
        "zone": str(period.zone),
        "as_of": dashboard.now,
    }


def _range_values(dashboard: Dashboard) -> dict[str, Any]:
    period = dashboard.chosen.period
    return {
        "scope": dashboard.scope,
        "campaign": dashboard.scope.campaign,
        "chosen": dashboard.chosen,
        "order": dashboard.order,
        "same": dashboard.address_values,
        "entered": ("", "") if period.unit == "hour" else (_first_day(period), period.last_day),
        "period_words": period_words(period),
    }


def _first_day(period: Period) -> date:
    return period.since.astimezone(period.zone).date()


def panel_file(scope: Scope, name: str, suffix: str) -> ResponseReturnValue:
    """A panel as CSV, or as a picture in PNG."""
    dashboard = read_dashboard(scope, utc_now())
    panel = (dashboard.panel(name) if name in PANELS else None) or abort(404)
    file_name = _file_name(dashboard, name)
    if suffix == "csv":
        return files.csv_response(panel, file_name)
    period = "" if name in FROM_FIRST_DAY else period_words(dashboard.chosen.period)
    head = files.Head(panel.title, scope.title, period)
    chart = dashboard.chart(panel)
    picture = files.draw_chart(chart, head) if chart else files.draw_rows(panel, head)
    return files.png_response(picture, file_name)


def _file_name(dashboard: Dashboard, panel: str) -> str:
    """Whose figures, which, of what period, and the day on which they were counted."""
    chosen, name = dashboard.chosen, FILE_NAMES.get(panel, panel)
    period = chosen.name
    if period == OWN:
        period = f"{chosen.values['from']}-to-{chosen.values['to']}"
    parts = [dashboard.scope.name, name] + ([] if panel in FROM_FIRST_DAY else [period])
    return "-".join([*parts, f"{dashboard.now:%Y-%m-%d}"])


def by_action_page(scope: Scope) -> ResponseReturnValue:
    """The actions that a figure of several actions consists of, each with its list."""
    dashboard = read_dashboard(scope, utc_now())
    part, value = request.args.get("part", "all"), request.args.get("value", "")
    status = request.args.get("status", "confirmed")
    is_known = part in VALUE_PARTS and status in SEARCHABLE_STATUSES
    if part == "provider":  # small numbers are for those only who may see the lists
        is_known = is_known and scope.shows_lists and value in PROVIDERS
    if not is_known or len(value) > MAX_VALUE_LENGTH or not value.isprintable():
        abort(404)
    counted = scope.source_names.whole(value) if part == "source" else value
    found = read_by_action(
        scope.action_ids, dashboard.chosen.period, part=part, value=counted if part != "all" else ""
    )
    page = "by_action" if scope.campaign else "all_by_action"
    return render_template(
        f"staff/dashboards/{page}.html",
        **by_action_values(dashboard, found, part=part, value=value, status=status),
    )


def by_action_values(
    dashboard: Dashboard, found: Mapping[int, States], *, part: str, value: str, status: str
) -> dict[str, Any]:
    rows = _rows(dashboard, found, part, value, status)
    counted = SEARCHABLE_STATUSES[status]
    return {
        **_range_values(dashboard),
        "name": counted if part == "all" else part_label(part, value, dashboard.scope),
        "counted": counted,
        "rows": rows,
        "total": sum(count for _action, count, _address in rows),
    }


def _rows(
    dashboard: Dashboard, found: Mapping[int, States], part: str, value: str, status: str
) -> list[tuple[ActionOverview, int, str]]:
    """Actions with their count and the address of their list, the largest count first."""
    addresses, rows = dashboard.addresses, []
    for action in dashboard.scope.actions:
        if count := getattr(found.get(action.id, States()), status):
            rows.append((action, count, addresses.of_action(action, part, value, status)))
    return sorted(rows, key=lambda row: -row[1])
