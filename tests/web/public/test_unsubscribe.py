"""The way out: a link in each update, one button, or one click in a mail program."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.withdraw import erase
from campaign_actions.core.db.session import db
from campaign_actions.core.security.signed_tokens import TokenKind
from campaign_actions.updates.unsubscribe import unsubscribe
from tests.support.factories import NOON, link_to, make_action, make_campaign, make_confirmed
from tests.support.translators import begin

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

LATER = NOON + timedelta(days=1)


def make_two(email="ada@example.org"):
    campaign = make_campaign()
    return [
        make_confirmed(make_action(campaign=campaign, slug=slug), email=email, wants_updates=True)
        for slug in ("one", "two")
    ]


def wishes():
    db.session.rollback()
    signatures = select(Signature).order_by(Signature.id).execution_options(populate_existing=True)
    return [signature.wants_updates for signature in db.session.scalars(signatures)]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_viewing_the_page_changes_nothing(client, method):
    first, _second = make_two()

    answer = getattr(client, method)(link_to("unsubscribe", first))

    assert answer.status_code == 200
    assert wishes() == [True, True]


def test_the_first_button_unsubscribes_from_this_action(client):
    first, _second = make_two()

    answer = client.post(link_to("unsubscribe", first))

    assert answer.status_code == 303
    assert wishes() == [False, True]
    assert "You’ve unsubscribed from these emails" in client.get(answer.location).text


def test_the_other_button_unsubscribes_from_all(client):
    first, _second = make_two()
    action = find_action("racism", "two", locale="en", now=NOON)
    other = make_confirmed(action, email="bo@example.org", wants_updates=True)

    answer = client.post(link_to("unsubscribe", first), data={"everywhere": "yes"})

    assert wishes() == [False, False, True]
    assert "We won’t send updates about anything" in client.get(answer.location).text
    assert other.wants_updates


def test_a_mail_program_unsubscribes_without_cookie_or_redirect(client):
    first, _second = make_two()

    answer = client.post(
        link_to("unsubscribe", first),
        data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
    )

    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    assert wishes() == [False, True]


@pytest.mark.parametrize("tag", ["uk", "de"])  # begun and not ready; not even begun
def test_unsubscribing_works_in_a_language_no_longer_served(client, tag):
    begin("uk")
    first, _second = make_two()
    link = link_to("unsubscribe", first, locale=tag)

    page, pressed = client.get(link), client.post(link)

    assert (page.status_code, "Unsubscribe from these emails?" in page.text) == (200, True)
    assert (pressed.status_code, pressed.location) == (303, link.replace(f"/{tag}/", "/en/", 1))
    assert wishes() == [False, True]


@pytest.mark.parametrize("tag", ["uk", "de"])
def test_one_click_works_in_a_language_no_longer_served(client, tag):
    begin("uk")
    first, _second = make_two()
    link = link_to("unsubscribe", first, locale=tag)

    answer = client.post(link, data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert wishes() == [False, True]


def test_a_mail_program_may_post_multipart_data(client):
    first, _second = make_two()

    answer = client.post(
        link_to("unsubscribe", first),
        data={"List-Unsubscribe": "One-Click"},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 200
    assert wishes() == [False, True]


def test_unsubscribing_updates_the_signature_once(app):
    first, _second = make_two()

    changed = [unsubscribe(first, now=LATER), unsubscribe(first, now=LATER + timedelta(days=1))]

    db.session.refresh(first)
    assert changed == [1, 0]
    assert (first.status, first.updated_at) == ("confirmed", LATER)


def test_the_link_of_an_erased_signer_says_that_all_is_done(client):
    first, _second = make_two()
    erase("ada@example.org", now=NOON)

    for answer in (
        client.get(link_to("unsubscribe", first)),
        client.post(link_to("unsubscribe", first), data={"everywhere": "yes"}),
    ):
        assert answer.status_code in {200, 303}
    assert "You’ve unsubscribed" in client.get(link_to("unsubscribe", first)).text


@pytest.mark.parametrize("purpose", ["confirm", "withdraw"])
def test_a_link_for_another_purpose_does_not_work(client, purpose):
    first, _second = make_two()
    token = TokenKind(purpose).make(first.public_id)

    answer = client.post(f"/en/unsubscribe/{token}/")

    assert answer.status_code == 404
    assert wishes() == [True, True]


def test_the_page_is_neither_cached_nor_indexed(client):
    answer = client.get(link_to("unsubscribe", make_two()[0]))

    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_the_page_is_in_the_language_of_its_address(client, locale):
    first, _second = make_two()

    assert f'<html lang="{locale}"' in client.get(link_to("unsubscribe", first, locale=locale)).text
