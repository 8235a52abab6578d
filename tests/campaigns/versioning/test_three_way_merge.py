"""Concurrent edits: a change on one side is taken, a clash is reported."""

import pytest

from campaign_actions.campaigns.versioning.three_way_merge import merge


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "content", "taken", "clashes"),
    [
        ("a", "a", "a", "a", (), ()),
        ("a", "b", "a", "b", (), ()),
        ("a", "a", "b", "b", ("x",), ()),
        ("a", "b", "b", "b", (), ()),
        ("a", "b", "c", "b", (), ("x",)),
        (None, "b", None, "b", (), ()),
        ("a", None, "b", None, (), ("x",)),
        (None, "b", "", "b", (), ()),  # a text that did not exist when the base was saved
        (None, "", "", "", (), ()),
        (None, None, "", "", ("x",), ()),
    ],
)
def test_a_field_is_merged_against_the_common_base(base, mine, theirs, content, taken, clashes):
    merged = merge({"x": base}, {"x": mine}, {"x": theirs})

    assert (merged.content["x"], merged.taken, merged.clashes) == (content, taken, clashes)


def test_a_field_that_only_the_other_side_has_is_kept():
    merged = merge({}, {}, {"texts.ru.title": "Расизм"})

    assert merged.content == {"texts.ru.title": "Расизм"}
