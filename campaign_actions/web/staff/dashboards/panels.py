"""The tables of a dashboard. Pages show them and charts draw them; files have the same numbers."""

from collections import Counter

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from campaign_actions.actions.counts.source_limit import OTHER_SOURCES
from campaign_actions.actions.counts.states.figures import Figures, States
from campaign_actions.actions.counts.states.providers import OTHER_PROVIDERS
from campaign_actions.actions.signatures.staff_forms import CHANNEL_LABELS
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.i18n.formatting import country
from campaign_actions.core.i18n.locale import is_language, language_here
from campaign_actions.web.staff.dashboards.addresses import Addresses
from campaign_actions.web.staff.dashboards.scope import Scope
from campaign_actions.web.staff.dashboards.tables import (
    BY_RATE,
    MAX_OPEN_ROWS,
    ORDERS,
    Line,
    Panel,
    Value,
    row_order,
)
from campaign_actions.web.staff.dashboards.times import (
    bucket_groups,
    bucket_label,
    bucket_mark,
    bucket_stamp,
)


def total_panel(figures: Figures, addresses: Addresses) -> Panel:
    """Confirmed by time, and in all by then."""
    in_all, rows = figures.before, []
    for bucket, states in enumerate(figures.by_time):
        in_all += states.confirmed
        rows.append(_of_bucket(bucket, (states.confirmed, in_all), addresses, "confirmed"))
    headings = (_time_heading(addresses), _("Confirmed"), pgettext("participants", "Total"))
    total = Line(_("Whole period"), (figures.period.confirmed, in_all))
    return Panel("total", _("Confirmed in total"), headings, tuple(rows), total)


def states_panel(figures: Figures, addresses: Addresses) -> Panel:
    rows = tuple(
        _of_bucket(bucket, _by_state(states), addresses)
        for bucket, states in enumerate(figures.by_time)
    )
    headings = (
        *(_time_heading(addresses), _("Confirmed"), pgettext("signature", "Pending")),
        *(_("Withdrawn"), _("Invalid")),
    )
    total = Line(_("Whole period"), _by_state(figures.period))
    return Panel("states", _("Participants by status"), headings, rows, total)


def sources_by_time_panel(figures: Figures, addresses: Addresses) -> Panel:
    """Confirmed by the channel of links and by time. The file has all channels."""
    period, names = addresses.period, addresses.scope.source_names
    rows = [
        Line(
            source_label(source, names),
            (*counts, sum(counts)),
            addresses.of_value("source", source),
            is_plain=source not in ("", OTHER_SOURCES),
            cell_addresses=addresses.of_source_by_bucket(source),
        )
        for source, counts in figures.sources_by_time.items()
        if sum(counts) > 0
    ]
    rows.sort(key=lambda row: (-(row.cells[-1] or 0), row.label))
    first, last = str(_("Channel")), str(_("Whole period"))
    buckets = range(len(period.starts))
    return Panel(
        "source-times",
        _("Channels over time"),
        (first, *(bucket_label(period, bucket) for bucket in buckets), last),
        tuple(rows),
        has_shades=True,
        file_headings=(first, *(bucket_stamp(period, bucket) for bucket in buckets), last),
        short_headings=tuple(bucket_mark(period, bucket) for bucket in buckets),
        groups=bucket_groups(period),
    )


def source_languages_panel(found: Counter[tuple[str, str]], addresses: Addresses) -> Panel | None:
    """Confirmed since the start, by the channel of links and by language; None if all have one language."""
    sources: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    for (source, locale), number in found.items():
        sources[source] += number
        languages[locale] += number
    if len(languages) < 2:
        return None
    scope, tags = addresses.scope, sorted(languages, key=lambda tag: (-languages[tag], tag))
    rows = [
        Line(
            source_label(source, scope.source_names),
            (*(found[source, tag] for tag in tags), number),
            addresses.of_value("source", source),
            is_plain=source not in ("", OTHER_SOURCES),
            cell_addresses=addresses.of_source_by_language(source, tags),
        )
        for source, number in sources.items()
    ]
    rows.sort(key=lambda row: (-(row.cells[-1] or 0), row.label))
    total = pgettext("participants", "Total")
    return Panel(
        "source-languages",
        _("Channels by language, since the start"),
        (_("Channel"), *(part_label("locale", tag, scope) for tag in tags), total),
        tuple(rows),
        Line(total, (*(languages[tag] for tag in tags), languages.total())),
        has_shades=True,
    )


