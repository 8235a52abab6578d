"""Postcodes and telephone numbers in one form, however people type them."""

import pytest

from campaign_actions.core.forms.postcodes import (
    SEPARATORS,
    is_postcode,
    known_postcodes,
    written_postcode,
)
from campaign_actions.core.forms.telephone_numbers import e164_number, example_number


@pytest.mark.parametrize(
    ("country", "typed", "written"),
    [
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("GB", "M1-1AA", "M1 1AA"),
        ("GB", "bfpo 12", "BFPO 12"),
        ("RU", "101 000", "101000"),
        ("US", "12345 6789", "12345-6789"),
        ("LV", "1010", "LV-1010"),
        ("MD", "md-2001", "2001"),
        ("MT", "vlt 1117", "VLT 1117"),
        ("PE", "callao1", "CALLAO 1"),
        ("AM", "3700", "3700"),
        ("EG", "١٢٣٤٥", "12345"),
        ("AE", "ab  12", "AB 12"),
    ],
)
def test_a_postcode_is_written_as_in_its_country(country, typed, written):
    assert written_postcode(typed, country) == written


def test_the_example_of_each_country_is_its_own_form():
    for country, (_pattern, example) in known_postcodes().items():
        typed = SEPARATORS.sub("", example).lower()

        assert written_postcode(typed, country) == example
        assert written_postcode(example, country) == example
        assert is_postcode(example, country)


@pytest.mark.parametrize(
    ("country", "typed", "number"),
    [
        ("GB", "020 7946 0018", "+442079460018"),
        ("RU", "+44 (0)20 7946 0018", "+442079460018"),
        ("DE", "0044 20 7946 0018", "+442079460018"),
        ("RU", "8 800 555-35-35", "+78005553535"),
        ("KZ", "8 912 345-67-89", "+79123456789"),
        ("IT", "06 1234567", "+39061234567"),
        ("US", "(201) 555-0123", "+12015550123"),
        ("EG", "+٤٤ ٧٤٠٠ ١٢٣٤٥٦", "+447400123456"),
        ("", "+999 12345", "+99912345"),
    ],
)
def test_a_telephone_number_gets_the_code_of_its_country(country, typed, number):
    assert e164_number(typed, country) == number
    assert e164_number(number, country) == number


@pytest.mark.parametrize("country", ["DE", "GB", "GE", "AQ", ""])
def test_a_number_of_another_country_is_left_as_typed(country):
    assert e164_number("8 912 345-67-89", country) == "8 912 345-67-89"


@pytest.mark.parametrize("country", ["GB", "RU", "US", "FR", "EG", "IT", "GE", "HU", "KZ"])
def test_an_example_is_a_number_of_its_country(country):
    number = e164_number(example_number(country), country)

    assert number == "+" + "".join(filter(str.isdigit, example_number(country)))
