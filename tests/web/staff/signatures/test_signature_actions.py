"""Staff pages that change single signatures."""

import pytest
from sqlalchemy import select

from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.outbox.models import OutboxMail
from tests.support.batches import mark
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
    assert "a…@example.org" in page
    assert (entry.subject, entry.rows) == (signature.public_id, 1)


@on_sqlite
def test_an_address_is_shown_on_request_and_after_the_limit_only_after_a_new_log_in(
    app, client, staff
):
    app.config["REVEAL_LIMIT"] = 1
    action = make_action()
    one, other = (make_confirmed(action, email=f"{name}@example.org") for name in ("ada", "bea"))
    pages = [address(action, "signatures", each.public_id) for each in (one, other)]
    before, fields = client.get(pages[0]).text, {"csrf_token": token_of(client.get(pages[0]).text)}

    answers = [client.post(f"{page}reveal/", data=fields) for page in pages]
    shown = [client.get(page).text for page in pages]

    assert "ada@example.org" not in before
    assert (answers[0].status_code, answers[0].location) == (303, pages[0])
    assert "/staff/reauthenticate" in answers[1].text
    assert ["ada@example.org" in shown[0], "bea@example.org" in shown[1]] == [True, False]
    assert [entry.subject for entry in entries("address-shown")] == [one.public_id]


@on_sqlite
def test_withdrawals_by_staff_count_as_well_because_some_delete(app, client, staff):
    app.config["REVEAL_LIMIT"] = 1
    action = make_action()
    pending = [make_signature(action, email=f"{name}@example.org") for name in ("ada", "bea")]
    pages = [address(action, "signatures", each.public_id, "withdraw") for each in pending]

    answers = [press(client, page, heard="phone") for page in pages]

    assert "/staff/reauthenticate" in answers[1].text
    assert [status_of(each) for each in pending] == ["erased", "pending"]


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


def test_one_that_was_never_confirmed_is_made_pending_again(client, staff):
    action = make_action()
    signature = make_signature(action, source="bot")
    mark(action.id, SignatureFilter(source="bot", status="pending"), now=utc_now())
    page = address(action, "signatures", signature.public_id)

    answer = press(client, f"{page}validate/")

    assert "It is pending again, and can be confirmed." in client.get(answer.location).text
    assert (status_of(signature), count_signatures(action.id)) == ("pending", 0)
