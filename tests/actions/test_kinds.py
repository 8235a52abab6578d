"""Kinds of actions. tests/catalogs/preview/test_kind_words.py looks at the words of every page."""

import dataclasses
from urllib.parse import unquote

import pytest

from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.kinds.base import Counted
from campaign_actions.actions.kinds.pledge import KIND as PLEDGE
from campaign_actions.actions.signatures.sample_emails import SAMPLE_MAILS, sample_mail
from tests.support.factories import link_to, make_action, make_confirmed, make_signature

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PAGE = "/en/campaigns/racism/speak-up/"


@pytest.fixture
def pledge(app):
    return make_action(slug="speak-up", kind="pledge")


@pytest.mark.parametrize("name", SAMPLE_MAILS)
def test_no_email_about_a_pledge_mentions_signing(pledge, name):
    mail = sample_mail(pledge, name, days=14)

    words = unquote(f"{mail.subject} {mail.text} {mail.html}").replace(pledge.share_text, "")
    assert "sign" not in words.lower().replace("design", "")


def test_no_page_after_a_pledge_mentions_signing(client, pledge):
    waits = make_signature(pledge, answers={"promise": "To listen"})
    counted = make_confirmed(pledge, answers={"promise": "To speak"})
    pages = [
        f"{PAGE}thanks/",
        *(link_to("confirm", one) for one in (waits, counted)),
        *(link_to("withdraw", one) for one in (waits, counted)),
    ]

    for page in pages:
        main = client.get(page).text.split("<main")[1].split("</main>")[0]
        for known in (
            'data-signed="yes"',
            "#sign",
            "I have signed this",
            "I%20have%20signed%20this",
        ):
            main = main.replace(known, "")  # marks for scripts, and the suggested text to share
        assert "sign" not in main.lower(), page


def test_a_count_in_words_is_split_around_the_figure(app):
    with app.test_request_context("/en/"):
        said = [KINDS["petition"].count_in_words(count) for count in (20, 12_480)]

    assert said == [
        Counted("", "20", " people have signed"),
        Counted("", "12,480", " people have signed"),
    ]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
@pytest.mark.parametrize("count", [0, 1, 19])
def test_below_twenty_people_words_take_the_place_of_the_number(app, kind, count):
    with app.test_request_context("/en/"):
        assert kind.count_in_words(count) == Counted("Be one of the first", "", "")


def test_the_count_of_a_closed_action_is_in_the_past_however_small(app):
    with app.test_request_context("/en/"):
        said = [KINDS["petition"].count_in_words(count, is_over=True) for count in (0, 1, 12_480)]

    assert said == [
        Counted("No one took part", "", ""),
        Counted("", "1", " person signed"),
        Counted("", "12,480", " people signed"),
    ]


def test_a_language_may_use_a_word_instead_of_the_figure(app):
    kind = dataclasses.replace(PLEDGE, counted=lambda count, figure: "nobody yet")

    with app.test_request_context("/en/"):
        assert kind.count_in_words(20) == Counted("nobody yet", "", "")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_label_of_an_answer_is_that_of_its_form_field(app, kind):
    with app.test_request_context("/en/"):
        labels = [kind.label_of_answer(name) for name in kind.form.answer_fields]

    assert labels == ([] if kind.name == "petition" else ["What will you do?"])
