"""Each language is asked for the quotation marks that it is printed with."""

import pytest

from campaign_actions.catalogs.validation.quotation_marks import quotation_marks


@pytest.mark.parametrize(
    ("tag", "marks"),
    [
        ("fr", "«…»"),
        ("fr-CA", "«…»"),
        ("ru", "«…»"),
        ("es", "«…»"),
        ("de", "„…“"),
        ("pl", "„…”"),
        ("pt-BR", "“…”"),
        ("pt-PT", "«…»"),
        ("sr-Latn", "„…“"),
        ("zh", "“…”"),
        ("zh-TW", "「…」"),
        ("zh-Hant-HK", "「…」"),
        ("sv", "”…”"),
        ("sw", "“…”"),
    ],
)
def test_quotation_marks_are_those_of_the_language(tag, marks):
    assert quotation_marks(tag) == marks
