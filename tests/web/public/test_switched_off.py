"""While something is off, pages stay and say so, forms keep what was typed, and nobody loses a right."""

import re

import pytest

from campaign_actions.actions.models import Signature
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.switches.state import EMAIL, SIGN, Switch
from tests.support.codes import delivered_codes
from tests.support.factories import (
    link_to,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    next_link,
)
from tests.support.metrics import TOKEN, figures
from tests.support.sign_form import ADA, PAGE, hidden_inputs, post
from tests.support.switches import action_switch, off, on

PAUSED = "Taking part is paused"
LANGUAGE_PAUSED = "Our pages in this language are paused"
RUSSIAN = Switch("language", "ru")
TYPED = {"given_name": "Ada & Eve", "comment": "Because “it” matters", "wants_updates": "y"}


@pytest.fixture
def campaign(app):
    return make_campaign(locales=("en", "ru"))


@pytest.fixture
def action(campaign):
    return make_action(campaign=campaign, locales=("en", "ru"), asks_comment=True)


@pytest.fixture(params=["sign", "action"])
def stopped(request, action) -> Switch:
    """Off: forms everywhere, or this one action."""
    switch = SIGN if request.param == "sign" else action_switch(action)
    off(switch)
    return switch


def signatures() -> int:
    db.session.rollback()
    return db.session.query(Signature).count()


def test_the_page_says_so_in_place_of_the_form(client, stopped):
    page = client.get(PAGE)

    assert page.status_code == 200
    assert PAUSED in page.text
    assert "<form" not in page.text
    assert "#sign" not in page.text


def test_the_page_says_so_in_the_language_of_the_reader(client, stopped):
    assert "Участие приостановлено" in client.get(PAGE.replace("/en/", "/ru/")).text


def test_a_form_that_was_open_is_shown_again_with_everything_that_was_typed(client, action):
    hidden = hidden_inputs(client)
    off(SIGN)

    answer = client.post(PAGE, data=hidden | ADA | TYPED)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "300"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "nothing was sent" in answer.text
    assert 'value="Ada &amp; Eve"' in answer.text
    assert "Because “it” matters" in answer.text
    assert re.search(r'name="wants_updates" value="y" checked', answer.text)
    assert signatures() == 0


def test_the_form_that_was_shown_again_is_accepted_afterwards(client, action):
    hidden = hidden_inputs(client)
    off(SIGN)
    shown = client.post(PAGE, data=hidden | ADA | TYPED).text
    on(SIGN)
    again = dict(
        re.findall(r'name="(csrf_token|consent_version)" type="hidden" value="([^"]*)"', shown)
    )

    assert client.post(PAGE, data=again | ADA | TYPED).status_code == 303
    assert signatures() == 1


def test_other_actions_go_on(client, action, campaign):
    make_action(campaign=campaign, slug="other")
    off(action_switch(action))

    assert post(client, PAGE.replace("hate-crimes", "other")).status_code == 303


def test_a_closed_action_is_closed_and_not_paused(client, campaign):
    make_action(campaign=campaign, closes_at=utc_now())
    off(SIGN)

    assert PAUSED not in client.get(PAGE).text
    assert client.post(PAGE, data=ADA).status_code == 410


@pytest.mark.parametrize("page", ["/en/", "/en/campaigns/racism/"])
def test_the_pages_before_it_say_so_while_all_forms_are_off(client, action, page):
    before = client.get(page).text
    off(SIGN)

    assert PAUSED not in before
    assert PAUSED in client.get(page).text


@pytest.mark.parametrize("page", ["/en/", "/en/campaigns/racism/"])
def test_no_button_leads_to_a_form_that_is_not_there(client, stopped, page):
    text = client.get(page).text
    on(stopped)

    assert "#sign" not in text
    assert "btn act" not in text
    assert f'href="{PAGE}" aria-label="Read more: Title of hate-crimes (en)"' in text
    assert f'class="btn act" href="{PAGE}#sign"' in client.get(page).text


def test_only_the_action_that_is_off_loses_its_button(client, action, campaign):
    other = make_action(campaign=campaign, slug="other")
    off(action_switch(other))

    for page in ("/en/", "/en/campaigns/racism/", f"{PAGE}thanks/"):
        text = client.get(page).text
        assert "/other/#sign" not in text
        assert 'href="/en/campaigns/racism/other/"' in text
    assert f'class="btn act" href="{PAGE}#sign"' in client.get("/en/").text


def test_confirming_withdrawing_and_deleting_never_stop(client, action):
    pending = make_signature(action, email="a@example.org", now=utc_now())
    confirmed = make_confirmed(action, email="b@example.org", now=utc_now())
    for switch in (SIGN, EMAIL, action_switch(action), Switch("language", "en"), RUSSIAN):
        off(switch)

    confirm = client.post(link_to("confirm", pending), data={"given_name": "A", "country": "RU"})
    withdraw = client.post(link_to("withdraw", confirmed))
    delete = client.post(link_to("withdraw", confirmed), data={"delete": "y"})

    db.session.expire_all()
    assert (confirm.status_code, withdraw.status_code, delete.status_code) == (303, 303, 303)
    assert (pending.status, confirmed.status) == ("confirmed", "erased")


