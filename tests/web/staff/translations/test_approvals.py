"""A second person approves consent texts and translations of the privacy page."""

import re

import pytest
from sqlalchemy import select

from campaign_actions.actions.consent import (
    find_newest_consent,
    publish_consent,
)
from campaign_actions.audit.models import AuditEntry
from campaign_actions.catalogs.store.repository import interface_catalog
from campaign_actions.catalogs.workflow.notifications import translation_mails
from campaign_actions.catalogs.workflow.translation_approvals import (
    find_consent_draft,
    propose_consent,
)
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale_registry import locale_registry
from campaign_actions.outbox.models import OutboxMail
from tests.support.factories import NOON, make_campaign, make_staff
from tests.support.page_text import visible_text
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


def propose_and_send_back(app, client, author):
    """The author proposes a text; a reviewer, whose client is returned, sends it back with a note."""
    other = app.test_client()
    log_in(client, author)
    log_in(other, make_staff("reviewer", name="Bea"))
    post(client, CONSENT, body="Ми зберігаємо це.")
    return other, send_back(other)


def send_back(client, note: str = "Say for how long.", seen: str = "Ми зберігаємо це."):
    fields = {"csrf_token": token_of(client.get(CONSENT).text), "note": note, "seen": seen}
    return client.post(f"{CONSENT}send-back/", data=fields)


def test_the_approver_sees_what_differs_from_the_text_in_force(app, client):
    publish_consent("petition", "uk", "Ми зберігаємо це 12 місяців.", now=NOON)
    other = app.test_client()
    log_in(client, make_translator("uk"))
    log_in(other, make_staff("reviewer"))
    post(client, CONSENT, body="Ми зберігаємо це дванадцять місяців.")

    page = other.get(CONSENT).text

    assert re.search(r"<del><span[^>]*>removed: </span>12</del>", page)
    assert re.search(r"<ins><span[^>]*>added: </span>дванадцять</ins>", page)
    assert "The changes to version 1 are marked." in page


def test_a_first_text_has_nothing_to_compare_it_with(app, client):
    other = app.test_client()
    log_in(client, make_translator("uk"))
    log_in(other, make_staff("reviewer"))
    post(client, CONSENT, body="Ми зберігаємо це.")

    page = other.get(CONSENT).text

    assert "are marked." not in page
    assert "<ins>" not in page


def test_a_text_that_is_sent_back_is_no_longer_pending_and_waits_for_its_author(app, client):
    other, answer = propose_and_send_back(app, client, make_translator("uk"))

    page = client.get(CONSENT).text
    overview = visible_text(other.get("/staff/").text)

    assert (answer.status_code, draft(), newest()) == (303, None, None)
    assert "Text to approve" not in overview
    assert "Approve this text" not in other.get(CONSENT).text
    assert "Text sent back" in page
    assert "Sent back by Bea" in re.sub("[\u2066-\u2069]", "", visible_text(page))
    assert "Say for how long." in page
    assert "Ми зберігаємо це.</textarea>" in page


def test_the_author_proposes_the_changed_text_again(app, client):
    other, _answer = propose_and_send_back(app, client, make_translator("uk"))

    post(client, CONSENT, body="Ми зберігаємо це рік.")

    assert draft().body == "Ми зберігаємо це рік."
    assert "Text sent back" not in client.get(CONSENT).text
    assert approve(other, "Ми зберігаємо це рік.").status_code == 303
    assert newest().body == "Ми зберігаємо це рік."


def test_a_text_that_was_sent_back_can_be_discarded(app, client):
    propose_and_send_back(app, client, make_translator("uk"))

    post(client, f"{CONSENT}drop/", seen=CONSENT)

    assert "Text sent back" not in client.get(CONSENT).text


def test_sending_back_is_in_the_audit_log_with_its_note(app, client):
    propose_and_send_back(app, client, make_translator("uk"))

    db.session.rollback()  # on SQLite, it still reads what was there before
    entry = db.session.scalars(select(AuditEntry).filter_by(event="consent-sent-back")).one()
    assert entry.details == {"kind": "petition", "language": "uk", "note": "Say for how long."}


@pytest.mark.parametrize("note", ["", " ", "x" * 501])
def test_a_text_is_sent_back_with_a_note_that_says_why(app, client, note):
    other = app.test_client()
    log_in(client, make_translator("uk"))
    log_in(other, make_staff("reviewer"))
    post(client, CONSENT, body="Ми зберігаємо це.")

    answer = send_back(other, note=note)

    assert answer.status_code == 400
    assert '<a href="#note">' in answer.text
    assert draft() is not None


def test_a_text_that_changed_while_it_was_read_is_not_sent_back(app, client):
    other = app.test_client()
    log_in(client, make_translator("uk"))
    log_in(other, make_staff("reviewer"))
    post(client, CONSENT, body="Ми зберігаємо це.")

    answer = send_back(other, seen="Щось інше.")

    assert answer.status_code == 409
    assert draft() is not None


def test_nobody_sends_back_their_own_text_or_one_that_is_not_pending(app, client):
    make_staff("reviewer")
    log_in(client, make_staff("administrator"))

    nothing = send_back(client)
    post(client, CONSENT, body="Ми зберігаємо це.")
    own = send_back(client)

    assert (nothing.status_code, own.status_code) == (404, 409)
    assert "Send back" not in client.get(CONSENT).text


def test_the_author_gets_an_email_that_leads_to_the_note(app, client):
    author = make_translator("uk")
    propose_and_send_back(app, client, author)

    db.session.rollback()  # on SQLite, it still reads what was there before
    queued = db.session.scalars(select(OutboxMail)).one()
    mail = translation_mails()[queued.template](queued.about, queued.email_key, "en", NOON)

    assert queued.recipient == author.email
    (text,) = mail.values["returned"]
    assert text[:2] == ("Consent text for petitions", "Ukrainian")
    assert text[2].endswith(CONSENT)
    assert "Say for how long." not in str(mail)


def test_no_email_is_sent_about_a_text_that_was_proposed_again(app, client):
    author = make_translator("uk")
    propose_and_send_back(app, client, author)
    post(client, CONSENT, body="Ми зберігаємо це рік.")
    db.session.rollback()

    assert translation_mails()["staff-consent-returned"](author.id, "", "en", NOON) is None


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
