"""Short codes: what people may type for what they see, and what a code depends on."""

import pytest

from campaign_actions.core.security.short_codes import (
    ALPHABET,
    LENGTH,
    NO_CODE,
    in_groups,
    is_code,
    make_code,
    read_code,
)

CODE = "K7M4PX"


@pytest.mark.parametrize(
    "typed",
    [
        "K7M4PX",
        "k7m4px",
        " K7M 4PX ",
        "K7M-4PX",
        "K7M–4PX.",
        "K 7 M 4 P X",
        "К7М4РХ",  # Cyrillic
        "к7м 4рх",
        "Ｋ７Ｍ４ＰＸ",  # full width
        "K٧M٤PX",  # Arabic-Indic
        "K۷M۴PX",  # Persian
        "\u2066K7M 4PX\u2069",
        "K7M\u00a04PX",
    ],
)
def test_a_code_is_read_in_any_case_script_and_spacing(typed):
    assert read_code(typed) == CODE


@pytest.mark.parametrize(("typed", "meant"), [("S2S2S2", "525252"), ("bzgЗHH", "8263HH")])
def test_characters_that_are_in_no_code_count_as_the_ones_they_resemble(typed, meant):
    assert read_code(typed) == meant


@pytest.mark.parametrize("typed", ["", "K7M4P", "K7M4PXX", "______"])
def test_what_is_too_long_or_too_short_is_not_read(typed):
    assert read_code(typed) == ""


@pytest.mark.parametrize("typed", ["AAAAAA", "K7M4P0", "K7M4PO", "K7M4PI", "K7M4P1", "K7M4Pж"])
def test_six_characters_that_no_code_has_are_a_wrong_code(app, typed):
    read = read_code(typed)

    assert read == NO_CODE
    assert not is_code(read, "confirm", "subject")


def test_every_code_is_read_as_it_is_shown(app):
    codes = [make_code("confirm", str(number)) for number in range(500)]

    assert [read_code(in_groups(code)) for code in codes] == codes
    assert {len(code) for code in codes} == {LENGTH}
    assert set("".join(codes)) == set(ALPHABET)


def test_the_alphabet_has_no_look_alikes():
    assert not set(ALPHABET) & set("01OQDILSBZGUV")
    assert not set(ALPHABET) & set("AEIOU")  # no code is a word


def test_a_code_is_for_one_purpose_and_subject(app):
    code = make_code("confirm", "a signature")

    assert is_code(code, "confirm", "a signature")
    assert not is_code(code, "confirm", "another signature")
    assert not is_code(code, "withdraw", "a signature")
    assert not is_code("", "confirm", "a signature")


def test_codes_outlive_a_change_of_the_key_but_not_its_removal(app):
    code = make_code("confirm", "a signature")

    app.config.update(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[app.config["SECRET_KEY"]])
    assert is_code(code, "confirm", "a signature")
    assert make_code("confirm", "a signature") != code

    app.config.update(SECRET_KEY_FALLBACKS=[])
    assert not is_code(code, "confirm", "a signature")
