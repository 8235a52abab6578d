"""Permissions for translations, by language and by catalog."""

import pytest

from tests.support.factories import make_campaign, make_staff
from tests.support.page_text import visible_text
from tests.support.staff_client import log_in
from tests.support.translators import SKIP, address, begin, make_translator


@pytest.fixture(autouse=True)
def uk(app):
    """A language that was added."""
    return begin()


def test_a_translator_sees_only_their_languages(client):
    log_in(client, make_translator("uk"))

    answers = [
        client.get(page).status_code
        for page in (address(SKIP), address(SKIP, tag="ru"), "/staff/translations/ru/glossary/")
    ]

    assert answers == [200, 403, 403]


def test_a_translator_of_one_campaign_sees_only_its_catalog(client):
    own, other = make_campaign(slug="own"), make_campaign(slug="other")
    log_in(client, make_translator("uk", campaigns=(own.id,)))
    catalogs = ("interface", f"campaign-{own.id}", f"campaign-{other.id}", "campaign-x", "x")

    answers = [client.get(f"/staff/translations/uk/{name}/").status_code for name in catalogs]

    assert answers == [403, 200, 403, 403, 403]


@pytest.mark.parametrize("name", ["campaign-999", "campaign-999999999", "x", "campaign-0x1"])
def test_an_unknown_catalog_is_a_404(client, name):
    log_in(client, make_translator("uk"))

    assert client.get(f"/staff/translations/uk/{name}/").status_code == 404


@pytest.mark.parametrize("tag", ["xx", "en", "en-XA", "pt"])
def test_a_language_that_was_not_added_is_a_404(client, tag):
    log_in(client, make_translator())

    assert client.get(f"/staff/translations/{tag}/interface/").status_code == 404


def test_a_reviewer_can_read_but_not_translate(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    log_in(client, make_translator("uk", role="reviewer"))

    page, answer = client.get(address(SKIP)), client.post(address(SKIP), data={"form": "Далі"})

    assert (page.status_code, answer.status_code) == (200, 403)
    assert "Save and continue" not in page.text


@pytest.mark.parametrize("role", ["translator", "reviewer"])
def test_only_those_who_translate_are_invited_to_and_others_read_whom_to_ask(client, role):
    make_translator("uk", name="Ada", email="ada@example.org")
    log_in(client, make_translator("uk", role=role, email="grace@example.org"))

    page, string = client.get("/staff/translations/uk/").text, client.get(address(SKIP)).text

    is_invited = role == "translator"
    assert ("Start translating" in page or "Continue translating" in page) is is_invited
    assert ("Ask Ada and " in visible_text(string)) is not is_invited


def test_a_reader_does_not_have_a_string_open_for_others(client):
    log_in(client, make_translator("uk", role="reviewer", name="Rita"))
    client.get(address(SKIP))
    log_in(client, make_translator("uk", email="grace@example.org"))

    assert "also has this string open" not in client.get(address(SKIP)).text


@pytest.mark.parametrize(
    ("role", "may_add"), [("administrator", True), ("campaigner", False), ("translator", False)]
)
def test_only_administrators_add_languages(client, role, may_add):
    log_in(client, make_staff(role))

    answer = client.get("/staff/translations/add/")
    offered = 'href="/staff/translations/add/"' in client.get("/staff/translations/").text

    assert (answer.status_code == 200, offered) == (may_add, may_add)


def test_other_campaigns_are_not_listed(client):
    own, other = make_campaign(slug="own"), make_campaign(slug="other")
    log_in(client, make_translator("uk", campaigns=(own.id,)))

    pages = [client.get(page).text for page in ("/staff/translations/", "/staff/translations/uk/")]

    assert all(f"campaign-{own.id}/" in page for page in pages)
    assert not any(f"campaign-{other.id}/" in page for page in pages)
    assert not any("/interface/" in page for page in pages)
