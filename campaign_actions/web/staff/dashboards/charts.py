"""The charts of a dashboard: what is drawn, for a wide screen and for a phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from flask_babel import gettext as _
from flask_babel import pgettext

from campaign_actions.actions.counts.states.figures import Figures
from campaign_actions.actions.counts.states.periods import Period
from campaign_actions.core.content.drawings.plot import NARROW, WIDE, Plot, Size
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.locale import direction
from campaign_actions.web.staff.dashboards.events import MAX_MARKS, Mark, MarkedEvent
from campaign_actions.web.staff.dashboards.times import bucket_label

MAX_LINES = 5
HEADROOM = 1.04  # above a line and a goal, for their numbers
MAX_RATIO = 2  # how many times as high as the other layers bars are drawn


@dataclass(frozen=True)
class Goal:
    count: int
    words: str


@dataclass(frozen=True)
class Chart:
    """`kind`: "line" or "bars". `series`: of a line, the counts of each; of bars, their layers.

    `labels`: of each place. `names`: of each series. `is_unfinished`: the last place is not over. `cut`:
    places whose bar is cut off at the top. `notes`: what to know about it, such as what is left out.
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
    notes: tuple[str, ...] = ()

    @property
    def drawn_marks(self) -> tuple[Mark, ...]:
        return self.marks[-MAX_MARKS:]

    @cached_property
    def events_at(self) -> Mapping[int, tuple[MarkedEvent, ...]]:
        """All that happened, by place."""
        return {mark.place: mark.events for mark in self.marks}

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
    goals: Sequence[tuple[int, int]],
) -> Chart:
    """`goals`: the configured and the shown one, of each action."""
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
        notes=(*_about_goals(goals), *_about_marks(marks)),
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
        notes=_about_marks(marks),
    )


def comparison_chart(lines: Sequence[tuple[str, Sequence[int]]], *, title: str) -> Chart:
    """Titles, the largest first, and how many had confirmed by the end of each day since the first."""
    drawn = lines[:MAX_LINES]
    longest = max(len(counts) for _title, counts in drawn)
    return Chart(
        "comparison",
        "line",
        title,
        _("Each line starts on the first day. The table has the numbers."),
        tuple(tuple(counts) for _title, counts in drawn),
        tuple(title for title, _counts in drawn),
        tuple(_("Day %(number)d", number=day) for day in range(1, longest + 1)),
        notes=_about_lines(lines),
    )


def _about_marks(marks: Sequence[Mark]) -> tuple[str, ...]:
    """That not all are drawn, if that is so."""
    if len(marks) <= MAX_MARKS:
        return ()
    words = _(
        "Marks on the chart: the newest %(shown)s of %(all)s. The table has all of them.",
        shown=number(MAX_MARKS),
        all=number(len(marks)),
    )
    return (str(words),)


def _about_lines(lines: Sequence[object]) -> tuple[str, ...]:
    """That not all are drawn, if that is so."""
    if len(lines) <= MAX_LINES:
        return ()
    words = _(
        "Lines on the chart: the largest %(shown)s of %(all)s. The table has all of them.",
        shown=number(MAX_LINES),
        all=number(len(lines)),
    )
    return (str(words),)


def _about_goals(goals: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    if len(goals) < 2:
        return ()
    return (str(_("The goals of all published actions are added up.")),)


def _end_of_axis(layers: Sequence[Sequence[int]]) -> int:
    """Where bars of states end. Many invalid ones, the last layer, do not make the others unreadable."""
    all_of_them = max(map(sum, zip(*layers, strict=True)), default=0)
    others = max(map(sum, zip(*layers[:-1], strict=True)), default=0)
    is_cut = 0 < others * MAX_RATIO < all_of_them
    return Plot(WIDE, 1, others + others // 4 if is_cut else all_of_them).highest


def _labels(period: Period) -> tuple[str, ...]:
    return tuple(bucket_label(period, bucket) for bucket in range(len(period.starts)))


def _goals(goals: Sequence[tuple[int, int]]) -> tuple[Goal, ...]:
    """Of several actions, their sums."""
    if not goals:
        return ()
    configured, shown = (sum(counts) for counts in zip(*goals, strict=True))
    first, now = number(configured), number(shown)
    if len(goals) > 1:
        if configured == shown:
            return (Goal(shown, _("Goals together: %(count)s", count=now)),)
        return (
            Goal(shown, _("Goals shown, together: %(count)s", count=now)),
            Goal(configured, _("First goals together: %(count)s", count=first)),
        )
    if configured == shown:
        return (Goal(shown, _("Goal: %(count)s", count=now)),)
    return (
        Goal(shown, _("Goal shown: %(count)s", count=now)),
        Goal(configured, _("First goal: %(count)s", count=first)),
    )
