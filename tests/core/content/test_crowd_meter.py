"""The crowd meter: honest, light, and different for each action."""

import gzip
from collections import Counter

import pytest

from campaign_actions.core.content.drawings.crowd_meter import (
    COLUMNS,
    HEADS,
    ME,
    NEXT,
    ROWS,
    crowd_meter,
    heads,
)

FRONT = slice((ROWS - 1) * COLUMNS, HEADS)


@pytest.mark.parametrize("filled", [0, 1, 30, 59])
def test_as_many_heads_are_filled_as_stand_for_people_and_the_next_is_an_outline(filled):
    counted = Counter(heads("racism/hate-crimes", filled))

    assert counted == Counter({"s": filled, NEXT: 1, "t": HEADS - filled - 1}) - Counter()


def test_the_outline_is_in_the_front_row_while_there_is_room():
    made = heads("racism/hate-crimes", 40)

    assert NEXT in made[FRONT]
    assert "t" not in made[FRONT][: made[FRONT].index(NEXT)]


def test_the_reader_takes_the_place_of_the_outline():
    before, after = (heads("racism/hate-crimes", 40, one) for one in (NEXT, ME))

    assert after == before.replace(NEXT, ME)


def test_a_closed_action_has_no_next_head_and_a_full_crowd_is_full():
    assert set(heads("racism/old", 30, "")) == {"s", "t"}
    assert set(heads("racism/old", HEADS)) == {"s"}


def test_heads_fill_from_the_start_with_an_edge_that_differs_by_action():
    one, other = (heads(seed, 40, "") for seed in ("racism/hate-crimes", "women/law"))

    assert one != other
    for made in (one, other):
        for row in range(ROWS):
            line = made[row * COLUMNS : (row + 1) * COLUMNS]
            assert set(line[:10]) == {"s"}
            assert set(line[17:]) == {"t"}


def test_a_crowd_once_filled_stays_filled():
    earlier, later = heads("racism/hate-crimes", 20, ""), heads("racism/hate-crimes", 21, "")

    assert [a for a, b in zip(earlier, later, strict=True) if (a, b) == ("s", "t")] == []


def test_the_drawing_is_decoration_and_under_one_kilobyte():
    drawn = crowd_meter("racism/hate-crimes", heads("racism/hate-crimes", 40))

    assert 'aria-hidden="true"' in drawn
    assert drawn.count("<use") == HEADS
    assert len(gzip.compress(drawn.encode(), 9)) < 1000


def test_two_crowds_on_a_page_share_no_id():
    made = heads("one/action", 1)

    assert crowd_meter("one/action", made) != crowd_meter("one/other", made)
