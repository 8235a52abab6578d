"""Links in emails keep working when their language is no longer served."""

import pytest

from campaign_actions.core.db.session import db
from tests.support.factories import link_to, make_action, make_confirmed, make_signature
from tests.support.sign_form import post
from tests.support.translators import begin

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

UNSERVED = ("uk", "de")  # an incomplete catalog; no catalog at all


@pytest.fixture(params=[("en", "uk"), ("uk",)], ids="+".join)
def action(request, app):
    begin("uk")
    return make_action(locales=request.param)


def in_english(link):
    return f"/en/{link.split('/', 2)[2]}"


def status_of(signature):
    db.session.rollback()
    db.session.refresh(signature)
    return signature.status


@pytest.mark.parametrize("tag", UNSERVED)
def test_a_link_to_confirm_in_an_unserved_language_works_in_another(client, action, tag):
    signature = make_signature(action, locale="uk")
    link = link_to("confirm", signature, locale=tag)

    page = client.get(link, headers={"Accept-Language": "fr"})
    answer = post(client, link)

    assert (page.status_code, "noindex" in page.headers["X-Robots-Tag"]) == (200, True)
    assert '<html lang="fr" dir="ltr"' in page.text
    assert 'href="/fr/privacy/"' in page.text
    assert f"/{tag}/" not in page.text
    assert (answer.status_code, answer.location) == (303, in_english(link))
    assert status_of(signature) == "confirmed"
    assert "You’re counted" in client.get(answer.location).text
    assert "You’re counted" in client.get(link).text


@pytest.mark.parametrize("tag", UNSERVED)
def test_a_link_to_withdraw_in_an_unserved_language_works_in_another(client, action, tag):
    signature = make_confirmed(action, locale="uk")
    link = link_to("withdraw", signature, locale=tag)

    page = client.get(link)
    answer = post(client, link)

    assert page.status_code == 200
    assert "Withdraw your signature?" in page.text
    assert (answer.status_code, answer.location) == (303, in_english(link))
    assert status_of(signature) == "withdrawn"


def test_a_broken_link_or_an_unknown_language_is_not_found(client, action):
    signature = make_signature(action, locale="uk")

    unread = [client.get(f"/{tag}/confirm/no-token/") for tag in ("uk", "en")]
    strange = [link_to("confirm", signature, locale=tag) for tag in ("xx", "UK", "en_GB", "en-XC")]

    assert unread[0].status_code == unread[1].status_code
    assert unread[0].text == unread[1].text
    assert [client.get(link).status_code for link in strange] == [404] * 4


def test_other_pages_of_an_unserved_language_are_not_found(client, action):
    pages = ("", "privacy/", "campaigns/racism/", "campaigns/racism/hate-crimes/")

    assert {client.get(f"/uk/{page}").status_code for page in pages} == {404}
