"""Charts of rows: bars of up to 100 per cent, from the side where people begin to read."""

import pytest

from campaign_actions.core.content.drawings.row_plot import MARGIN, ROW_HEIGHT, WIDTH, RowPlot

ROOM = WIDTH - 2 * MARGIN


def test_each_row_has_a_bar_as_long_as_its_number():
    bars = [own for _y, _whole, own in RowPlot(3).bars([100, 50, 0])]

    assert [bar.width for bar in bars] == [ROOM, ROOM / 2, 0]
    assert [bar.x for bar in bars] == [MARGIN, MARGIN, MARGIN]
    assert [bar.y - bars[0].y for bar in bars] == [0, ROW_HEIGHT, 2 * ROW_HEIGHT]


def test_bars_begin_at_the_right_on_right_to_left_pages():
    plot = RowPlot(1, is_mirrored=True)

    ((_y, _whole, own),) = plot.bars([25])

    assert own.x + own.width == WIDTH - MARGIN
    assert (plot.start, plot.end) == (WIDTH - MARGIN, MARGIN)


@pytest.mark.parametrize("rows", [1, 12])
def test_a_drawing_is_as_high_as_its_rows(rows):
    (*_before, (_y, whole, _own)) = RowPlot(rows).bars([10] * rows)

    assert whole.y + whole.height < RowPlot(rows).size.height