def funnel_panel(figures: Figures, addresses: Addresses) -> Panel:
    """Three totals of the range. Nobody is followed from one to the next."""
    period = figures.period
    steps = (
        (_("Forms sent"), "forms"),
        (_("Emails accepted by mail servers"), "mailed"),
        (_("Confirmed"), "confirmed"),
    )
    rows = tuple(
        Line(
            words,
            (count := getattr(period, step), _share(count, period.forms)),
            addresses.of_step(step),
        )
        for words, step in steps
    )
    headings = (_("Step"), pgettext("of people or emails", "Number"), _("Of forms sent"))
    return Panel(
        *("steps", _("From form to confirmation"), headings, rows), percents=frozenset({1})
    )


def part_label(part: str, value: str, scope: Scope) -> str:
    """A value of a part in words."""
    if part == "country":
        return country(value) if value else pgettext("country", "Unknown")
    if part == "locale":
        return (
            language_here(value) if is_language(value) else value or pgettext("language", "Unknown")
        )
    if part == "channel":
        return str(CHANNEL_LABELS.get(value, value) or pgettext("way of taking part", "Unknown"))
    return provider_label(value) if part == "provider" else source_label(value, scope.source_names)


def part_panel(name: str, figures: Figures, addresses: Addresses) -> Panel:
    """Confirmed by one part, with shares and confirmation rates. All values are there."""
    titles = {
        "country": (_("By country"), _("Country")),
        "locale": (_("By language"), _("Language")),
        "source": (_("By channel"), _("Channel")),
        "channel": (_("How people took part"), pgettext("of taking part", "Way")),
    }
    title, heading = titles[name]
    found = figures.by_part[name]
    total = sum(states.confirmed for states in found.values())
    order = addresses.order
    shown = [
        (part_label(name, value, addresses.scope), value, states)
        for value, states in found.items()
        if states.confirmed > 0 or states.pending > 0
    ]
    shown.sort(key=lambda one: row_order(one[0], one[2], order))
    rows = [
        Line(
            label,
            (states.confirmed, _share(states.confirmed, total), states.rate),
            addresses.of_value(name, value),
            is_plain=name == "source" and value not in ("", OTHER_SOURCES),
        )
        for label, value, states in shown
    ]
    headings = (heading, _("Confirmed"), pgettext("part of all", "Share"), _("Confirmation rate"))
    last = Line(
        pgettext("participants", "Total"), (total, _share(total, total), figures.period.rate)
    )
    return Panel(
        *(name, title, headings, tuple(rows), last, frozenset({1, 2})),
        has_bars=True,
        bar=2 if order == BY_RATE else 1,
        counted=_counted(name, len(rows)),
        orders=ORDERS,
        order=order,
    )


def _counted(part: str, number: int) -> str:
    """How many rows a table has, if that is more than one sees at once."""
    if number <= MAX_OPEN_ROWS:
        return ""
    words = {
        "country": ngettext("%(num)d country", "%(num)d countries", number),
        "locale": ngettext("%(num)d language", "%(num)d languages", number),
        "source": ngettext("%(num)d channel", "%(num)d channels", number),
    }
    return str(words.get(part, ""))


def source_label(source: str, names: SourceNames) -> str:
    if not source:
        return str(pgettext("channel", "Unknown"))
    is_others = source == OTHER_SOURCES
    return str(pgettext("channels", "others")) if is_others else names.name(source)


def provider_label(provider: str) -> str:
    is_other = provider == OTHER_PROVIDERS
    return str(pgettext("email providers", "others")) if is_other else provider


def _of_bucket(
    bucket: int, cells: tuple[Value, ...], addresses: Addresses, status: str = ""
) -> Line:
    label = bucket_label(addresses.period, bucket, is_long=True)
    stamp = bucket_stamp(addresses.period, bucket)
    return Line(label, cells, addresses.of_bucket(bucket, status), stamp=stamp)


def _by_state(states: States) -> tuple[int, ...]:
    return states.confirmed, states.pending, states.withdrawn, states.invalid


def _share(count: int, total: int) -> float | None:
    return 100 * count / total if total else None


def _time_heading(addresses: Addresses) -> str:
    headings = {"hour": _("Hour"), "day": _("Day"), "week": _("Week from")}
    return str(headings[addresses.period.unit])