def test_a_code_is_accepted_while_forms_are_off(client, action, tmp_path):
    now = utc_now()
    make_signature(action, email="ada@example.org", now=now)
    (code,) = delivered_codes(tmp_path, now)
    off(SIGN)

    answer = client.post(f"{PAGE}thanks/", data={"email": "ada@example.org", "code": code})

    assert answer.status_code == 303


def test_one_press_is_refused_and_works_afterwards(client, action, campaign):
    other = make_action(campaign=campaign, slug="other")
    signature = make_confirmed(action, email="ada@example.org", now=utc_now())
    address = next_link(signature, other)
    hidden = hidden_inputs(client, address)
    off(action_switch(other))

    page, refused = client.get(address), client.post(address, data=hidden)
    on(action_switch(other))
    accepted = client.post(address, data=hidden)

    assert (page.status_code, refused.status_code, accepted.status_code) == (200, 503, 303)
    assert refused.headers["Retry-After"] == "300"
    assert PAUSED in page.text
    assert PAUSED in refused.text


def test_what_is_off_is_not_offered_after_confirming(client, action, campaign):
    other = make_action(campaign=campaign, slug="other")
    signature = make_confirmed(action, now=utc_now())
    off(action_switch(other))

    assert "Title of other" not in client.get(link_to("confirm", signature)).text


@pytest.mark.parametrize(
    "page",
    [
        "",
        "campaigns/racism/",
        "campaigns/racism/hate-crimes/",
        "campaigns/racism/hate-crimes/poster/",
    ],
)
def test_a_language_that_is_off_leads_to_the_same_page_in_others(client, action, page):
    off(RUSSIAN)

    answer = client.get(f"/ru/{page}")

    assert answer.status_code == 200
    assert "Страницы на этом языке временно недоступны" in answer.text
    assert f'href="http://actions.example.org/en/{page}"' in answer.text
    assert "(ru)" not in answer.text  # none of its texts, which may be why it is off
    assert LANGUAGE_PAUSED not in client.get(f"/en/{page}").text


def test_a_form_in_a_language_that_is_off_keeps_what_was_typed(client, action):
    page = PAGE.replace("/en/", "/ru/")
    hidden = hidden_inputs(client, page)
    off(RUSSIAN)

    refused = client.post(page, data=hidden | ADA | TYPED)

    assert refused.status_code == 503
    assert 'value="Ada &amp; Eve"' in refused.text
    assert post(client, PAGE).status_code == 303


def test_the_law_and_links_need_the_language_even_if_it_is_off(client, action):
    off(Switch("language", "en"))

    for page in ("/en/privacy/", f"{PAGE}thanks/", f"{PAGE}count.json"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert LANGUAGE_PAUSED not in answer.text


def test_a_language_that_is_off_is_not_named_on_the_notice_of_another(client, action):
    off(RUSSIAN)
    off(Switch("language", "en"))

    main = client.get("/en/").text.partition("<main")[2].partition("</main>")[0]

    assert "/ru/" not in main


def test_a_page_that_does_not_exist_is_not_there_while_its_language_is_off(client, action):
    off(RUSSIAN)

    assert client.get("/ru/campaigns/racism/nothing/").status_code == 404


def test_while_email_is_off_people_are_told_when_it_comes(client, action):
    off(EMAIL)

    form, thanks = client.get(PAGE).text, client.get(f"{PAGE}thanks/").text

    assert "so yours will come later" in form
    assert "We’ll send yours as soon as we can" in thanks
    assert post(client).status_code == 303


def test_one_press_says_that_its_email_comes_later(client, action, campaign):
    other = make_action(campaign=campaign, slug="other")
    signature = make_confirmed(action, email="ada@example.org", now=utc_now())
    address = next_link(signature, other)
    later = "so yours will come later"
    off(EMAIL)

    ask = client.get(address).text
    client.post(address, data=hidden_inputs(client, address))
    done = client.get(address).text

    assert 'data-signed="yes"' in done
    assert (later in ask, later in done) == (True, True)


def test_refusals_are_counted_as_paused_and_not_as_faults(app, client, action):
    app.config["METRICS_TOKEN"] = TOKEN
    hidden = hidden_inputs(client)
    off(SIGN)
    before = refused(client)

    client.post(PAGE, data=hidden | ADA)

    assert refused(client) == before | {"paused": before["paused"] + 1}


def refused(client) -> dict[str, float]:
    """The counts of refused signatures, by reason."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    found = figures(answer.text)
    return {
        name.partition(" ")[2]: value
        for name, value in found.items()
        if name.startswith("signatures_refused_total ")
    }
