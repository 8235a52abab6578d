"""A second person approves consent texts and translations of the privacy page."""

import pytest

from campaign_actions.actions.consent import (
    find_newest_consent,
    publish_consent,
)
from campaign_actions.catalogs.store.repository import interface_catalog
from campaign_actions.catalogs.workflow.translation_approvals import (
    find_consent_draft,
    propose_consent,
)
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale_registry import locale_registry
from tests.support.factories import NOON, make_campaign, make_staff
from tests.support.staff_client import log_in, post, token_of
from tests.support.translators import HELLO, begin, make_translator, message, put, stored_in

CONSENT = "/staff/consent/uk/petition/"
APPROVALS = "/staff/translations/uk/approvals/"
TEXT = "Цей сайт веде %(organization)s."


@pytest.fixture(autouse=True)
def uk(app):
    begin()


def test_a_consent_text_is_proposed_by_one_person_and_approved_by_another(app, client):
    other = app.test_client()
    log_in(client, make_translator("uk"))
    log_in(other, make_staff("reviewer"))

    proposed = post(client, CONSENT, body="Ми зберігаємо це.")
    before = newest()
    answer = approve(other)

    assert (proposed.status_code, before, answer.status_code) == (303, None, 303)
    assert (newest().version, newest().body) == (1, "Ми зберігаємо це.")
    assert draft() is None


def approve(client, seen: str = "Ми зберігаємо це."):
    page = client.get(CONSENT).text
    return client.post(f"{CONSENT}approve/", data={"csrf_token": token_of(page), "seen": seen})


def test_nobody_approves_their_own_consent_text(client):
    make_staff("reviewer", name="Bea")
    log_in(client, make_staff("administrator"))
    post(client, CONSENT, body="Ми зберігаємо це.")

    page = client.get(CONSENT).text
    answer = approve(client)

    assert "Approve this text" not in page
    assert "Someone else has to approve the text before it applies:" in page
    assert "Bea" in page
    assert answer.status_code == 409
    assert newest() is None


def test_a_consent_text_that_changed_while_it_was_read_is_not_approved(client):
    log_in(client, make_staff("reviewer"))
    propose_consent("petition", "uk", "Ми зберігаємо це.", by=make_staff("translator"), now=NOON)

    answer = approve(client, seen="Ми нічого не зберігаємо.")

    assert answer.status_code == 409
    assert "read the current text" in answer.text
    assert newest() is None


def test_a_proposed_text_can_be_dropped(client):
    log_in(client, make_translator("uk"))
    post(client, CONSENT, body="Ми зберігаємо це.")

    page = client.get(CONSENT).text
    answer = client.post(f"{CONSENT}drop/", data={"csrf_token": token_of(page)})

    assert (answer.status_code, draft()) == (303, None)


@pytest.mark.parametrize(("role", "is_published"), [("campaigner", True), ("translator", False)])
def test_without_approval_a_text_by_someone_who_may_publish_is_valid_at_once(
    app, client, role, is_published
):
    app.config["LOCALE_NEEDS"] = ["consent"]
    log_in(client, make_staff(role))

    post(client, CONSENT, body="Ми зберігаємо це.")

    assert (newest() is not None) == is_published
    assert (draft() is not None) == (not is_published)


def test_an_empty_text_is_refused_and_the_source_is_shown(client):
    publish_consent("petition", "en", "We keep your data.", now=NOON)
    log_in(client, make_translator("uk"))

    answer = post(client, CONSENT, body=" ")

    assert (answer.status_code, draft()) == (400, None)
    assert "We keep your data." in answer.text


def test_members_limited_to_campaigns_can_neither_propose_nor_approve(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    campaign = make_campaign()
    log_in(client, make_staff("campaigner", campaigns=(campaign.id,)))

    answers = [
        client.post(page, data={"body": "x"}).status_code
        for page in (CONSENT, f"{CONSENT}approve/", f"{CONSENT}drop/", APPROVALS)
    ]

    assert answers == [403] * 4


def test_privacy_translations_are_approved_beside_their_source(app, client):
    put(HELLO, TEXT, by=make_staff("translator", name="Bea"))
    log_in(client, make_staff("reviewer"))

    page = client.get(APPROVALS).text
    answer = post(client, APPROVALS, **ticked(HELLO, TEXT))

    assert HELLO in page
    assert TEXT in page
    assert "Written by Bea" in page
    assert answer.status_code == 303
    assert approved(HELLO) == (TEXT,)
    assert locale_registry.of(app).current.catalog("uk").gettext(HELLO) == TEXT
    assert "Nothing to approve" in client.get(APPROVALS).text


def test_one_button_approves_everything_shown(client):
    put(HELLO, TEXT, by=make_staff("translator"))
    log_in(client, make_staff("reviewer"))
    key = message(HELLO).key

    post(client, APPROVALS, **{"all": "yes", "shown": key, f"seen-{key}": TEXT})

    assert approved(HELLO) == (TEXT,)


def test_nobody_approves_their_own_privacy_translation(client):
    boss = make_staff("administrator")
    put(HELLO, TEXT, by=boss)
    log_in(client, boss)

    page = client.get(APPROVALS).text
    answer = post(client, APPROVALS, **ticked(HELLO, TEXT))

    assert 'type="checkbox"' not in page
    assert answer.status_code == 409
    assert approved(HELLO) is None


def test_a_privacy_translation_that_changed_since_is_not_approved(client):
    put(HELLO, TEXT, by=make_staff("translator"))
    log_in(client, make_staff("reviewer"))

    answer = post(client, APPROVALS, **ticked(HELLO, "Інше %(organization)s."))
    made_up = post(client, APPROVALS, key="x")

    assert [answer.status_code, made_up.status_code] == [409, 409]
    assert approved(HELLO) is None


def test_the_page_and_the_history_name_the_approver(client):
    put(HELLO, TEXT, by=make_staff("translator"))
    log_in(client, make_staff("reviewer", name="Cleo"))

    post(client, APPROVALS, **ticked(HELLO, TEXT))

    assert "Cleo, " in client.get("/staff/translations/uk/").text
    history = client.get("/staff/translations/uk/history/").text
    assert "Cleo</strong>\n    · approved ·" in history


def newest():
    db.session.rollback()
    return find_newest_consent("petition", "uk")


def draft():
    db.session.rollback()
    return find_consent_draft("petition", "uk")


def ticked(source: str, words: str) -> dict[str, str]:
    key = message(source).key
    return {"key": key, f"seen-{key}": words}


def approved(source: str):
    return stored_in(interface_catalog(), "uk")[message(source).key].approved


def test_the_language_of_the_source_texts_has_nothing_to_translate(client):
    log_in(client, make_staff("administrator"))

    page = client.get("/staff/translations/en/approvals/").text

    assert "Everything on the privacy page is translated and approved." in page
    assert "not translated yet" not in page
