"""Countries: all of them, named and sorted in the reader's language."""

import pytest

from campaign_actions.core.i18n.collation import collation_key
from campaign_actions.core.i18n.countries import (
    LIKELY,
    countries,
    country_codes,
    country_options,
    likely_country_options,
)


def test_there_are_249_countries_and_kosovo():
    assert len(country_codes()) == 250
    assert {"RU", "DE", "PS", "TW", "XK"} <= country_codes()
    assert not {"EU", "UN", "ZZ", "QO", "XA", "AC"} & country_codes()


@pytest.mark.parametrize(
    ("locale", "ordered"),
    [
        ("en", ["Afghanistan", "Åland Islands", "Albania"]),
        ("ru", ["Италия", "Йемен", "Кабо-Верде"]),
        ("pt-BR", ["Argentina", "Armênia", "Aruba"]),
        ("fr", ["Égypte", "Émirats arabes unis", "Équateur", "Érythrée", "Espagne"]),
        ("es", ["Nueva Zelanda", "Omán", "Yemen", "Yibuti"]),
        ("uk", ["Еквадор", "Єгипет", "Замбія", "Індія", "Йорданія", "Казахстан"]),
        ("ar", ["بالاو", "البحرين", "البرازيل", "بربادوس"]),
        ("ar", ["إسبانيا", "أستراليا", "إستونيا"]),
        ("sv", ["Zimbabwe", "Åland", "Österrike"]),
        ("fa", ["پاراگوئه", "تاجیکستان", "چاد", "ژاپن", "گابن", "یمن"]),
    ],
)
def test_names_are_in_alphabetical_order(locale, ordered):
    names = [name for _code, name in countries(locale)]

    places = [names.index(name) for name in ordered]
    assert places == sorted(places)


def test_the_chosen_country_is_selected():
    options = country_options("en", "CI")

    assert '<option value="CI" selected>Côte d’Ivoire</option>' in options
    assert options.count("selected") == 1


@pytest.mark.parametrize("locale", LIKELY)
def test_likely_countries_are_few_known_and_named_in_the_language(locale):
    options = likely_country_options(locale, LIKELY[locale][0])

    assert 6 <= len(LIKELY[locale]) <= 10
    assert set(LIKELY[locale]) <= country_codes()
    assert options.startswith(f'<option value="{LIKELY[locale][0]}" selected>')
    assert all(name in options for code, name in countries(locale) if code in LIKELY[locale])


def test_a_language_whose_countries_are_not_known_has_no_likely_ones():
    assert likely_country_options("sv") == ""


def test_separate_letters_sort_separately_and_accents_do_not():
    assert sorted(["oso", "ñu", "nube"], key=collation_key("es")) == ["nube", "ñu", "oso"]
    assert sorted(["été", "est", "eux"], key=collation_key("fr")) == ["est", "été", "eux"]
    assert sorted(["ёж", "еда", "ель"], key=collation_key("ru")) == ["еда", "ёж", "ель"]
    assert sorted(["Isparta", "İzmir", "Iğdır"], key=collation_key("tr")) == [
        *("Iğdır", "Isparta", "İzmir")
    ]


@pytest.mark.parametrize("chosen", [None, "", "XX", '"><script>'])
def test_an_unknown_country_selects_nothing(chosen):
    assert "selected" not in country_options("en", chosen)
