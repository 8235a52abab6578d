"""Charts are drawn to scale, and mirrored for right-to-left pages."""

from collections import namedtuple

import pytest

from campaign_actions.core.content.drawings.plot import NARROW, WIDE, Plot
from campaign_actions.core.content.drawings.sparkline import sparkline


def test_the_axis_ends_at_the_next_round_number_above_everything_drawn():
    numbers = (0, 1, 4, 5, 9, 390, 4162, 5200, 12481)

    ends = [Plot(WIDE, 1, largest).highest for largest in numbers]

    assert ends == [3, 3, 4, 5, 10, 400, 5000, 6000, 12500]


@pytest.mark.parametrize("largest", [0, 3, 7, 11, 26, 99, 101, 4162, 987_654])
def test_three_to_five_grid_lines_are_round_and_evenly_spaced(largest):
    lines = [number for _y, number in Plot(WIDE, 1, largest).grid()]

    assert 4 <= len(lines) <= 6
    assert lines == list(range(0, lines[-1] + 1, lines[1]))
    assert str(lines[1]).rstrip("0") in ("1", "2", "25", "5")


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_mirrored_chart_runs_from_the_right(size):
    chart = Plot(size, 3, 8)
    mirrored = Plot(size, 3, 8, is_mirrored=True)

    for place in range(3):
        assert mirrored.x(place) == pytest.approx(size.width - chart.x(place), abs=0.1)
    assert mirrored.x(0) > mirrored.x(2)
    assert (chart.before_axis, mirrored.before_axis) == ("end", "start")


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_layers_stand_on_each_other_and_fit(size):
    chart = Plot(size, 2, 12)
    bars = list(chart.bars([(3, 0), (9, 4), (0, -1)]))

    assert [layer for layer, _bar in bars] == [0, 1, 1]
    lower, upper = bars[0][1], bars[1][1]
    assert upper.y + upper.height == pytest.approx(lower.y, abs=0.2)
    assert all(bar.y >= size.top and bar.y + bar.height <= chart.base + 0.2 for _l, bar in bars)


def test_each_layer_of_bars_is_one_path():
    chart = Plot(WIDE, 2, 12)
    bars = [bar.path for _layer, bar in chart.bars([(3, 4)])]

    assert chart.layer_paths([(3, 4), (0, 0)]) == ["".join(bars), ""]
    assert len(bars) == 2


@pytest.mark.parametrize(("size", "most"), [(WIDE, 7), (NARROW, 3)])
@pytest.mark.parametrize("places", [1, 2, 24, 28, 92])
def test_the_last_place_is_labelled_and_labels_have_room(size, most, places):
    labelled = Plot(size, places, 1).labelled()

    assert labelled[-1] == places - 1
    assert len(labelled) <= most


def test_a_small_chart_shows_the_last_day_as_unfinished():
    assert sparkline([1, 2]) is None
    line = sparkline([4, 4, 0])

    assert line.line == "M2.0 2.0 L52.0 2.0"
    assert line.last == "M52.0 2.0 L102.0 26.0"


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_pins_do_not_cover_each_other(is_mirrored):
    mark = namedtuple("Mark", "place")
    chart = Plot(NARROW, 28, 1, is_mirrored)

    found = [centre for _mark, centre in chart.pins([mark(n) for n in (3, 4, 5, 9, 20)])]

    assert len({y for _x, y in found}) > 1
    for index, (x, y) in enumerate(found):
        assert all(abs(x - a) >= 19 or abs(y - b) >= 19 for a, b in found[index + 1 :])


@pytest.mark.parametrize(
    ("size", "places", "numbers"),
    [
        (WIDE, 90, [20, 40, 60, 80]),
        (WIDE, 70, [10, 20, 30, 40, 50, 60, 70]),
        (NARROW, 90, [25, 50, 75]),
        (WIDE, 3, [1, 2, 3]),
        (NARROW, 1, [1]),
    ],
)
def test_places_that_are_counted_are_labelled_at_round_numbers(size, places, numbers):
    plot = Plot(size, places, 10)

    assert [place + 1 for place in plot.labelled_by_number()] == numbers


def test_words_of_lines_that_are_close_are_above_one_and_below_the_other():
    plot = Plot(NARROW, 4, 600)

    high, low = (plot.label_y(number, (600, 560)) for number in (600, 560))

    assert high < plot.y(600) < plot.y(560) < low
    assert plot.label_y(200, (600, 200)) < plot.y(200)
