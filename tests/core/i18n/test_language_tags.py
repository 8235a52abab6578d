"""Language tags as people write them."""

import pytest

from campaign_actions.core.i18n.language_tags import UnknownLanguage, gettext_name, parse_tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("uk", "uk"),
        (" UK ", "uk"),
        ("pt-BR", "pt-BR"),
        ("pt_BR", "pt-BR"),
        ("pt-br", "pt-BR"),
        ("sr_Latn", "sr-Latn"),
        ("zh-hans", "zh-Hans"),
    ],
)
def test_a_tag_is_parsed_to_its_canonical_form(text, tag):
    assert parse_tag(text) == tag


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("ua", "uk"),
        ("ukr", "uk"),
        ("Ukrainian", "uk"),
        ("ukranian", "uk"),
        ("українська", "uk"),
        ("cz", "cs"),
        ("gr", "el"),
        ("iw", "he"),
        ("uk-XX", "uk"),
        ("zh_CN", "zh"),
    ],
)
def test_an_unknown_tag_gets_suggestions(text, suggestion):
    with pytest.raises(UnknownLanguage) as caught:
        parse_tag(text)

    assert caught.value.suggestions[0] == suggestion


@pytest.mark.parametrize("text", ["", "xx", "../etc", "en-XA", "ar-XB", "a" * 200, "\0", "%s"])
def test_an_unknown_language_is_rejected(text):
    with pytest.raises(UnknownLanguage):
        parse_tag(text)


def test_folders_are_named_as_gettext_does():
    assert gettext_name("sr-Latn") == "sr_Latn"
