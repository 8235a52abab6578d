"""The receipt names all that the addressee gets, and the program for updates, as their files have it."""

from datetime import timedelta

import pytest

from campaign_actions.actions.models import CODE_IN_HANDOVER, LOADED_INTO_CRM, OWN_QUESTIONS
from campaign_actions.actions.personal_data.later_uses import set_covered
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.emails import SignatureMail, signature_mails
from campaign_actions.actions.signatures.sample_emails import sample_mail
from campaign_actions.core.mail.render import RenderedMail, render_mail
from campaign_actions.core.security.email_address import email_key
from tests.support.changes import publish_all
from tests.support.factories import NOON, make_action, make_confirmed
from tests.support.questions import GROUP, INVOLVED, PLACE, WHY, ask, remove

ALSO = "The addressee also gets your answers to these questions:"
CODE = "The addressee also gets a random code"
LEARNS = "The program that sends them then learns in which action, when and how you took part."
HOW = {**INVOLVED, "purpose": "handover", "ru.label": "Как вас это касается?", "ru.choice_1": "Я"}


@pytest.fixture
def action(app):
    made = make_action(locales=("en", "ru"))
    for locale in ("en", "ru"):
        set_covered("petition", locale, {OWN_QUESTIONS: 1, CODE_IN_HANDOVER: 1}, now=NOON)
    return made


def receipt(action, locale: str = "en", **answers: str) -> RenderedMail:
    make_confirmed(action, email="ada@example.org", locale=locale, answers=answers)
    make = signature_mails(timedelta(days=14))["receipt"]
    assert isinstance(make, SignatureMail)
    mail = make(action.id, email_key("ada@example.org"), locale, NOON)
    assert mail is not None
    return render_mail(mail.template, locale=locale, values=mail.values, links=mail.links)


def test_a_receipt_names_the_answers_that_the_addressee_gets(action):
    ask(action, PLACE, HOW, position=1)
    ask(action, GROUP, type="organisation", purpose="handover", position=2, en__label="Your group")
    ask(action, WHY, position=3, en__label="Only for us")

    mail = receipt(action, **{PLACE: "choice_1", GROUP: "Cats", WHY: "Because"})

    assert f"\n\n{ALSO}\n- How are you involved?\n- Your group\n\n" in mail.text
    for part in (mail.text, mail.html):
        assert ALSO in part
        assert "How are you involved?" in part
        assert "Only for us" not in part
        assert CODE in part


def test_it_names_no_answer_that_was_not_given_and_each_in_the_language_of_the_email(action):
    ask(action, PLACE, HOW)
    ask(action, GROUP, type="organisation", purpose="handover", en__label="Your group")

    mail = receipt(action, "ru", **{PLACE: "choice_1"})

    assert "Как вас это касается?" in mail.text
    assert "Your group" not in mail.text


def test_an_answer_to_a_question_that_is_off_is_named_since_the_addressee_still_gets_it(action):
    ask(action, PLACE, HOW)
    make_confirmed(action, answers={PLACE: "choice_2"})
    remove(action, PLACE)
    publish_all()

    assert "How are you involved?" in receipt(action, **{PLACE: "choice_1"}).text


def test_it_names_nothing_that_the_consent_text_of_the_person_does_not_cover(action):
    ask(action, PLACE, HOW)
    set_covered("petition", "en", {OWN_QUESTIONS: None, CODE_IN_HANDOVER: None}, now=NOON)

    mail = receipt(action, **{PLACE: "choice_1"})

    assert ALSO not in mail.text
    assert CODE not in mail.text


def test_a_preview_of_the_receipt_has_the_answers_of_someone_who_answers_everything(action):
    ask(action, PLACE, HOW)
    ask(action, WHY, en__label="Only for us")
    found = find_action("racism", "hate-crimes", locale="en", now=NOON)
    assert found is not None

    html = sample_mail(found, "receipt", days=14).html

    assert "How are you involved?" in html
    assert "Only for us" not in html
    assert CODE in html


def test_it_names_the_program_for_updates_only_if_the_consent_text_of_the_person_does(action):
    before = receipt(action)
    set_covered("petition", "en", {LOADED_INTO_CRM: 1}, now=NOON)
    make_confirmed(action, email="eve@example.org")
    after = receipt(action)

    for part in ("text", "html"):
        assert [LEARNS in getattr(mail, part) for mail in (before, after)] == [False, True]


def test_where_nobody_is_asked_about_updates_it_names_no_program(app):
    action = make_action(asks_updates=False)
    set_covered("petition", "en", {LOADED_INTO_CRM: 1}, now=NOON)

    assert LEARNS not in receipt(action).text
