"""Staff pages that change signatures, singly and in batches."""

import pytest
from sqlalchemy import select

from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.invalidation.batches import batches
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from tests.support.factories import make_action, make_confirmed, make_signature, make_staff
from tests.support.signature_pages import address, entries
from tests.support.staff_client import log_in, token_of

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # same on both


@pytest.fixture
def staff(client):
    log_in(client, make_staff("administrator", email="grace@example.org"))


def press(client, page, **fields):
    """Post a form with the token of the workspace."""
    token = token_of(client.get("/staff/").text)
    return client.post(page, data={"csrf_token": token, **fields})


def status_of(signature) -> str:
    db.session.commit()  # ends the snapshot of the test
    db.session.refresh(signature)
    return signature.status


def test_staff_can_resend_the_confirmation_email_once(client, staff):
    action = make_action()
    signature = make_signature(action)
    db.session.execute(OutboxMail.__table__.delete())
    db.session.commit()
    page = address(action, "signatures", signature.public_id, "resend")

    first = press(client, page)
    said = client.get(first.location).text
    press(client, page)
    refused = client.get(first.location).text

    assert first.status_code == 303
    assert len(db.session.scalars(select(OutboxMail)).all()) == 1
    assert "The confirmation email is on its way." in said
    assert "notice attention" not in said
    assert "The email was not sent again. One is pending" in refused
    assert '<div class="notice attention" role="alert">' in refused


@on_sqlite
@pytest.mark.parametrize("change", ["withdraw", "invalidate"])
def test_viewing_a_confirmation_page_is_in_the_audit_log(client, staff, change):
    action = make_action()
    signature = make_confirmed(action, email="ada@example.org")

    page = client.get(address(action, "signatures", signature.public_id, change)).text

    (entry,) = entries()
    assert "ada@example.org" in page
    assert (entry.subject, entry.rows) == (signature.public_id, 1)


def test_a_withdrawal_requires_how_the_person_asked_for_it(client, staff):
    action = make_action()
    signature = make_confirmed(action)
    page = address(action, "signatures", signature.public_id, "withdraw")

    without = press(client, page)
    wrong = press(client, page, heard="a free text with a name")
    kept = status_of(signature)
    done = press(client, page, heard="phone")

    assert (without.status_code, wrong.status_code, kept) == (400, 400, "confirmed")
    assert "Choose how the person asked." in without.text
    assert (done.status_code, status_of(signature)) == (303, "withdrawn")
    assert count_signatures(action.id) == 0
    (entry,) = entries("signature-changed")
    assert entry.details == {
        "action": "racism/hate-crimes",
        "change": "withdrawn",
        "heard": "phone",
    }


def test_staff_can_mark_a_signature_invalid_and_valid_again(client, staff):
    action = make_action()
    signature = make_confirmed(action)
    page = address(action, "signatures", signature.public_id)

    press(client, f"{page}invalidate/", reason="test")
    invalid = status_of(signature), count_signatures(action.id)
    press(client, f"{page}validate/")

    assert invalid == ("invalid", 0)
    assert (status_of(signature), count_signatures(action.id)) == ("confirmed", 1)


def test_erasing_a_person_requires_typing_their_address(client, staff):
    action = make_action()
    signature = make_confirmed(action, email="ada.lovelace@gmail.com")
    other = make_confirmed(action)
    page = address(action, "signatures", signature.public_id, "erase")

    wrong = press(client, page, email=other.email)
    kept = status_of(signature)
    done = press(client, page, email="AdaLovelace@gmail.com")

    assert (wrong.status_code, kept) == (400, "confirmed")
    assert "not the email address stored here" in wrong.text
    assert (done.status_code, status_of(signature), status_of(other)) == (
        303,
        "erased",
        "confirmed",
    )
    (entry,) = entries("erased")
    assert (entry.actor, entry.rows) == ("grace@example.org", 1)
    assert entry.details == {"signatures": [signature.public_id]}


