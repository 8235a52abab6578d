"""Postcodes by country."""

import pytest

from campaign_actions.core.forms.postcodes import FORMS, example_postcode, is_postcode


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("04109", "DE"),
        ("sw1a 1aa", "GB"),
        ("EC1A1BB", "GB"),
        ("LV-1010", "LV"),
        ("1010", "LV"),
        ("٠٤١٠٩", "EG"),
        ("D02 AF30", "IE"),
        ("D6W XY00", "IE"),
        ("1234 ab", "NL"),
        ("C1070AAM", "AR"),
        ("12–345", "PL"),
        ("K1A 0B1", "CA"),
        ("any 12", "AE"),  # has no postcodes
    ],
)
def test_postcodes_are_accepted_as_people_write_them(text, country):
    assert is_postcode(text, country)


@pytest.mark.parametrize(
    ("text", "country"),
    [("4109", "DE"), ("12345", "GB"), ("1234", "NL"), ("<b>", "AE"), ("1", "AE"), ("", "DE")],
)
def test_others_are_not(text, country):
    assert not is_postcode(text, country)


def test_the_example_of_each_country_is_one_of_its_postcodes():
    assert [one for one in FORMS if not is_postcode(example_postcode(one), one)] == []
