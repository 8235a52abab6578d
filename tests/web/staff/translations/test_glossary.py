"""The glossary of a language, and its history."""

from typing import get_args

import pytest
from sqlalchemy import select

from campaign_actions.catalogs.models import GlossaryTerm
from campaign_actions.catalogs.store.change_log import (
    ORIGIN_NAMES,
    Change,
    ChangeOrigin,
    record_changes,
)
from campaign_actions.catalogs.workflow.glossary import save_term, terms, terms_in
from campaign_actions.catalogs.workflow.shipped_glossary import shipped_terms
from campaign_actions.core.db.session import db, write_transaction
from tests.support.factories import NOON, make_campaign
from tests.support.staff_client import log_in, post, token_of
from tests.support.translators import SKIP, make_translator, message, put

PAGE = "/staff/translations/uk/glossary/"
RUSSIAN = "/staff/translations/ru/glossary/"
PETITION = {"term": "petition", "translation": "петиція", "note": ""}


def test_a_term_is_added_changed_and_removed(client, ada):
    empty = client.get(PAGE).text
    post(client, f"{PAGE}add/", **PETITION)
    db.session.rollback()
    term = db.session.scalars(select(GlossaryTerm)).one()
    post(client, f"{PAGE}{term.id}/", **PETITION | {"note": "Не «прохання»."})
    changed = client.get(PAGE).text
    token = token_of(client.get(f"{PAGE}{term.id}/").text)
    client.post(f"{PAGE}{term.id}/remove/", data={"csrf_token": token})

    assert "No terms yet" in empty
    assert "Не «прохання»." in changed
    db.session.rollback()
    assert list(terms("uk")) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"term": ""}, "Enter the term as it appears in the source text."),
        ({"translation": " "}, "Enter the translation."),
        ({"term": "pledge"}, "This term is already in the glossary"),
        ({"note": "x" * 1001}, "This must be 1,000 characters or fewer"),
    ],
)
def test_an_invalid_term_is_refused_with_a_message(client, ada, fields, words):
    save_term("uk", PETITION | {"term": "pledge"}, actor=ada.email, now=NOON)

    answer = post(client, f"{PAGE}add/", **PETITION | fields)

    assert answer.status_code == 400
    assert words in answer.text
    assert len(terms("uk")) == 1


def test_a_term_of_another_language_is_a_404(client, ada):
    save_term("ru", PETITION | {"term": "petitioner"}, actor=ada.email, now=NOON)
    term = db.session.scalars(select(GlossaryTerm)).one()

    assert client.get(f"{PAGE}{term.id}/").status_code == 404


def test_terms_are_found_with_endings_but_not_inside_other_words(app):
    save_term("uk", PETITION, actor="x", now=NOON)

    found = [bool(terms_in(text, "uk")) for text in ("Petitions!", "repetition", "(petition)")]

    assert found == [True, False, True]


def test_the_longest_term_counts_where_several_begin_alike(app):
    for name in ("consent", "consent text", "sign"):
        save_term("uk", PETITION | {"term": name}, actor="x", now=NOON)

    found = {
        text: [term.term for term in terms_in(text, "uk")]
        for text in ("Consent texts", "Consents", "Sign it", "significant")
    }

    assert found == {
        "Consent texts": ["consent text"],
        "Consents": ["consent"],
        "Sign it": ["sign"],
        "significant": [],
    }


def test_terms_that_ship_are_shown_and_found_without_an_entry(client):
    log_in(client, make_translator("ru"))

    page = client.get(RUSSIAN).text

    assert page.count("Built in</span>") == len(shipped_terms("ru")) > 30
    assert [term.translation for term in terms_in("Two petitions", "ru")] == ["петиция"]


def test_an_edit_of_a_term_that_ships_is_an_entry_and_can_be_undone(client):
    log_in(client, make_translator("ru"))
    count = len(terms("ru"))

    post(client, f"{RUSSIAN}add/?term=petition", **PETITION | {"translation": "прошение"})
    db.session.rollback()
    (edited,) = [term for term in terms("ru") if term.id]
    form = client.get(f"{RUSSIAN}{edited.id}/").text
    client.post(f"{RUSSIAN}{edited.id}/remove/", data={"csrf_token": token_of(form)})
    db.session.rollback()
    restored = terms("ru")

    assert (edited.term, edited.translation) == ("petition", "прошение")
    assert "Use built-in translation" in form
    assert "петиция" in form
    assert len(restored) == count
    assert [term.translation for term in restored if term.term == "petition"] == ["петиция"]


def test_the_form_of_a_term_that_ships_is_filled_in(client):
    log_in(client, make_translator("ru"))

    form = client.get(f"{RUSSIAN}add/?term=two-person+approval").text

    assert 'value="одобрение вторым человеком"' in form
    assert "Use built-in translation" not in form, "there is nothing to undo"


@pytest.mark.parametrize("name", ["pledge", "Pledge"])
def test_a_new_term_does_not_replace_one_that_ships(client, name):
    log_in(client, make_translator("ru"))

    answer = post(client, f"{RUSSIAN}add/", **PETITION | {"term": name})

    assert answer.status_code == 400
    assert "This term is already in the glossary" in answer.text


def test_the_history_of_a_language_shows_who_changed_what(client, ada):
    put(SKIP, "До суті", by=ada)
    put(SKIP, "До вмісту", by=ada)

    page = client.get("/staff/translations/uk/history/").text

    assert page.count("<strong>Ada</strong>") == 2
    assert "<ins>" in page
    assert SKIP in page


def test_the_history_shows_only_catalogs_the_reader_may_see(client, ada):
    put(SKIP, "До суті", by=ada)
    log_in(client, make_translator("uk", campaigns=(make_campaign().id,)))

    page = client.get("/staff/translations/uk/history/").text

    assert SKIP not in page.split("<main")[1]


def test_an_unknown_message_has_no_history(client, ada):
    answer = client.get(f"/staff/translations/uk/interface/{'0' * 64}/history/")

    assert answer.status_code == 404


def test_each_origin_of_a_change_is_named(client, ada):
    origins, key = get_args(ChangeOrigin), message(SKIP).key
    change = Change(key, SKIP, (), ("До вмісту",))
    with write_transaction() as connection:
        for how in origins:
            record_changes(
                connection, "interface", "uk", [change], how=how, staff_id=ada.id, now=NOON
            )

    page = client.get("/staff/translations/uk/history/").text

    assert [how for how in origins if f"· {ORIGIN_NAMES[how]} ·" not in page] == []


def test_a_newly_added_language_does_not_look_deleted_in_the_history(client, ada):
    assert "The translation was deleted." not in client.get("/staff/translations/uk/history/").text
