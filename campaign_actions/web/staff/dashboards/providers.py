"""Confirmation rates by email provider: whether emails arrive."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import pgettext

from campaign_actions.actions.counts.states.figures import Figures, States, sum_states
from campaign_actions.actions.counts.states.providers import OTHER_PROVIDERS
from campaign_actions.web.staff.dashboards.addresses import Addresses
from campaign_actions.web.staff.dashboards.panels import provider_label
from campaign_actions.web.staff.dashboards.tables import MIN_FORMS, Line, Panel

RATE = 0  # the first cell, which a phone shows without scrolling


def provider_panel(figures: Figures, addresses: Addresses) -> Panel:
    """The providers with MIN_FORMS in the period; all others together, last and without a list."""
    found = _named(figures.by_part["provider"])
    others = found.pop(OTHER_PROVIDERS, States())
    rows = [
        Line(name, _cells(states), addresses.of_value("provider", name), is_plain=True)
        for name, states in sorted(found.items(), key=lambda item: (-item[1].forms, item[0]))
    ]
    if others.forms:
        rows.append(Line(provider_label(OTHER_PROVIDERS), _cells(others)))
    total = Line(pgettext("participants", "Total"), _cells(sum_states([*found.values(), others])))
    headings = (
        *(_("Email provider"), _("Confirmation rate"), _("Confirmed"), _("Forms sent")),
        _("Emails accepted by mail servers"),
    )
    return Panel(
        "provider",
        _("Confirmation rate by email provider"),
        headings,
        tuple(rows),
        total if rows else None,
        frozenset({RATE}),
        has_bars=True,
        bar=RATE,
        nobody=_("Nobody is counted by email provider in this period."),
    )


def _named(by_provider: Mapping[str, States]) -> dict[str, States]:
    """Those that are shown by name, and the sum of the others as OTHER_PROVIDERS."""
    named = {
        name: states
        for name, states in by_provider.items()
        if name != OTHER_PROVIDERS and states.forms >= MIN_FORMS
    }
    others = sum_states(states for name, states in by_provider.items() if name not in named)
    return named | {OTHER_PROVIDERS: others}


def _cells(states: States) -> tuple[int | float | None, ...]:
    return states.rate, states.confirmed, states.forms, states.mailed
