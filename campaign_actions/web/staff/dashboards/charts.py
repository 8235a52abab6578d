"""The charts of a dashboard: what is drawn, for a wide screen and for a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from string import ascii_uppercase

from flask_babel import gettext as _
from flask_babel import pgettext

from campaign_actions.actions.counts.states.figures import Figures
from campaign_actions.actions.counts.states.periods import Period
from campaign_actions.core.content.drawings.plot import NARROW, WIDE, Plot, Size
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.locale import direction
from campaign_actions.web.staff.dashboards.times import bucket_label, moment_label

MAX_MARKS = 12
MAX_LINES = 5
HEADROOM = 1.04  # above a line and a goal, for their numbers
MAX_RATIO = 2  # how many times as high as the other layers bars are drawn


@dataclass(frozen=True)
class Event:
    """Something that may explain a figure, such as an update. `note`: sentences about its effect."""

    at: datetime
    words: str
    address: str = ""
    note: str = ""
    has_effect: bool = False  # whether people may have taken part because of it


@dataclass(frozen=True)
class MarkedEvent:
    """An event as the list below a chart has it."""

    day: str
    words: str
    address: str
    note: str


@dataclass(frozen=True)
class Mark:
    """A letter on the chart, and all that happened at its place."""

    place: int
    letter: str
    events: tuple[MarkedEvent, ...]


@dataclass(frozen=True)
class Goal:
    count: int
    words: str


@dataclass(frozen=True)
class Chart:
    """`kind`: "line" or "bars". `series`: of a line, the counts of each; of bars, their layers.

    `labels`: of each place. `names`: of each series. `is_unfinished`: the last place is not over. `cut`:
    places whose bar is cut off at the top.
    """

    name: str
    kind: str
    title: str
    description: str
    series: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    labels: tuple[str, ...]
    marks: tuple[Mark, ...] = ()
    goals: tuple[Goal, ...] = ()
    is_unfinished: bool = False
    cut: tuple[int, ...] = ()

    @property
    def is_by_time(self) -> bool:
        """Whether each row of its table is a place."""
        return self.name != "comparison"

    @property
    def wide(self) -> Plot:
        return self._plot(WIDE)

    @property
    def narrow(self) -> Plot:
        return self._plot(NARROW)

    def _plot(self, size: Size) -> Plot:
        if self.kind == "bars":
            largest = max(map(sum, zip(*self.series, strict=True)), default=0)
        else:
            highest = *map(max, filter(None, self.series)), *(goal.count for goal in self.goals)
            largest = ceil(max(highest, default=0) * HEADROOM)
        return Plot(size, len(self.labels), largest, is_mirrored=direction() == "rtl")


def total_chart(
    figures: Figures,
    period: Period,
    *,
    title: str,
    marks: tuple[Mark, ...],
    goals: Sequence[int],
) -> Chart:
    """`goals`: the configured and the shown one, of one action."""
    counts, in_all = [], figures.before
    for states in figures.by_time:
        in_all += states.confirmed
        counts.append(in_all)
    return Chart(
        "total",
        "line",
        title,
        _(
            "The line goes from %(first)s to %(last)s. The table has all numbers.",
            first=number(counts[0]),
            last=number(counts[-1]),
        ),
        (tuple(counts),),
        (_("Confirmed"),),
        _labels(period),
        marks,
        _goals(goals),
        period.ends_now,
    )


def states_chart(figures: Figures, period: Period, *, title: str, marks: tuple[Mark, ...]) -> Chart:
    layers = tuple(
        tuple(max(0, getattr(states, name)) for states in figures.by_time)
        for name in ("confirmed", "pending", "withdrawn", "invalid")
    )
    names = (_("Confirmed"), pgettext("signature", "Pending"), _("Withdrawn"), _("Invalid"))
    heights = [sum(numbers) for numbers in zip(*layers, strict=True)]
    highest = max(heights, default=0)
    end = _end_of_axis(layers)
    cut = tuple(place for place, height in enumerate(heights) if height > end)
    invalid = tuple(
        min(many, end - (height - many)) for many, height in zip(layers[-1], heights, strict=True)
    )
    words = _("The highest bar is %(count)s. The table has all numbers.") % {
        "count": number(highest)
    }
    return Chart(
        *("states", "bars", title, words, (*layers[:-1], invalid), names, _labels(period), marks),
        is_unfinished=period.ends_now,
        cut=cut,
    )


def comparison_chart(lines: Sequence[tuple[str, Sequence[int]]], *, title: str) -> Chart:
    """The titles of the largest, and how many had confirmed by the end of each day since the first."""
    longest = max(len(counts) for _title, counts in lines)
    return Chart(
        "comparison",
        "line",
        title,
        _("Each line starts on the first day. The table has the numbers."),
        tuple(tuple(counts) for _title, counts in lines),
        tuple(title for title, _counts in lines),
        tuple(_("Day %(number)d", number=day) for day in range(1, longest + 1)),
    )


def marks_of(events: Sequence[Event], period: Period) -> tuple[Mark, ...]:
    """The newest places of a period at which something happened, in their order, with all of it."""
    by_place: dict[int, list[MarkedEvent]] = {}
    for event in sorted(events, key=lambda one: one.at):
        if (place := period.bucket_of(event.at)) is not None:
            day = moment_label(event.at, period)
            found = MarkedEvent(day, event.words, event.address, event.note)
            by_place.setdefault(place, []).append(found)
    shown = list(by_place.items())[-MAX_MARKS:]
    return tuple(
        Mark(place, letter, tuple(found))
        for letter, (place, found) in zip(ascii_uppercase, shown, strict=False)
    )


def _end_of_axis(layers: Sequence[Sequence[int]]) -> int:
    """Where bars of states end. Many invalid ones, the last layer, do not make the others unreadable."""
    all_of_them = max(map(sum, zip(*layers, strict=True)), default=0)
    others = max(map(sum, zip(*layers[:-1], strict=True)), default=0)
    is_cut = 0 < others * MAX_RATIO < all_of_them
    return Plot(WIDE, 1, others + others // 4 if is_cut else all_of_them).highest


def _labels(period: Period) -> tuple[str, ...]:
    return tuple(bucket_label(period, bucket) for bucket in range(len(period.starts)))


def _goals(counts: Sequence[int]) -> tuple[Goal, ...]:
    if not counts:
        return ()
    configured, shown = counts
    if configured == shown:
        return (Goal(shown, _("Goal: %(count)s", count=number(shown))),)
    return (
        Goal(shown, _("Goal shown: %(count)s", count=number(shown))),
        Goal(configured, _("First goal: %(count)s", count=number(configured))),
    )
