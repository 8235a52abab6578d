"""Pages and files that the dashboards of an action, a campaign and all campaigns share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.counts.states.figures import States, read_by_action
from campaign_actions.actions.counts.states.periods import Period
from campaign_actions.actions.counts.states.providers import PROVIDERS
from campaign_actions.actions.counts.states.source_languages import read_by_action_in_language
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
from campaign_actions.web.staff.switches.off import items_stopping

MAX_VALUE_LENGTH = 40  # as in the tallies
# As the page calls them; addresses have the names of the tallies.
FILE_NAMES = {"source": "channel", "channel": "way"}
FILE_NAMES |= {"source-times": "channel-times", "source-languages": "channel-languages"}
FROM_FIRST_DAY = {"comparison", "source-languages"}  # have no range
# By action, without parts: everyone who is listed, and steps from form to confirmation.
OF_ALL: Mapping[str, LazyString] = {
    "": _l("Participants"),
    "forms": _l("Forms sent"),
    "mailed": _l("Emails accepted by mail servers"),
}
COUNTED_WORDS: Mapping[str, LazyString] = {**SEARCHABLE_STATUSES, **OF_ALL}
# Rows of panels on the page, if not as many as of others.
MAX_SHOWN = {"source-times": 12, "source-languages": 12}


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
        "off": items_stopping(dashboard.scope.action) if dashboard.scope.action else [],
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
    figure = Figure(
        request.args.get("part", "all"),
        request.args.get("value", ""),
        request.args.get("status", "confirmed"),
        request.args.get("language"),
        request.args.get("bucket", ""),
    )
    if not figure.is_known(scope):
        abort(404)
    dashboard = read_dashboard(scope, utc_now(), name="all" if figure.has_language else "")
    if figure.bucket:
        dashboard = dashboard.of_bucket(figure.bucket) or abort(404)
    page = "by_action" if scope.campaign else "all_by_action"
    values = by_action_values(dashboard, figure.read(dashboard), figure)
    return render_template(f"staff/dashboards/{page}.html", **values)


@dataclass(frozen=True)
class Figure:
    """How many people with one value of a part have a status, or are at a step of OF_ALL.

    With a `language`, since the start. `bucket`: when one of the period begins.
    """

    part: str = "all"
    value: str = ""
    status: str = "confirmed"
    language: str | None = None
    bucket: str = ""

    @property
    def has_language(self) -> bool:
        return self.language is not None

    def is_known(self, scope: Scope) -> bool:
        if self.part not in VALUE_PARTS or self.status not in COUNTED_WORDS:
            return False
        if self.part != "all" and self.status in OF_ALL:
            return False
        if self.part == "provider" and not (scope.shows_lists and self.value in PROVIDERS):
            return False  # small numbers are for those only who may see the lists
        if self.has_language and (self.part != "source" or self.bucket):
            return False
        texts = self.value, self.language or ""
        return all(len(text) <= MAX_VALUE_LENGTH and text.isprintable() for text in texts)

    def words(self, scope: Scope) -> str:
        if self.part == "all":
            return str(COUNTED_WORDS[self.status])
        name = part_label(self.part, self.value, scope)
        if self.language is None:
            return name
        language = part_label("locale", self.language, scope)
        return str(_("%(name)s: %(value)s", name=name, value=language))

    def read(self, dashboard: Dashboard) -> dict[int, States]:
        """By action."""
        scope, value = dashboard.scope, self.value if self.part != "all" else ""
        if self.part == "source":
            value = scope.source_names.whole(value)
        if self.language is not None:
            return read_by_action_in_language(scope.action_ids, value, self.language)
        return read_by_action(
            scope.action_ids, dashboard.chosen.period, part=self.part, value=value
        )


def by_action_values(
    dashboard: Dashboard, found: Mapping[int, States], figure: Figure
) -> dict[str, Any]:
    rows = _rows(dashboard, found, figure)
    return {
        **_range_values(dashboard),
        "name": figure.words(dashboard.scope),
        "counted": SEARCHABLE_STATUSES.get(
            figure.status, pgettext("of people or emails", "Number")
        ),
        "rows": rows,
        "total": sum(count for _action, count, _address in rows),
    }


def _rows(
    dashboard: Dashboard, found: Mapping[int, States], figure: Figure
) -> list[tuple[ActionOverview, int, str]]:
    """Actions with their count and the address of their list, the largest count first."""
    rows = []
    for action in dashboard.scope.actions:
        if count := getattr(found.get(action.id, States()), figure.status or "listed"):
            rows.append((action, count, _address(dashboard, action, figure)))
    return sorted(rows, key=lambda row: -row[1])


def _address(dashboard: Dashboard, action: ActionOverview, figure: Figure) -> str:
    """The list; of emails, which have none, the action’s own dashboard."""
    if figure.status == "mailed":
        values: dict[str, Any] = {**action.ids, **dashboard.address_values}
        return url_for("staff_actions_show.show", _anchor="steps", **values)
    addresses = dashboard.addresses_since_start if figure.has_language else dashboard.addresses
    status = "" if figure.status in OF_ALL else figure.status
    return addresses.of_action(action, figure.part, figure.value, status, figure.language)
