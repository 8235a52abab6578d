"""While an action has the robot check, each form needs a proof of work, made once and for this action."""

import base64
import json
from datetime import timedelta

import pytest
import time_machine

from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.restrictions import unproved
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.security import rate_limit
from campaign_actions.core.security.proof_of_work import MAX_TRIES
from tests.support.drafts import set_opening_time
from tests.support.factories import make_action, make_campaign
from tests.support.proofs import check, prove, solve
from tests.support.sign_form import PAGE, Inputs, post
from tests.support.switches import on

CHALLENGE = f"{PAGE}challenge.json"
OUT_OF_DATE = "The check of this form has expired."
ONE_IN_TEN = "we accept one form in ten minutes from your network, because"
WIDGET = "altcha"


@pytest.fixture
def campaign(app):
    return make_campaign()


@pytest.fixture
def action(campaign):
    return make_action(campaign=campaign)


@pytest.fixture
def checked(action):
    check(action)
    return action


@pytest.fixture
def limited(app, checked):
    """With rate limits, in the middle of one of their windows."""
    app.config.update(RATELIMIT_ENABLED=True)
    rate_limit.init_app(app)  # counts of other tests are gone
    with time_machine.travel(utc_now().replace(minute=34), tick=True):
        yield


def signatures() -> int:
    db.session.rollback()
    return db.session.query(Signature).count()


def test_the_page_has_the_check_only_while_it_is_on(client, action):
    before = client.get(PAGE).text
    check(action)
    during = client.get(PAGE).text
    on(unproved(action.id))
    after = client.get(PAGE).text

    assert [WIDGET in page for page in (before, during, after)] == [False, True, False]
    assert f'data-proof="{CHALLENGE}"' in during
    assert "no secure connection, we accept one form in ten minutes" in during


def test_without_the_check_there_is_no_challenge_and_no_proof_is_asked_for(client, action):
    assert client.get(CHALLENGE).status_code == 404
    assert post(client).status_code == 303


def test_a_form_with_a_proof_is_accepted(client, checked):
    answer = post(client, proof=prove(client))

    assert answer.status_code == 303
    assert signatures() == 1


def test_a_challenge_is_never_cached_and_never_the_same(client, checked):
    first, second = client.get(CHALLENGE), client.get(CHALLENGE)

    assert first.headers["Cache-Control"] == "no-store"
    assert first.get_json()["parameters"]["nonce"] != second.get_json()["parameters"]["nonce"]


def test_the_work_has_a_limit(client, checked):
    solution = json.loads(base64.b64decode(prove(client)))["solution"]

    assert MAX_TRIES / 2 < solution["counter"] <= MAX_TRIES


def test_a_proof_works_once_on_all_machines(app, client, checked):
    proof = prove(client)
    elsewhere = app.test_client()

    first = post(client, proof=proof)
    again = post(elsewhere, proof=proof, email="eve@example.org", given_name="Eve")

    assert (first.status_code, again.status_code) == (303, 400)
    assert OUT_OF_DATE in again.text
    assert 'value="Eve"' in again.text, "nothing that was typed is lost"
    assert signatures() == 1


def test_a_proof_is_for_one_action(client, campaign, checked):
    other = make_action(campaign=campaign, slug="speak-up")
    check(other)
    proof = prove(client, "/en/campaigns/racism/speak-up/")

    assert post(client, proof=proof).status_code == 400
    assert signatures() == 0


@pytest.mark.parametrize(("minutes", "status"), [(9, 303), (11, 400)])
def test_a_challenge_lives_ten_minutes(client, checked, minutes, status):
    proof = prove(client)

    with time_machine.travel(utc_now() + timedelta(minutes=minutes), tick=True):
        answer = post(client, proof=proof)

    assert answer.status_code == status


def forged(client, **changes) -> str:
    """A proof for a challenge that was changed after it had been signed."""
    challenge = client.get(CHALLENGE).get_json()
    challenge["parameters"] |= changes
    return solve(challenge)


def test_an_easier_challenge_is_refused(client, checked):
    assert post(client, proof=forged(client, cost=1, keyPrefix="00")).status_code == 400
    assert signatures() == 0


@pytest.mark.parametrize(
    "proof", ["x", "e30=", "W10=", "bnVsbA==", "W" * 4001, "\x00", "eyJjaGFsbGVuZ2UiOiBbXX0="]
)
def test_what_is_no_proof_is_refused_in_plain_words(client, checked, proof):
    answer = post(client, proof=proof)

    assert answer.status_code == 400
    assert OUT_OF_DATE in answer.text
    assert signatures() == 0


def test_a_guessed_solution_is_refused(client, checked):
    payload = json.loads(base64.b64decode(prove(client)))
    payload["solution"]["derivedKey"] = "00" * 32
    guessed = base64.b64encode(json.dumps(payload).encode()).decode()

    assert post(client, proof=guessed).status_code == 400


def test_without_a_proof_one_form_in_ten_minutes_is_accepted_from_a_network(client, limited):
    first = post(client)
    second = post(client, email="eve@example.org", given_name="Eve")

    assert (first.status_code, second.status_code) == (303, 429)
    assert 0 < int(second.headers["Retry-After"]) <= 600
    assert ONE_IN_TEN in second.text
    assert 'value="Eve"' in second.text
    assert signatures() == 1
    assert post(client, proof=prove(client), email="eve@example.org").status_code == 303


def test_who_has_to_wait_is_told_for_how_long(client, limited):
    post(client)

    second = post(client, email="eve@example.org")

    minutes = -(-int(second.headers["Retry-After"]) // 60)
    assert f"Please wait {minutes} minute" in second.text
    assert "Please press the button again" not in second.text


def test_a_page_that_was_open_before_the_check_is_not_told_about_its_browser(client, limited):
    post(client)

    second = post(client, email="eve@example.org", has_check=None)
    third = post(
        client, email="eve@example.org", **{**Inputs(second.text).hidden, "proof": prove(client)}
    )

    assert second.status_code == 400
    assert "The check is on the page now." in second.text
    assert ONE_IN_TEN not in second.text
    assert WIDGET in second.text
    assert third.status_code == 303


def test_a_form_with_mistakes_uses_up_neither_the_proof_nor_the_one_form(client, limited):
    proof = prove(client)

    assert post(client, proof=proof, given_name="").status_code == 400
    assert post(client, proof=proof).status_code == 303
    assert post(client, given_name="", email="eve@example.org").status_code == 400
    assert post(client, email="eve@example.org").status_code == 303


def test_a_page_that_was_open_when_the_check_ended_can_be_sent(client, checked):
    proof = prove(client)
    on(unproved(checked.id))

    assert post(client, proof=proof).status_code == 303
    assert post(client, proof="x", email="eve@example.org").status_code == 303


def test_an_action_that_is_not_public_has_no_challenge(client, campaign, checked):
    set_opening_time(campaign.id, utc_now() + timedelta(days=1))

    assert client.get(CHALLENGE).status_code == 404
