"""The form for the code on the thanks page, as a client without cookies or JavaScript uses it."""

import logging
import re
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import select, update

from campaign_actions.actions.models import Action, CodeTries, Signature
from campaign_actions.actions.signatures.codes.confirm_by_code import CODE_LIFE, MAX_TRIES
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.web.http.security_headers import PAGE_CACHE
from tests.support.codes import delivered_codes, wrong
from tests.support.factories import ended, make_action, make_campaign, make_signature
from tests.support.sign_form import PAGE, post

THANKS = f"{PAGE}thanks/"
EMAIL = "ada@example.org"
REFUSED = "This code doesn’t work with this address"
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # same on both


@pytest.fixture
def action(app):
    return make_action(campaign=make_campaign(locales=("en", "ar")), locales=("en", "ar"))


@pytest.fixture
def code(client, action, tmp_path) -> str:
    """The code that Ada got by email."""
    make_signature(action, email=EMAIL, now=utc_now())
    (code,) = delivered_codes(tmp_path / "mail", utc_now())
    return code


def type_code(client, code, *, email=EMAIL, address=THANKS, **given):
    return client.post(address, data={"email": email, "code": code}, **given)


def signature() -> Signature:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Signature)).one()


def test_someone_who_signs_can_confirm_with_the_code_in_the_email(client, action, tmp_path):
    thanks = post(client, email=EMAIL).location
    (code,) = delivered_codes(tmp_path / "mail", utc_now())

    answer = type_code(client, f" {code[:3].lower()}-{code[3:]}", address=thanks)

    assert answer.status_code == 303
    assert answer.location.startswith("/en/confirm/")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    page = client.get(answer.location)
    assert 'data-confirmed="yes"' in page.text
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert (signature().status, signature().given_name) == ("confirmed", "Ada")


def test_the_form_says_that_it_confirms_what_was_entered(client, action):
    page = client.get(THANKS)

    assert page.headers["Cache-Control"] == PAGE_CACHE
    assert "It confirms your details as you entered them" in page.text
    assert "csrf_token" not in page.text
    (attributes,) = re.findall(r'<input id="code"([^>]*)>', page.text)
    for attribute in ('dir="ltr"', 'autocomplete="one-time-code"', "required"):
        assert attribute in attributes


def test_wrong_expired_confirmed_and_unknown_get_the_same_answer(app, client, action, tmp_path):
    started = utc_now()
    for email in ("aaa@example.org", "ccc@example.org"):
        make_signature(action, email=email, now=started)
    right, used = delivered_codes(tmp_path / "mail", started)
    make_signature(action, email="bbb@example.org", now=started - CODE_LIFE)
    late = delivered_codes(tmp_path / "mail", started - CODE_LIFE)[0]
    confirm(
        db.session.scalars(select(Signature).filter_by(email="ccc@example.org")).one(), now=started
    )
    ways = {
        "wrong": ("aaa@example.org", wrong(right)),
        "expired": ("bbb@example.org", late),
        "confirmed": ("ccc@example.org", used),
        "unknown": ("ddd@example.org", right),
    }

    answers = {}
    for way, (email, typed) in ways.items():
        answer = type_code(client, typed, email=email)
        text = answer.text.replace(email, "EMAIL").replace(typed, "CODE")
        answers[way] = (answer.status, text, dict(answer.headers))

    assert answers["wrong"][0].startswith("400")
    assert REFUSED in answers["wrong"][1]
    assert "The link in the email still works" in answers["wrong"][1]
    assert all(answer == answers["wrong"] for answer in answers.values())