@on_sqlite
def test_erasing_requires_a_recent_log_in(app, client, staff):
    action = make_action()
    signature = make_confirmed(action)
    page = address(action, "signatures", signature.public_id, "erase")
    with client.session_transaction(path="/staff/") as session:
        session["fs_paa"] = 0
        session.pop("fs_gexp", None)

    shown, pressed = client.get(page), press(client, page, email=signature.email)

    assert [answer.location for answer in (shown, pressed)] == [
        f"/staff/reauthenticate?next={page}"
    ] * 2
    assert status_of(signature) == "confirmed"


RANGE = {"since": "2026-11-20T12:00", "until": "2026-11-20T12:01", "reason": "script"}


def test_matching_signatures_are_counted_then_marked_and_the_batch_can_be_undone(client, staff):
    action = make_action()
    page = address(action, "signatures", "bulk-invalidate")
    for country in ("DE", "DE", "FR"):
        make_confirmed(action, country_code=country)

    preview = client.get(page, query_string=RANGE | {"country": "DE"})
    before = count_signatures(action.id)
    press(client, page, **RANGE, country="DE")
    between = count_signatures(action.id)
    (batch,) = batches(action.id, offset=0, limit=9)
    undo = address(action, "signatures", "batches", str(batch.id), "validate")
    asked = client.get(undo)
    listed = client.get(page)
    press(client, undo)
    undone = client.get(page)

    assert "2 confirmed participants match" in preview.text
    assert (before, between, count_signatures(action.id)) == (3, 1, 3)
    assert "2 participations were marked invalid" in asked.text
    assert undo in listed.text
    assert "2 participations made valid again" in undone.text
    assert undo not in undone.text, "an undone batch cannot be undone again"


@on_sqlite
def test_the_choice_between_two_ambiguous_times_is_asked_for_and_kept(app, client, staff):
    app.config["TIMEZONE"] = "Europe/Berlin"
    page = address(make_action(), "signatures", "bulk-invalidate")
    twice = RANGE | {"since": "2026-10-25T02:30", "until": "2026-11-25T02:30"}

    asked = client.get(page, query_string=twice)
    told = client.get(page, query_string=twice | {"since_which": "1"})
    pressed = press(client, page, **twice, since_which="1")

    assert (asked.status_code, told.status_code, pressed.status_code) == (400, 200, 303)
    assert "Choose which one you mean" in asked.text


@on_sqlite
@pytest.mark.parametrize(
    "wrong",
    [
        {"since": ""},
        {"until": "2026-11-20T12:00"},
        {"reason": "because"},
        {"country": "ZZ"},
        {"source": "<b>"},
        {"since": "0001-01-01T00:00", "until": "9999-12-31T23:59", "reason": ""},
    ],
)
def test_an_invalid_condition_marks_nothing(client, staff, wrong):
    action = make_action()
    make_confirmed(action)

    answer = press(client, address(action, "signatures", "bulk-invalidate"), **RANGE | wrong)

    assert answer.status_code == 400
    assert db.session.scalars(select(Signature.status)).all() == ["confirmed"]


def test_a_second_request_continues_the_same_batch(client, staff, monkeypatch):
    monkeypatch.setattr("campaign_actions.actions.signatures.invalidation.invalidate.BATCH_SIZE", 1)
    monkeypatch.setattr("campaign_actions.web.staff.signatures.bulk_invalidate.MAX_BATCHES", 2)
    action = make_action()
    page = address(action, "signatures", "bulk-invalidate")
    for _number in range(3):
        make_confirmed(action)

    first = press(client, page, **RANGE)
    batch = first.text.split('name="batch" value="')[1].split('"')[0]
    press(client, page, **RANGE, batch=batch)

    assert "Mark the rest as invalid" in first.text
    assert count_signatures(action.id) == 0
    (one,) = batches(action.id, offset=0, limit=9)
    assert (str(one.id), one.rows, one.author) == (batch, 3, "Grace")
    assert len({entry.details["batch"] for entry in entries("invalidated")}) == 1
