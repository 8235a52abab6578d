"""Tables as pictures: everything is inside, also when it is mirrored."""

from itertools import pairwise

import pytest

from campaign_actions.core.content.drawings.rows import WIDTH, Rows


@pytest.mark.parametrize("is_mirrored", [False, True])
@pytest.mark.parametrize("columns", [2, 8, 25, 29, 93, 600])
def test_shaded_cells_are_inside_and_headings_do_not_overlap(columns, is_mirrored):
    rows = Rows(3, columns, is_mirrored)

    cells = [rows.cell(column) for column in range(columns - 1)]
    assert 0 <= min(cells) <= max(cells) + rows.cell_width <= WIDTH
    headed = [rows.middle(column) for column in range(columns - 1) if rows.has_heading(column)]
    gaps = [abs(a - b) for a, b in pairwise(headed)]
    assert all(gap >= 45 for gap in gaps)


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_bars_are_to_scale_and_begin_at_one_side(is_mirrored):
    rows = Rows(3, 3, is_mirrored)
    (start, whole), (other, half) = rows.bar(1), rows.bar(0.5)

    assert half == pytest.approx(whole / 2, abs=0.1)
    assert (start + whole == pytest.approx(other + half)) if is_mirrored else start == other
