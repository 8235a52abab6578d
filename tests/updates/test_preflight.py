"""The list before sending: what is in the way, what is worth a look, and what is good."""

import pytest

from campaign_actions.core.mail.render import locale_context
from campaign_actions.updates.preflight import is_ready, run_preflight
from tests.support.factories import make_action, make_update
from tests.support.updates import make_readers, start


def checks_of(update):
    with locale_context("en"):
        return run_preflight(update)


def line(update, title):
    (found,) = [check for check in checks_of(update) if check.title == title]
    return found


def test_with_texts_and_readers_nothing_is_in_the_way(app):
    action = make_action()
    make_readers(action, 1)

    checks = checks_of(make_update(action))

    assert {check.state for check in checks} == {"good"}
    assert is_ready(checks)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({}, "There is no text in any language."),
        ({"en": ("", "Text")}, "English: the subject is missing."),
        ({"en": ("A", "B"), "ru": ("A", "")}, "Русский: the text is missing."),
    ],
)
def test_half_a_text_is_in_the_way(app, texts, words):
    found = line(make_update(make_action(), texts=texts), "Texts")

    assert (found.state, found.details) == ("bad", (words,))


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("[a](https://law.example/page)", "good"),
        ("<https://law.example/page>", "good"),
        ("[a](mailto:office@law.example)", "good"),
        ("[a](http://law.example/page)", "look"),
        ("[a](/campaigns/)", "bad"),
        ("[a](law.example/page)", "bad"),
        ("[a](https://localhost/)", "bad"),
        ("[a]()", "bad"),
        ("[a](ftp://law.example/)", "bad"),
        ("[a](mailto:nobody)", "bad"),
    ],
)
def test_links_are_whole_addresses(app, body, state):
    assert line(make_update(make_action(), texts={"en": ("A", body)}), "Links").state == state


def test_a_link_that_one_language_lacks_is_worth_a_look(app):
    texts = {"en": ("A", "[a](https://law.example/)"), "ru": ("A", "Без ссылки")}

    found = line(make_update(make_action(), texts=texts), "Links")

    assert (found.state, "English: 1; Русский: 0" in found.details[0]) == ("look", True)


@pytest.mark.parametrize(
    "left",
    [
        "{{ name }}",
        "{name}",
        "${name}",
        "%(name)s",
        "[NAME]",
        "[ИМЯ]",
        "[[link]]",
        "TODO",
        "XXX",
        "Lorem ipsum dolor",
        "<https://example.org/>",
        "{% if x %}",
    ],
)
def test_what_is_left_to_fill_in_is_in_the_way(app, left):
    update = make_update(make_action(), texts={"en": ("A", f"Dear {left}, hello")})

    assert line(update, "Nothing left to fill in").state == "bad"


@pytest.mark.parametrize(
    "fine",
    [
        "[The law](https://law.example/)",
        "[NATO](https://n.example/)",
        "50 % (of all)",
        "a { b",
        "toDo xx",
    ],
)
def test_what_only_looks_like_it_is_fine(app, fine):
    update = make_update(make_action(), texts={"en": ("A", fine)})

    assert line(update, "Nothing left to fill in").state == "good"


def test_tags_are_worth_a_look_since_they_stay_text(app):
    found = line(
        make_update(make_action(), texts={"en": ("A", "This is <b>bold</b>")}),
        "Nothing left to fill in",
    )

    assert (found.state, len(found.details)) == ("look", 2)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # it is long by its characters
def test_a_long_subject_is_worth_a_look_and_a_mail_that_is_cut_is_in_the_way(app):
    long = make_update(make_action(), texts={"en": ("A" * 71, "Text")})
    cut = make_update(long_action(long), texts={"en": ("A", "- ж\n" * 5000)})

    assert line(long, "Length").state == "look"
    assert line(cut, "Length").state == "bad"


def long_action(update):
    return type("Action", (), {"id": update.action_id})()


def test_who_reads_another_language_is_said_in_numbers(app):
    action = make_action(locales=("en", "ru"))
    make_readers(action, 2, locale="ru")

    found = line(make_update(action), "Languages")

    assert found.state == "look"
    assert found.details == ("2 people who signed in Русский will read English.",)


def test_another_that_runs_is_in_the_way(app):
    action = make_action()
    make_readers(action, 1)
    start(make_update(action))

    found = line(make_update(action), "No other update of this action is being sent")

    assert found.state == "bad"
