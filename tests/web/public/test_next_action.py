"""The confirmed page offers one more action, which one press takes."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from campaign_actions.actions.consent import publish_consent
from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.signatures.one_press.links import LIFE
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.security import rate_limit, signed_tokens
from campaign_actions.core.security.email_address import email_key
from tests.support.drafts import hide
from tests.support.factories import (
    find_signature_of,
    link_to,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    next_link,
)
from tests.support.proofs import check, prove
from tests.support.sign_form import Inputs

EMAIL = "ada@example.org"
PROMISE = {"promise": "I’ll listen."}
PLEDGE = "/en/campaigns/racism/speak-up/"


@pytest.fixture
def campaign(app):
    return make_campaign(locales=("en", "ru"))


@pytest.fixture
def signed(campaign):
    return make_action(campaign=campaign, locales=("en", "ru"))


@pytest.fixture
def pledge(campaign):
    return make_action(
        campaign=campaign, slug="speak-up", kind="pledge", locales=("en", "ru"), asks_comment=True
    )


@pytest.fixture
def ada(signed):
    return make_confirmed(signed, email=EMAIL, family_name="Lovelace", now=utc_now())


def offered(client, signature, locale: str = "en") -> str:
    """The address that the confirmed page offers; empty if it offers none."""
    page = client.get(link_to("confirm", signature, locale=locale)).text
    found = re.search(rf'/{locale}/next/[^"]+/', page)
    return found[0] if found else ""


def press(client, address, **changes):
    """Read the page, and post its hidden fields and a promise."""
    hidden = Inputs(client.get(address).text).hidden
    fields = hidden | PROMISE | changes
    return client.post(address, data={name: v for name, v in fields.items() if v is not None})


def taken(action) -> Signature | None:
    db.session.expire_all()
    return find_signature_of(action.id, email_key(EMAIL))


def test_the_confirmed_page_offers_an_open_action_of_the_campaign_first(
    client, signed, pledge, ada
):
    make_action(slug="elsewhere", campaign=make_campaign(slug="a-first"))

    page = client.get(link_to("confirm", ada)).text

    assert "Title of speak-up (en)" in page
    assert "Title of elsewhere (en)" not in page


def test_it_offers_an_action_of_another_campaign_if_there_is_no_other(client, signed, ada):
    make_action(slug="elsewhere", campaign=make_campaign(slug="b"))

    address = offered(client, ada)

    assert "Title of elsewhere (en)" in client.get(address).text


@pytest.mark.parametrize("hidden", ["closed", "unpublished", "embargoed", "in another language"])
def test_it_offers_nothing_that_is_not_open(client, campaign, signed, ada, hidden):
    now = utc_now()
    values = {
        "closed": {"closes_at": now, "retain_from": now},
        "unpublished": {"published_at": None},
        "embargoed": {"published_at": now + timedelta(days=1)},
        "in another language": {},
    }[hidden]
    locales = ("ru",) if hidden == "in another language" else ("en",)
    there = make_action(
        slug="elsewhere", campaign=make_campaign(slug="b", locales=("en", "ru")), locales=locales
    )
    if values:
        db.session.execute(update(Action).where(Action.id == there.id).values(values))
        db.session.commit()

    assert offered(client, ada) == ""


def test_the_page_says_everything_above_its_button(client, signed, pledge, ada):
    page = client.get(offered(client, ada)).text

    above = page.partition('type="submit"')[0]
    for words in (
        "Title of speak-up (en)",
        "We keep your data for this (en).",
        "Only us",
        "You’re taking part as Ada Lovelace, Russia.",
        'name="promise"',
        'name="wants_updates"',
    ):
        assert words in above
    assert " checked" not in page
    assert 'name="email"' not in page
    assert EMAIL not in page


def test_a_press_signs_confirms_and_leads_to_an_answer(client, signed, pledge, ada):
    address = offered(client, ada)

    answer = press(client, address)

    page = client.get(answer.location)
    found = taken(pledge)
    assert (answer.status_code, answer.location) == (303, address)
    assert (found.status, found.given_name, found.answers) == ("confirmed", "Ada", PROMISE)
    assert page.status_code == 200
    assert 'data-signed="yes"' in page.text
    assert "sign" not in page.text.partition("<main")[2].partition("</main>")[0].lower().replace(
        'data-signed="yes"', ""
    ).replace("i have signed this", "").replace("i%20have%20signed%20this", "")


def test_name_and_country_can_be_corrected_and_boxes_ticked(client, signed, pledge, ada):
    address = offered(client, ada)

    press(
        client,
        address,
        given_name="Augusta",
        family_name="",
        country="DE",
        wants_updates="y",
        comment="Because.",
    )

    found = taken(pledge)
    assert (found.given_name, found.family_name, found.country_code) == ("Augusta", None, "DE")
    assert (found.wants_updates, found.comment, found.show_comment) == (True, "Because.", False)
    assert taken_of(ada).given_name == "Ada"


def taken_of(signature) -> Signature:
    db.session.expire_all()
    return db.session.get(Signature, (signature.action_id, signature.id))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"promise": None}, "Enter what you will do"),
        ({"given_name": ""}, "Enter your name"),
        ({"country": "XX"}, "Choose a country from the list"),
        ({"consent_version": None}, "This page was open for a long time"),
        ({"consent_version": "7"}, "This page was open for a long time"),
        ({"given_name": "\u202eAda"}, "Nothing you wrote has been lost"),
    ],
)
def test_a_mistake_is_explained_and_nothing_is_lost(client, signed, pledge, ada, changes, words):
    address = offered(client, ada)

    answer = press(client, address, comment="My reasons", **changes)

    assert answer.status_code == 400
    assert words in answer.text
    assert "My reasons" in answer.text
    assert taken(pledge) is None
    assert press(client, address).status_code == 303


def test_get_and_head_change_nothing(client, signed, pledge, ada):
    address = offered(client, ada)

    client.get(address)
    client.head(address)

    assert taken(pledge) is None


def test_the_answer_is_the_same_for_an_action_that_was_taken_before(client, signed, pledge, ada):
    bob = make_confirmed(signed, email="bob@example.org", now=utc_now())
    make_confirmed(pledge, email="bob@example.org", given_name="Bob", now=utc_now())
    addresses = offered(client, ada), offered(client, bob)

    asked = [without_token(client.get(address).text) for address in addresses]
    answers = [press(client, address) for address in addresses]
    pages = [without_token(client.get(address).text) for address in addresses]

    assert asked[0].replace("Ada Lovelace", "Ada") == asked[1].replace(
        'value="Lovelace"', 'value=""'
    )
    assert len({(answer.status_code, without_token(answer.text)) for answer in answers}) == 1
    assert pages[0] == pages[1]


def without_token(page: str) -> str:
    return re.sub(r"/next/[^/]+/", "/next/", page).replace('value="Lovelace"', 'value=""')


def test_a_second_press_and_a_replayed_link_change_nothing(client, signed, pledge, ada):
    address = offered(client, ada)
    fields = Inputs(client.get(address).text).hidden | PROMISE
    client.post(address, data=fields)
    withdraw(taken(pledge), now=utc_now())

    again = client.post(address, data=fields | {"given_name": "Eve"})

    assert again.status_code == 200
    assert 'data-signed="yes"' in again.text
    assert taken(pledge).status == "withdrawn"
    assert offered(client, ada) == "", "the offer is made once"


def test_after_withdrawing_the_first_signature_the_used_link_claims_nothing(
    client, signed, pledge, ada
):
    address = offered(client, ada)
    press(client, address)
    withdraw(ada, now=utc_now())

    answer = client.get(address)

    assert answer.status_code == 410
    assert "no longer counts" in answer.text


def test_the_action_just_taken_is_not_offered_again(client, signed, pledge, ada):
    make_action(slug="elsewhere", campaign=make_campaign(slug="b"))
    press(client, offered(client, ada))

    page = client.get(link_to("confirm", ada)).text

    assert "Title of speak-up (en)" not in page
    assert "Title of elsewhere (en)" in page


def test_a_link_for_a_second_action_is_refused_with_a_way_to_the_form(client, signed, pledge, ada):
    third = make_action(slug="third", campaign=make_campaign(slug="third"))
    press(client, offered(client, ada))

    answer = client.get(next_link(ada, third))

    assert answer.status_code == 410
    assert "you’ve done that already" in answer.text
    assert "/en/campaigns/third/third/#sign" in answer.text


@pytest.mark.parametrize(
    ("why", "moment"),
    [
        ("withdrawn", "before the page"),
        ("withdrawn", "before the press"),
        ("consent", "before the page"),
        ("consent", "before the press"),
        ("consent of the action", "before the press"),
    ],
)
def test_people_who_need_the_email_again_are_told_why(client, signed, pledge, ada, why, moment):
    address = offered(client, ada)
    fields = Inputs(client.get(address).text).hidden | PROMISE
    words = "no longer counts" if why == "withdrawn" else "has changed since"
    if why == "withdrawn":
        withdraw(ada, now=utc_now())
    else:
        kind = "petition" if why == "consent" else "pledge"
        publish_consent(kind, "en", "Something else.", now=utc_now())

    is_shown = moment == "before the press"
    answer = client.post(address, data=fields) if is_shown else client.get(address)

    assert answer.status_code == 410
    assert words in answer.text
    assert "/en/campaigns/racism/speak-up/#sign" in answer.text
    assert taken(pledge) is None


def test_a_closed_action_is_gone_and_one_that_is_not_public_is_not_found(
    client, signed, pledge, ada
):
    address = offered(client, ada)
    fields = Inputs(client.get(address).text).hidden | PROMISE
    now = utc_now()
    statuses = {}
    for name, values in {
        "closed": {"closes_at": now, "retain_from": now},
        "unpublished": {"published_at": None},
        "embargoed": {"published_at": now + timedelta(days=1)},
    }.items():
        open_again = {"closes_at": None, "retain_from": None, "published_at": now} | values
        db.session.execute(update(Action).where(Action.id == pledge.id).values(open_again))
        db.session.commit()
        statuses[name] = (
            client.get(address).status_code,
            client.post(address, data=fields).status_code,
        )

    assert statuses == {"closed": (410, 410), "unpublished": (404, 404), "embargoed": (404, 404)}
    assert taken(pledge) is None


def test_a_forged_a_shortened_and_an_expired_link_are_explained(
    client, monkeypatch, signed, pledge, ada
):
    address = offered(client, ada)
    confirm_token = link_to("confirm", ada).split("/")[-2]
    other_purpose = f"/en/next/{confirm_token}/"
    forged = [address.replace("/next/", "/next/1"), address[:-3] + "/", other_purpose]

    statuses = [client.get(one).status_code for one in forged]
    later = utc_now() + LIFE + timedelta(seconds=1)

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return later.astimezone(tz)

    monkeypatch.setattr(signed_tokens, "datetime", Later)
    late = client.post(address, data=PROMISE)

    assert statuses == [404, 404, 404]
    assert late.status_code == 410
    assert "This link has expired" in late.text
    assert taken(pledge) is None


def test_an_old_confirmation_is_not_enough(client, signed, pledge):
    old = make_confirmed(signed, email=EMAIL, now=utc_now() - LIFE)

    page = client.get(link_to("confirm", old)).text

    assert "/next/" not in page
    assert "/en/campaigns/racism/speak-up/" in page


def test_someone_who_has_not_confirmed_is_offered_nothing(client, signed, pledge):
    waiting = make_signature(signed, now=utc_now())

    assert offered(client, waiting) == ""


def test_the_page_is_private(client, signed, pledge, ada):
    answer = client.get(offered(client, ada))

    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_presses_have_the_rate_limit_of_signing(app, client, signed, pledge, ada):
    address = offered(client, ada)
    fields = Inputs(client.get(address).text).hidden | PROMISE
    app.config.update(RATELIMIT_ENABLED=True, SIGN_LIMIT="0 per minute")

    answer = client.post(address, data=fields | {"comment": "My reasons"})

    app.config.update(RATELIMIT_ENABLED=False)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assert "My reasons" in answer.text
    assert taken(pledge) is None


def test_while_robots_come_a_press_needs_a_proof_as_the_form_does(client, signed, pledge, ada):
    address = offered(client, ada)
    before = client.get(address).text
    check(pledge)

    page = client.get(address).text
    wrong = press(client, address, proof="x", comment="Hello")
    right = press(client, address, proof=prove(client, PLEDGE))

    assert ["data-proof" in one for one in (before, page)] == [False, True]
    assert f'data-proof="{PLEDGE}challenge.json"' in page
    assert (wrong.status_code, right.status_code) == (400, 303)
    assert "The check of this form has expired." in wrong.text
    assert "Hello" in wrong.text, "nothing that was typed is lost"
    assert taken(pledge).status == "confirmed"


def test_without_a_proof_one_press_in_ten_minutes_is_accepted_from_a_network(
    app, client, signed, pledge, ada
):
    bea = make_confirmed(signed, email="bea@example.org", now=utc_now())
    first, second = offered(client, ada), offered(client, bea)
    check(pledge)
    app.config.update(RATELIMIT_ENABLED=True)
    rate_limit.init_app(app)  # counts of other tests are gone

    with time_machine.travel(utc_now().replace(minute=34), tick=True):
        answers = [press(client, address) for address in (first, second)]

    assert [answer.status_code for answer in answers] == [303, 429]
    assert "we accept one form in ten minutes from your network" in answers[1].text
    assert 0 < int(answers[1].headers["Retry-After"]) <= 600


def test_the_new_signature_has_the_language_of_the_page(client, signed, pledge, ada):
    press(client, offered(client, ada, locale="ru"))

    assert taken(pledge).locale == "ru"


def test_a_signature_of_an_unpublished_campaign_can_lead_to_an_open_one(client, signed, ada):
    make_action(slug="elsewhere", campaign=make_campaign(slug="b"))
    hide(signed.campaign_id, "unpublished")

    address = offered(client, ada)

    assert press(client, address, promise=None).status_code == 303
    assert len(db.session.scalars(select(Signature)).all()) == 2