def test_after_a_wrong_code_the_page_is_shown_again_with_what_was_typed(client, code):
    answer = type_code(client, "222 222", email="Ada@Example.org")

    assert answer.status_code == 400
    assert "<title>Error: Check your email" in answer.text
    assert 'value="222 222"' in answer.text
    assert 'value="Ada@Example.org"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert 'href="#code"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Enter the email address"),
        ({"email": EMAIL}, "Enter the code from our email"),
        ({"email": EMAIL, "code": "K7M4P"}, "Enter the code from our email"),
        ({"email": EMAIL, "code": "x" * 41}, "must be 40 characters or fewer"),
        ({"email": EMAIL, "code": "K7M\x004PX"}, "hidden character"),
        ({"email": EMAIL, "code": "\u202eK7M4PX"}, "hidden character"),
        ({"email": EMAIL, "code": ["K7M4PX", "K7M4PX"]}, "went wrong with this answer"),
        ({"email": "ada", "code": "K7M4PX"}, "in the correct format"),
        ({"email": [EMAIL, EMAIL], "code": "K7M4PX"}, "went wrong with this answer"),
        ({"email": EMAIL, "code": "K7M4PX", "token": "x"}, "went wrong with this form"),
    ],
)
@on_sqlite
def test_invalid_input_is_explained_and_is_not_a_try(client, action, fields, words):
    answer = client.post(THANKS, data=fields)

    assert answer.status_code == 400
    assert words in answer.text
    assert "Nothing you wrote has been lost" in answer.text
    assert db.session.scalars(select(CodeTries)).all() == []


def test_a_code_typed_with_cyrillic_letters_and_arabic_digits_works(client, code):
    typed = code.translate(str.maketrans("CHKMPTXY23456789", "СНКМРТХУ٢٣٤٥٦٧٨٩"))

    assert type_code(client, typed).status_code == 303


def test_a_replayed_code_gets_the_answer_of_a_wrong_one(client, code):
    first, second = type_code(client, code), type_code(client, code)

    assert (first.status_code, second.status_code) == (303, 400)
    assert REFUSED in second.text


def test_neither_the_address_nor_a_code_is_in_the_logs_or_the_audit_log(client, code, caplog):
    with structlog.testing.capture_logs() as logs, caplog.at_level(logging.DEBUG):
        type_code(client, wrong(code))
        type_code(client, code)

    db.session.rollback()
    logged = f"{logs} {caplog.messages} {db.session.execute(select(AuditEntry)).all()}"
    assert not any(secret in logged for secret in (EMAIL, code, wrong(code)))


def test_five_wrong_codes_end_the_code_but_not_the_link(client, code):
    answers = {type_code(client, wrong(code)).status_code for _ in range(MAX_TRIES)}

    assert answers == {400}
    assert type_code(client, code).status_code == 400
    assert signature().status == "pending"
    assert confirm(signature(), now=utc_now())


@on_sqlite
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_a_code_from_another_site_is_refused_and_is_not_a_try(client, code, headers, status):
    answer = type_code(client, code, headers=headers)

    assert answer.status_code == status
    assert (signature().status == "confirmed") == (status == 303)
    assert bool(db.session.scalars(select(CodeTries)).all()) == (status == 303)


@on_sqlite
def test_a_source_over_the_limit_is_told_when_to_try_again(app, client, code):
    app.config.update(RATELIMIT_ENABLED=True, SIGN_LIMIT="2 per hour")
    source = {"REMOTE_ADDR": "198.51.100.7"}

    answers = [
        type_code(client, "222222", email=f"a{n}@example.org", environ_base=source)
        for n in range(3)
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert 0 < int(answers[2].headers["Retry-After"]) <= 3600
    assert "a2@example.org" in answers[2].text
    assert len(db.session.scalars(select(CodeTries)).all()) == 2


@on_sqlite
def test_a_closed_action_accepts_codes_as_it_accepts_links(client, code):
    db.session.execute(update(Action).values(ended(utc_now() - timedelta(minutes=1))))
    db.session.commit()

    assert type_code(client, code).status_code == 303


@on_sqlite
def test_an_action_that_is_offline_accepts_no_code(client, code):
    db.session.execute(update(Action).values(published_at=None))
    db.session.commit()

    assert type_code(client, code).status_code == 404
    assert signature().status == "pending"


@on_sqlite
def test_the_page_in_another_language_accepts_the_code(client, code):
    answer = type_code(client, code, address=THANKS.replace("/en/", "/ar/"))

    assert answer.location.startswith("/ar/confirm/")
