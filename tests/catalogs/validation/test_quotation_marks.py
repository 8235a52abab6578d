"""Each language has the quotation marks that are usual in print."""

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
def test_each_language_has_its_own_quotation_marks(tag, marks):
    assert quotation_marks(tag) == marks
