"""Postcodes by country."""

import pytest

from campaign_actions.core.forms.postcodes import example_postcode, is_postcode, known_postcodes
from campaign_actions.core.i18n.countries import country_codes


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
        ("119019", "RU"),
        ("5100", "LU"),
        ("L-5100", "LU"),
        ("12233-7318", "SA"),  # with the number of the building
        ("65030", "MN"),
        ("BFPO 61", "GB"),
        ("75001", "FR"),
        ("97110", "GP"),
        ("Lima 23", "PE"),
        ("200-1234", "JP"),
        ("SO31 4NG", "GB"),
        ("any 12", "AE"),  # has no postcodes
    ],
)
def test_postcodes_are_accepted_as_people_write_them(text, country):
    assert is_postcode(text, country)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        *[("none", "AE"), ("00000", "AE"), ("n/a", "AE")],
        *[("4109", "DE"), ("12345", "GB"), ("1234", "NL"), ("<b>", "AE"), ("1", "AE"), ("", "DE")],
        *[
            ("19019", "RU"),
            ("650300", "MN"),
            ("75001", "GP"),
            ("SW1A 1CA", "GB"),
            ("D1A 0B1", "CA"),
        ],
    ],
)
def test_others_are_not(text, country):
    assert not is_postcode(text, country)


def test_the_example_of_each_country_is_one_of_its_postcodes():
    assert [one for one in known_postcodes() if not is_postcode(example_postcode(one), one)] == []


def test_most_countries_have_a_known_form():
    assert len(country_codes() & known_postcodes().keys()) > 170
    assert {"RU", "US", "IN", "CN", "BR", "FR", "ES", "MX", "EG", "UA"} <= known_postcodes().keys()
