"""Withdrawing an invalid signature deletes the person, and does not let the address sign again yet."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.counts.counts import count_not_counted, count_signatures
from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.recount import recount
from campaign_actions.actions.models import Action, LedgerEntry, Signature
from campaign_actions.actions.signatures.export import export_signatures
from campaign_actions.actions.signatures.invalidation.invalidate import (
    Condition,
    invalidate,
    invalidate_some,
    validate,
    validate_some,
)
from campaign_actions.actions.signatures.invalidation.suppress import lift_suppressions
from campaign_actions.actions.signatures.sign import sign
from campaign_actions.actions.signatures.withdraw import EMPTY, erase, withdraw, withdraw_on_request
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.mail.transports import FileTransport
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.security.signed_tokens import make_token
from campaign_actions.outbox.deliver import Sender, deliver_due
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.worker_loop import scheduled_tasks
from tests.support.factories import (
    ADA,
    NOON,
    ended,
    find_signature_of,
    link_to,
    make_action,
    make_confirmed,
    make_signature,
    make_staff,
)
from tests.support.sign_form import ADA as FORM
from tests.support.sign_form import hidden_inputs
from tests.support.staff_client import log_in

EMAIL = "ada@example.org"
FACTS = {"action": "racism/hate-crimes", "actor": "grace@example.org"}
MARKED = datetime(2026, 1, 31, 12, tzinfo=UTC)
MONTHS = {"suppress_months": 12, "keep_months": 12}
LEFT = {"id", "public_id", "action_id", "status", "updated_at", "email_key", "invalidated_at"}


@pytest.fixture
def action(app):
    return make_action()


def suppressed(action, *, now=MARKED, email=EMAIL) -> Signature:
    """Confirmed with every detail, marked invalid, withdrawn."""
    signature = make_confirmed(
        action,
        email=email,
        family_name="Lovelace",
        comment="I saw it myself",
        source="leaflet",
        answers={"promise": "I will call"},
        wants_updates=True,
        show_name=True,
    )
    invalidate(signature, reason="script", now=now, **FACTS)
    db.session.refresh(signature)
    withdraw(signature, now=NOON)
    return fresh(signature)


def fresh(signature) -> Signature:
    db.session.refresh(signature)
    db.session.commit()
    return signature


def sign_again(action) -> None:
    sign(action, locale="en", now=NOON, **ADA)


def test_the_key_of_the_address_and_when_it_was_marked_are_all_that_is_left(action):
    signature = suppressed(action)

    assert (signature.status, signature.invalidated_at) == ("suppressed", MARKED)
    assert signature.email_key == email_key(EMAIL)
    left = {name for name in columns() if getattr(signature, name) is not None} - EMPTY.keys()
    assert left == LEFT
    assert {name: getattr(signature, name) for name in EMPTY} == EMPTY


def columns() -> list[str]:
    return [column.name for column in Signature.__table__.columns]


@pytest.mark.parametrize("name", ["given_name", "comment", "locale", "email", "signed_at"])
def test_the_database_refuses_to_keep_more(action, name):
    signature = suppressed(action)
    value = NOON if name == "signed_at" else "en"

    with pytest.raises(IntegrityError):
        db.session.execute(update(Signature).filter_by(id=signature.id).values({name: value}))
    db.session.rollback()


@pytest.mark.parametrize("status", ["confirmed", "invalid"])
def test_a_signature_is_invalid_exactly_if_it_says_since_when(action, status):
    signature = make_confirmed(action)
    wrong = {"status": status, "invalidated_at": NOON if status == "confirmed" else None}

    with pytest.raises(IntegrityError):
        db.session.execute(update(Signature).filter_by(id=signature.id).values(wrong))
    db.session.rollback()


def test_the_same_address_does_not_sign_again_meanwhile_in_any_spelling(action):
    signature = suppressed(action)

    sign_again(action)
    sign(action, locale="en", now=NOON, **ADA | {"email": "ADA+again@Example.org"})

    rows = db.session.scalars(select(Signature)).all()
    assert [row.id for row in rows] == [signature.id]
    assert fresh(signature).status == "suppressed"
    assert count_signatures(action.id) == 0


def test_another_action_can_be_signed(action):
    other = make_action(campaign=db.session.get(Action, action.id).campaign, slug="other")
    suppressed(action)

    sign_again(other)

    assert find_signature_of(other.id, email_key(EMAIL)).status == "pending"


def test_the_page_answers_as_to_a_new_signature(client, action):
    suppressed(action)
    fields = hidden_inputs(client) | FORM

    known, new = (
        client.post("/en/campaigns/racism/hate-crimes/", data=fields | {"email": email})
        for email in (EMAIL, "new@example.org")
    )

    assert seen(known) == seen(new)


def seen(answer) -> tuple:
    return answer.status, answer.location, answer.text, sorted(answer.headers)


@pytest.mark.parametrize("purpose", ["withdraw", "confirm"])
def test_links_say_what_they_say_of_a_deleted_one(client, action, purpose):
    one, other = suppressed(action), make_signature(action)
    withdraw(other, now=NOON)
    links = [f"/en/{purpose}/{make_token(purpose, row.public_id)}/" for row in (one, other)]

    pages = [client.get(link).text.replace(link.split("/")[3], "TOKEN") for link in links]

    assert "deleted" in pages[0]
    assert pages[0] == pages[1]


def test_the_link_used_again_changes_nothing(client, action):
    signature = suppressed(action)
    before = signature.updated_at

    answer = client.post(link_to("withdraw", signature))

    assert answer.status_code == 303
    assert (fresh(signature).status, signature.updated_at) == ("suppressed", before)


def test_the_mail_says_that_the_address_is_not_accepted_and_nothing_of_before(
    app, action, tmp_path
):
    suppressed(action)
    sign_again(action)

    deliver_due(Sender(FileTransport(tmp_path), mail_makers.of(app), per_day=5), lambda: NOON)

    (mail,) = tmp_path.glob("*.eml")
    text = mail.read_text()
    assert "To: ada@example.org" in text
    assert "We cannot accept this address" in text
    assert not any(
        word in text for word in ("invalid", "withdr", "marked", "/withdraw/", "/confirm/")
    )


def test_staff_cannot_make_it_valid_again(action):
    signature = suppressed(action)

    done = validate(signature, now=NOON, **FACTS)
    again = invalidate(signature, reason="script", now=NOON, **FACTS)

    assert (done, again) == (False, False)
    assert fresh(signature).status == "suppressed"


def test_one_of_a_batch_that_was_withdrawn_stays_so_when_the_batch_is_undone(action):
    condition = Condition(action.id, NOON - timedelta(days=1), NOON + timedelta(days=1))
    kept, gone = make_confirmed(action), make_confirmed(action)
    batch_id, _rows = invalidate_some(condition, reason="script", now=MARKED, **FACTS)
    marked_at = fresh(gone).invalidated_at
    withdraw(gone, now=NOON)

    number = validate_some(batch_id, now=NOON, **FACTS)

    assert (marked_at, number) == (MARKED, 1)
    assert (fresh(kept).status, fresh(kept).invalidated_at) == ("confirmed", None)
    assert (fresh(gone).status, gone.invalidation_batch_id) == ("suppressed", None)
    fold()
    assert recount().differences == []


def test_the_count_the_export_and_the_figures_follow(action):
    suppressed(action)
    make_confirmed(action, email="other@example.org")

    fold()
    exported = b"".join(export_signatures(db.session.get(Action, action.id), "jsonl")).decode()

    assert count_signatures(action.id) == 1
    assert recount().differences == []
    assert exported.count("\n") == 1
    assert "other@example.org" in exported
    assert count_not_counted(action.id).invalid == 0


def test_staff_withdraw_it_at_the_persons_wish_with_the_same_effect(action):
    signature = make_confirmed(action, email=EMAIL)
    invalidate(signature, reason="script", now=MARKED, **FACTS)

    withdraw_on_request(signature, heard="phone", now=NOON, **FACTS)

    assert fresh(signature).status == "suppressed"


def test_withdrawing_it_takes_the_mail_about_it_away(action):
    suppressed(action)

    assert db.session.scalars(select(OutboxMail)).all() == []


@pytest.mark.parametrize(
    ("at", "is_lifted"),
    [
        (datetime(2027, 1, 31, 11, 59, tzinfo=UTC), False),
        (datetime(2027, 1, 31, 12, 0, tzinfo=UTC), True),
    ],
)
def test_after_twelve_months_nothing_is_left_and_the_address_can_sign(action, at, is_lifted):
    signature = suppressed(action)

    lifted = lift_suppressions(at, **MONTHS)

    assert lifted == int(is_lifted)
    assert fresh(signature).status == ("erased" if is_lifted else "suppressed")
    assert (signature.email_key is None) is is_lifted
    sign_again(action)
    found = find_signature_of(action.id, email_key(EMAIL))
    assert found.status == ("pending" if is_lifted else "suppressed")


def test_it_ends_with_all_people_under_a_closed_action(action):
    closed_at = MARKED - timedelta(days=200)
    signature = suppressed(action)
    db.session.execute(update(Action).filter_by(id=action.id).values(ended(closed_at)))
    db.session.commit()

    early = lift_suppressions(MARKED + timedelta(days=100), **MONTHS)
    lifted = lift_suppressions(MARKED + timedelta(days=200), **MONTHS)

    assert (early, lifted) == (0, 1)
    assert fresh(signature).status == "erased"


def test_deletion_at_the_persons_wish_removes_it_at_once(action):
    signature = suppressed(action)

    erased = erase("Ada@example.org", now=NOON)

    assert erased == 1
    assert (fresh(signature).status, signature.email_key) == ("erased", None)
    assert signature.invalidated_at is None
    assert db.session.scalars(select(LedgerEntry.change)).all() == [1, -1]


def test_staff_see_what_it_is(client, action):
    signature = suppressed(action)
    log_in(client, make_staff("campaigner"))
    signatures = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/signatures/"

    page = client.get(f"{signatures}{signature.public_id}/").text
    found = client.get(signatures, query_string={"q": EMAIL}).text

    for text in (page, found):
        assert "Invalid, withdrawn" in text
    assert "cannot be made valid again" in page
    assert "31 January 2027" in page
    assert not any(word in page for word in ("Make it valid", "/validate/", "Ada", EMAIL))


def test_it_is_a_task_of_the_worker(app):
    assert "lift_suppressions" in scheduled_tasks.of(app)
