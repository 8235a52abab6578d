"""The public pages of an action, as a client without cookies or JavaScript uses them."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.email_links import CONFIRM
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.web.http.security_headers import PAGE_CACHE
from tests.support.drafts import hide
from tests.support.factories import (
    NOON,
    ended,
    link_to,
    make_action,
    make_confirmed,
    make_signature,
    set_count,
)
from tests.support.sign_form import ADA, PAGE, Inputs, hidden_inputs, post

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # same on both


def signatures() -> list[Signature]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Signature).order_by(Signature.id)))


def test_a_client_that_posts_back_the_form_signs(client):
    make_action()

    answer = post(client)

    assert answer.status_code == 303
    assert answer.location == f"{PAGE}thanks/"
    assert 'data-signed="yes"' in client.get(answer.location).text
    (signature,) = signatures()
    assert (signature.given_name, signature.family_name, signature.country_code) == (
        "Ada",
        None,
        "RU",
    )
    assert (signature.locale, signature.consent_version, signature.channel) == ("en", 1, "page")


def test_new_and_known_addresses_get_the_same_answer(client):
    make_action()

    first = post(client)
    second = post(client)

    assert (first.status, first.data, dict(first.headers)) == (
        second.status,
        second.data,
        dict(second.headers),
    )
    assert len(signatures()) == 1


def test_a_well_formed_source_is_stored(client):
    make_action()

    post(client, f"{PAGE}?source=leaflet-2", email="a@example.org")
    post(client, f"{PAGE}?utm_source=mail", email="b@example.org")
    post(client, f"{PAGE}?source=<script>", email="c@example.org")
    post(client, f"{PAGE}?source=+Telegram+", email="d@example.org")

    sources = [signature.source for signature in signatures()]
    assert sources == ["leaflet-2", "mail", None, "telegram"]


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"given_name": ""}, "Enter your name"),
        ({"given_name": None}, "Enter your name"),
        ({"given_name": "\u200b"}, "Enter your name"),
        ({"given_name": "x" * 201}, "must be 200 characters or fewer"),
        ({"given_name": "a\x00b"}, "hidden character"),
        ({"given_name": "a\nb"}, "hidden character"),
        ({"given_name": "a\u202eb"}, "hidden character"),
        ({"given_name": "\u2067أحمد"}, "hidden character"),
        ({"given_name": "أحمد\u2069"}, "hidden character"),
        ({"given_name": ["Ada", "Eve"]}, "went wrong with this answer"),
        ({"family_name": "a\x07"}, "hidden character"),
        ({"email": ""}, "Enter your email address"),
        ({"email": "ada"}, "Enter an email address in the correct format"),
        ({"email": "ada@example"}, "Enter an email address in the correct format"),
        ({"email": "ada@exa mple.org"}, "Enter an email address in the correct format"),
        ({"email": "ada@example.org\r\nBcc: eve@example.org"}, "hidden character"),
        ({"email": "a" * 250 + "@example.org"}, "must be 254 characters or fewer"),
        ({"email": ["a@example.org", "b@example.org"]}, "went wrong with this answer"),
        ({"country": ""}, "Choose your country"),
        ({"country": "XX"}, "Choose a country from the list"),
        ({"country": "ru"}, "Choose a country from the list"),
        ({"country": ["RU", "DE"]}, "went wrong with this answer"),
        ({"show_comment": "maybe"}, "Tick this box or leave it empty"),
        ({"show_name": "maybe"}, "Tick this box or leave it empty"),
        ({"wants_updates": ["y", "y"]}, "went wrong with this answer"),
        ({"comment": "x" * 2001}, "must be 2,000 characters or fewer"),
        ({"comment": "a\u2066b"}, "hidden character"),
        ({"comment": "\u2066a\nb\u2069"}, "hidden character"),
        ({"phone": "123"}, "went wrong with this form"),
        ({"website": "http://spam.example"}, "perhaps by your browser"),
        ({"csrf_token": None}, "open for a long time"),
        ({"csrf_token": "forged"}, "open for a long time"),
        ({"consent_version": None}, "open for a long time"),
        ({"consent_version": "2"}, "open for a long time"),
        ({"consent_version": "x"}, "open for a long time"),
        ({"consent_version": ["1", "1"]}, "went wrong with this form"),
        ({"email": "x" * 65 + "@example.org"}, "Enter an email address in the correct format"),
    ],
)
def test_invalid_input_is_explained_and_nothing_is_stored_or_lost(client, changes, words):
    make_action(asks_comment=True, shows_comments=True)

    answer = post(client, **{"comment": "I saw it myself"} | changes)

    assert answer.status_code == 400
    assert words in answer.text
    assert "<title>Error: " in answer.text
    if "comment" not in changes:
        assert "I saw it myself" in answer.text
    if "email" not in changes:
        assert "ada@example.org" in answer.text
    assert signatures() == []


def test_paired_isolates_are_stored_as_typed_except_in_an_address(client):
    make_action(asks_comment=True)
    typed = {
        "given_name": "\u2067أحمد\u2069",
        "family_name": "al-\u2068Hadd\u2069ād",
        "comment": "\u2066I saw (\u2067شاهدت\u2069) it!\u2069\nسمعت \u2066BBC 1\u2069.",
    }

    answer = post(client, **typed, email="\u2066ada@example.org\u2069")

    assert answer.status_code == 303
    (signature,) = signatures()
    assert {name: getattr(signature, name) for name in typed} == typed
    assert signature.email == "ada@example.org"


@on_sqlite
@pytest.mark.parametrize("raw", [b"given_name=%ED%A0%80", b"given_name=%FF%FE", b"given_name=\xcf"])
def test_invalid_utf_8_is_refused_with_an_explanation(client, raw):
    make_action()
    fields = hidden_inputs(client) | ADA
    rest = "&".join(f"{k}={v}" for k, v in fields.items() if k != "given_name").encode()

    answer = client.post(
        PAGE, data=rest + b"&" + raw, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 400
    assert "hidden character" in answer.text
    assert signatures() == []


@on_sqlite
@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"given_name=" + b"x" * 10_000_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"f%d=1" % n for n in range(100_000)), "application/x-www-form-urlencoded"),
        (b"x" * 10_000_000, "multipart/form-data; boundary=x"),
    ],
)
def test_a_request_that_is_too_large_is_refused_with_an_explanation(client, data, content_type):
    make_action()

    answer = client.post(PAGE, data=data, content_type=content_type)

    assert answer.status_code == 413
    assert "too long" in answer.text


@on_sqlite
@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (b"", "text/plain"),
        (b"&".join(b"f%d=1" % n for n in range(1_500)), "application/x-www-form-urlencoded"),
    ],
)
def test_a_malformed_form_is_refused_with_an_explanation(client, data, content_type):
    make_action()

    answer = client.post(PAGE, data=data, content_type=content_type)

    assert answer.status_code in {400, 413}
    assert "<h1" in answer.text
    assert signatures() == []


@pytest.mark.parametrize(
    "name", ["Ян", "O’Neil-Ståhl", "محمد علي", "王小明", "नाम्‍या", "👩‍👩‍👧", "Nguyễn", "x" * 200]
)
def test_names_in_every_script_are_stored_as_typed(client, name):
    make_action()

    post(client, given_name=f"  {name} ")

    assert [signature.given_name for signature in signatures()] == [name]


def test_line_breaks_are_stored_as_one_character(client):
    make_action(asks_comment=True)

    post(client, comment="one\r\ntwo  three\n")

    assert signatures()[0].comment == "one\ntwo  three"


def test_a_comment_that_was_not_asked_for_is_not_stored(client):
    make_action(asks_comment=False)

    answer = post(client, comment="unasked")

    assert answer.status_code == 303
    assert signatures()[0].comment is None


@on_sqlite
def test_a_pledge_asks_what_the_person_will_do(client):
    make_action(kind="pledge")

    without = post(client)
    answer = post(client, promise="I will speak up")

    assert (without.status_code, answer.status_code) == (400, 303)
    assert "what you will do" in without.text
    assert signatures()[0].answers == {"promise": "I will speak up"}


@on_sqlite
def test_a_form_submitted_too_soon_is_shown_again_and_accepted_the_second_time(app, client):
    make_action()
    app.config["MIN_FILL_SECONDS"] = 3600
    fields = hidden_inputs(client) | ADA

    too_soon = client.post(PAGE, data=fields)
    app.config["MIN_FILL_SECONDS"] = 0
    again = client.post(PAGE, data=Inputs(too_soon.text).hidden | ADA)

    assert too_soon.status_code == 400
    assert "very quick" in too_soon.text
    assert Inputs(too_soon.text).hidden["csrf_token"] == fields["csrf_token"]
    assert again.status_code == 303


@on_sqlite
def test_beside_answers_to_correct_nobody_is_asked_to_press_the_button_again(app, client):
    make_action()
    app.config["MIN_FILL_SECONDS"] = 3600

    answer = post(client, given_name="", email="nonsense")

    assert answer.status_code == 400
    assert "2 problems to fix" in answer.text
    assert "very quick" not in answer.text


@on_sqlite
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "http://actions.example.org"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[::1"}, 403),
    ],
)
def test_a_post_from_another_site_is_refused(client, headers, status):
    make_action()

    answer = post(client, headers=headers)

    assert answer.status_code == status
    assert len(signatures()) == (status == 303)


def test_a_client_over_the_limit_is_told_when_to_try_again(app, client):
    make_action()
    app.config.update(RATELIMIT_ENABLED=True, SIGN_LIMIT="2 per hour")
    other = {"X-Forwarded-For": "203.0.113.9"}

    answers = [post(client, email=f"a{n}@example.org", headers=other) for n in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert 0 < int(answers[2].headers["Retry-After"]) <= 3600
    assert "a2@example.org" in answers[2].text
    assert "Nothing you wrote has been lost" in answers[2].text


def test_a_closed_action_says_so_and_stores_nothing(client):
    make_action()
    fields = hidden_inputs(client)
    db.session.execute(
        Signature.__table__.metadata.tables["actions"]
        .update()
        .values(ended(datetime.now(UTC) - timedelta(days=1)))
    )
    db.session.commit()

    page = client.get(PAGE)
    answer = client.post(PAGE, data=fields | ADA)

    assert (page.status_code, answer.status_code) == (200, 410)
    assert "<form" not in page.text
    assert "closed" in answer.text
    assert signatures() == []


@on_sqlite
@pytest.mark.parametrize(
    "address",
    [
        "/en/campaigns/racism/nothing/",
        "/en/campaigns/nothing/hate-crimes/",
        "/ru/campaigns/racism/hate-crimes/",
        "/xx/campaigns/racism/hate-crimes/",
        "/en/campaigns/racism/hate-crimes/nothing/",
        "/en/campaigns/racism/a%00b/",
        "/en/campaigns/a%00b/hate-crimes/",
    ],
)
def test_a_missing_page_says_what_to_do(client, address):
    make_action()

    answer = client.get(address)

    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_an_unpublished_action_is_on_no_page(client):
    make_action()
    soon = datetime.now(UTC) + timedelta(hours=1)
    tables = Signature.__table__.metadata.tables
    db.session.execute(tables["actions"].update().values(published_at=soon.replace(tzinfo=None)))
    db.session.commit()

    pages = [client.get(address) for address in ("/en/", "/en/campaigns/racism/", "/sitemap.xml")]

    assert all("hate-crimes" not in page.text for page in pages)
    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}count.json").status_code == 404


def test_the_count_is_json_and_can_be_cached(client):
    make_confirmed(make_action())
    fold()

    answer = client.get(f"{PAGE}count.json")

    assert (answer.json["count"], answer.json["goal"]) == (1, 100)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", answer.json["as_of"])
    assert answer.headers["Cache-Control"] == PAGE_CACHE


def test_the_count_as_json_has_the_words_and_figures_of_the_page(client):
    set_count(make_action(), 21)

    answer = client.get(f"{PAGE}count.json").json

    page = client.get(PAGE).text
    before, figure, after = answer["words"]["counted"]
    assert (before, figure, after) == ("", "21", " people have signed")
    assert f"{before}<b>{figure}</b>{after}" in page
    assert "".join(re.findall(r'<use [^>]*class="(.)"', page)) == answer["heads"]
    assert f"<span data-goal>{answer['words']['goal']}</span>" in page
    assert f"<span data-as-of>{answer['words']['as_of']}</span>" in page


def confirm_link(signature) -> str:
    return link_to("confirm", signature)


def test_opening_the_confirm_link_changes_nothing(client):
    link = confirm_link(make_signature(make_action(), given_name="Ada"))

    pages = [client.get(link), client.head(link)]

    assert [page.status_code for page in pages] == [200, 200]
    assert 'value="Ada"' in pages[0].text
    assert signatures()[0].status == "pending"


def test_posting_the_confirm_page_confirms_once_with_the_corrected_name(client):
    link = confirm_link(make_signature(make_action()))

    answers = [client.post(link, data={"given_name": "Augusta", "family_name": "L"}) for _ in "12"]

    assert [answer.status_code for answer in answers] == [303, 200]
    (signature,) = signatures()
    assert (signature.status, signature.given_name, signature.family_name) == (
        "confirmed",
        "Augusta",
        "L",
    )
    fold()
    assert client.get(f"{PAGE}count.json").json["count"] == 1


def test_the_confirm_page_shows_all_that_was_entered_and_lets_it_be_corrected(client):
    action = make_action(asks_comment=True)
    stranger_s = {"given_name": "Mallory", "country_code": "KP", "comment": "hate"}
    signature = make_signature(action, show_name=True, wants_updates=True, **stranger_s)
    link = confirm_link(signature)
    own = {"given_name": "Ada", "family_name": "", "country": "DE", "comment": ""}

    page = client.get(link).text
    client.post(link, data=own)

    assert all(word in page for word in ("Mallory", 'value="KP" selected', "hate"))
    assert page.count(" checked") == 1, "wants_updates"
    (stored,) = signatures()
    assert (stored.given_name, stored.country_code, stored.comment) == ("Ada", "DE", None)
    assert (stored.show_name, stored.wants_updates) == (False, False)


def test_posting_the_confirm_page_without_fields_confirms_what_was_entered(client):
    signature = make_signature(make_action(kind="pledge"), answers={"promise": "I will"})

    answer = client.post(confirm_link(signature))

    (stored,) = signatures()
    assert answer.status_code == 303
    assert (stored.status, stored.given_name, stored.country_code) == ("confirmed", "Ada", "RU")
    assert stored.answers == {"promise": "I will"}


def test_a_link_does_not_confirm_a_later_signature_of_the_same_person(client):
    action = make_action()
    signature = make_signature(action, email="ada@example.org")
    old = confirm_link(signature)
    confirm(signature, now=NOON)
    withdraw(signature, now=NOON)
    later = datetime.now(UTC) + timedelta(hours=1)
    make_signature(action, email="ada@example.org", now=later)

    answer = client.post(old, data={"given_name": "Mallory"})

    assert answer.status_code == 410
    assert signatures()[0].status == "pending"


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [b"[1,2]", b'"x"', b'{"given_name":5}', b'{"csrf_token":"\\ud800"}', b"[" * 60_000],
)
def test_json_is_not_accepted_as_a_form(client, body):
    make_action()

    answer = client.post(PAGE, data=body, content_type="application/json")

    assert answer.status_code == 400
    assert signatures() == []


@on_sqlite
def test_a_file_is_not_accepted_as_a_name(client):
    make_action()
    fields = hidden_inputs(client) | ADA | {"given_name": (io.BytesIO(b"hi"), "x.txt")}

    answer = client.post(PAGE, data=fields, content_type="multipart/form-data")

    assert answer.status_code == 400
    assert signatures() == []


@on_sqlite
def test_an_address_with_an_encoded_word_is_refused(client):
    make_action()

    answer = post(client, email="=?utf-8?q?v=40x.org=2C?=@evil.org")

    assert answer.status_code == 400
    assert signatures() == []


def test_an_invalid_name_is_not_confirmed(client):
    link = confirm_link(make_signature(make_action()))

    answer = client.post(link, data={"given_name": "", "family_name": ""})

    assert answer.status_code == 400
    assert "Enter your name" in answer.text
    assert signatures()[0].status == "pending"


def test_the_withdraw_page_asks_first_and_withdraws_on_post(client):
    signature = make_confirmed(make_action())
    link = link_to("withdraw", signature)

    asked = client.get(link)
    before = signatures()[0].status
    client.post(link)
    after = client.get(link)

    assert (asked.status_code, before) == (200, "confirmed")
    assert signatures()[0].status == "withdrawn"
    assert after.status_code == 200


@on_sqlite
@pytest.mark.parametrize(("kind", "is_passed_on"), [("petition", True), ("pledge", False)])
def test_withdrawing_speaks_of_passing_on_only_where_that_can_happen(client, kind, is_passed_on):
    link = link_to("withdraw", make_confirmed(make_action(kind=kind)))

    asked = client.get(link).text
    withdrawn = client.post(link, follow_redirects=True).text

    assert "longer be counted" in asked
    assert "no longer counted" in withdrawn
    assert [("pass on" in page) for page in (asked, withdrawn)] == [is_passed_on] * 2


@on_sqlite
@pytest.mark.parametrize("purpose", ["confirm", "withdraw"])
def test_pages_behind_a_link_are_neither_cached_nor_indexed(client, purpose):
    signature = make_signature(make_action())

    page = client.get(link_to(purpose, signature))

    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in page.headers["X-Robots-Tag"]


@on_sqlite
def test_a_link_works_only_for_its_purpose(client):
    signature = make_signature(make_action())

    answer = client.post(f"/en/withdraw/{CONFIRM.make(signature.public_id)}/")

    assert answer.status_code == 404
    assert signatures()[0].status == "pending"


@on_sqlite
@pytest.mark.parametrize("token", ["x", "x.y.z", "%00", "%FF", "é", "a" * 3000])
def test_a_broken_link_says_what_to_do_next(client, token):
    answers = [client.open(f"/en/confirm/{token}/", method=m) for m in ("GET", "POST")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "Copy the whole address" in answers[0].text


@on_sqlite
def test_an_expired_link_says_what_to_do_next(app, client):
    signature = make_signature(make_action())
    app.config["CONFIRM_DAYS"] = -1

    answer = client.post(confirm_link(signature), data={"given_name": "Ada"})

    assert answer.status_code == 410
    assert "fill in the form again" in answer.text
    assert signatures()[0].status == "pending"


def test_each_signature_queues_one_email(client):
    make_action()

    post(client)
    post(client)

    assert db.session.scalars(select(func.count()).select_from(OutboxMail)).one() == 2


@pytest.mark.parametrize("purpose", ["confirm", "withdraw"])
@pytest.mark.parametrize("hidden", ["unpublished", "not public"])
def test_links_work_even_if_the_page_of_the_action_is_no_longer_public(client, purpose, hidden):
    action = make_action()
    signature = make_signature(action)
    hide(action.campaign_id, hidden)

    page = client.get(link_to(purpose, signature, locale="ru"))

    assert page.status_code == 200
    assert ' lang="en" dir="ltr">Title of hate-crimes (en)<' in page.text
    assert client.get(PAGE).status_code == 404


def test_an_action_without_a_consent_text_in_its_language_is_not_public(client):
    make_action()
    db.session.execute(Signature.__table__.metadata.tables["consent_texts"].delete())
    db.session.commit()

    assert client.get(PAGE).status_code == 404


def test_new_and_known_addresses_run_the_same_statements(app, client):
    make_action()
    statements: list[list[str]] = [[]]

    def note(_connection, _cursor, statement, *_rest) -> None:
        statements[-1].append(statement)

    fields = hidden_inputs(client) | ADA
    event.listen(db.engine, "before_cursor_execute", note)
    for email in ("a@example.org", "a@example.org", "b@example.org"):
        statements.append([])
        client.post(PAGE, data=fields | {"email": email})
    event.remove(db.engine, "before_cursor_execute", note)

    _reading, new, known, other = statements
    assert new == known == other
    assert len(new) > 0
