"""Which comments are worth a second look: those with a contact, and repeated ones."""

import pytest

from campaign_actions.actions.comments.checks import has_contact, text_key


@pytest.mark.parametrize(
    "text",
    [
        *("Buy cheap pills at pills.example", "see https://x", "WWW.EXAMPLE", "t.me/pills"),
        *("write to ada@example.org", "Подробнее: пример.рф", "pills．example", "news.пример.рф"),
        *("call +7 495 123-45-67", "8 (495) 123 45 67", "٠٠٤٩ ٣٠ ١٢٣٤٥٦٧"),
    ],
)
def test_a_link_an_address_and_a_number_are_noticed(text):
    assert has_contact(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Enough is enough. A crime needs its name.", "in the street.She was born here"),
        *("e.g. this, i.e. that, at 5 p.m.", "Wait...what?", "12.03.2020 14:30", "2019-2024"),
        *("1 000 000 people", "Это Ф.И.О.", "هذا يجب أن يتوقف اليوم، لا غدًا.", "", "@", "No.5"),
    ],
)
def test_ordinary_sentences_are_not(text):
    assert not has_contact(text)


def test_a_long_text_is_checked_quickly():
    plain = ("a" * 5000, "a@" * 2500, "-" * 5000, "aa-" * 2000)

    assert [has_contact(text) for text in plain] == [False] * len(plain)
    assert has_contact("ab." * 2000)
    assert has_contact("1 " * 2500)


@pytest.mark.parametrize(
    "other",
    [
        "это должно  ПРЕКРАТИТЬСЯ сегодня!!! 🙏",
        "1) Это должно прекратиться сегодня",
        "«Это должно прекратиться» — сегодня?",
    ],
)
def test_nearly_the_same_text_has_the_same_key(other):
    assert text_key(other) == text_key("Это должно прекратиться сегодня.") is not None


def test_copies_with_another_ending_have_the_same_key():
    copied = "Prosecutors must call a hate crime by its name, in every indictment. " * 3

    assert text_key(f"{copied} Ada") == text_key(f"{copied} Grace, Berlin")


def test_short_texts_are_not_compared():
    assert text_key("Stop this now!") is None
    assert text_key("Yes") == text_key("No") is None


def test_other_texts_have_other_keys():
    assert text_key("My sister was attacked on a tram.") != text_key("I was attacked on a tram.")
