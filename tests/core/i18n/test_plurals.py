"""Plural forms as in CLDR, whatever the header of a catalog says."""

import pytest
from babel import Locale
from babel.localedata import locale_identifiers

from campaign_actions.core.i18n.plurals import (
    SAMPLE_NUMBERS,
    InvalidPluralHeader,
    parse_header,
    plural_rule,
)

LANGUAGES = sorted({name.partition("_")[0] for name in locale_identifiers()})


@pytest.mark.parametrize(
    ("tag", "names"),
    [
        ("en", ("one", "other")),
        ("ru", ("one", "few", "many")),
        ("uk", ("one", "few", "many")),
        ("fr", ("one", "many", "other")),
        ("es", ("one", "many", "other")),
        ("ar", ("zero", "one", "two", "few", "many", "other")),
        ("ja", ("other",)),
        ("sr-Latn", ("one", "few", "other")),
        ("pt-BR", ("one", "many", "other")),
        ("en-XA", ("one", "other")),
        ("ar-XB", ("zero", "one", "two", "few", "many", "other")),
    ],
)
def test_a_language_has_the_forms_that_whole_numbers_take(tag, names):
    assert plural_rule(tag).names == names


def test_the_header_of_every_language_agrees_with_cldr():
    different = [
        tag
        for tag in LANGUAGES
        for rule in [plural_rule(tag)]
        for form_of in [parse_header(rule.header)[1]]
        for number in SAMPLE_NUMBERS[:200] + SAMPLE_NUMBERS[-3:]
        if rule.names[form_of(number)] != Locale(tag).plural_form(number)
    ]

    assert different == []


def test_a_form_has_sample_numbers():
    rule = plural_rule("ru")

    assert [rule.numbers(form)[:3] for form in range(rule.count)] == [
        (1, 21, 31),
        (2, 3, 4),
        (0, 5, 6),
    ]


def test_only_a_form_for_a_single_number_names_it():
    numbers = {tag: [plural_rule(tag).only_number(form) for form in (0, 1)] for tag in ("ru", "ar")}

    assert numbers == {"ru": [None, None], "ar": [0, 1]}
    assert plural_rule("fr").only_number(0) is None  # 0 and 1


def test_forms_of_a_catalog_with_fewer_forms_are_converted():
    forms = plural_rule("fr").adapt(("personne", "personnes"), "nplurals=2; plural=(n > 1);")

    assert forms == ("personne", "personnes", "personnes")


def test_forms_in_another_order_are_reordered():
    header = (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3"
        " : n%100>=0 && n%100<=2 ? 4 : 5);"
    )

    assert plural_rule("ar").adapt(("0", "1", "2", "3", "100", "11"), header) == (
        "0",
        "1",
        "2",
        "3",
        "11",
        "100",
    )


def test_forms_that_lack_a_distinction_are_not_converted():
    english = "nplurals=2; plural=(n != 1);"

    assert plural_rule("ru").adapt(("человек", "людей"), english) is None


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nplurals=INTEGER; plural=EXPRESSION;",
        "nplurals=0; plural=0;",
        "nplurals=7; plural=0;",
        "nplurals=99999999999999999999; plural=0;",
        "nplurals=2; plural=__import__('os').system('true');",
        "nplurals=2; plural=n/0;",
        "nplurals=2; plural=n;",
        "nplurals=2; plural=" + "(" * 500 + "n" + ")" * 500 + ";",
        "nplurals=2; plural=n!=1;\nX: y",
    ],
)
def test_an_invalid_header_is_rejected(header):
    with pytest.raises(InvalidPluralHeader):
        parse_header(header)
