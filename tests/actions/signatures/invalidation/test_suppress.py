"""Withdrawing an invalid signature erases the person, but the address cannot sign again yet."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.counts.recount import recount
from campaign_actions.actions.counts.states.figures import read_all_by_action
from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.models import Action, LedgerEntry, Signature
from campaign_actions.actions.personal_data.purposes import TEAM
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate, validate
from campaign_actions.actions.signatures.invalidation.suppress import lift_suppressions
from campaign_actions.actions.signatures.sign import sign
from campaign_actions.actions.signatures.withdraw import (
    NOT_NULL_VALUES,
    erase,
    erase_withdrawn,
    withdraw,
    withdraw_on_request,
)
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.mail.transports import FileTransport
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.security.signed_tokens import TokenKind
from campaign_actions.outbox.deliver import Sender, deliver_due
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.worker_loop import scheduled_tasks
from tests.support.batches import mark, undo
from tests.support.exports import export_file, export_signatures, make_export
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
AUDIT_DETAILS = {"action": "racism/hate-crimes", "actor": "grace@example.org"}
MARKED = datetime(2026, 1, 31, 12, tzinfo=UTC)
MONTHS = {"suppress_months": 12, "keep_months": 12}
LEFT = {
    "id",
    "public_id",
    "action_id",
    "kind",
    "status",
    "updated_at",
    "email_key",
    "invalidated_at",
}


@pytest.fixture
def action(app):
    return make_action()


def make_suppressed(action, *, now=MARKED, email=EMAIL) -> Signature:
    """A signature with every detail: confirmed, marked invalid, withdrawn."""
    signature = make_confirmed(
        action,
        email=email,
        family_name="Lovelace",
        comment="I saw it myself",
        source="leaflet",
        answers={"promise": "I will call"},
        wants_updates=True,
        show_comment=True,
        show_name=True,
    )
    invalidate(signature, reason="script", now=now, **AUDIT_DETAILS)
    db.session.refresh(signature)
    withdraw(signature, now=NOON)
    return fresh(signature)


def fresh(signature) -> Signature:
    db.session.refresh(signature)
    db.session.commit()
    return signature


def sign_again(action) -> None:
    sign(action, locale="en", now=NOON, **ADA)


def test_a_suppressed_row_keeps_only_the_email_key_and_the_time_of_invalidation(action):
    signature = make_suppressed(action)

    assert (signature.status, signature.invalidated_at) == ("suppressed", MARKED)
    assert signature.email_key == email_key(EMAIL)
    left = {
        name for name in columns() if getattr(signature, name) is not None
    } - NOT_NULL_VALUES.keys()
    assert left == LEFT
    assert {name: getattr(signature, name) for name in NOT_NULL_VALUES} == NOT_NULL_VALUES


def columns() -> list[str]:
    return [column.name for column in Signature.__table__.columns]


@pytest.mark.parametrize("name", ["given_name", "comment", "locale", "email", "signed_at"])
def test_the_database_rejects_other_data_in_a_suppressed_row(action, name):
    signature = make_suppressed(action)
    value = NOON if name == "signed_at" else "en"

    with pytest.raises(IntegrityError):
        db.session.execute(update(Signature).filter_by(id=signature.id).values({name: value}))
    db.session.rollback()


@pytest.mark.parametrize("status", ["confirmed", "invalid"])
def test_a_signature_has_a_time_of_invalidation_exactly_if_it_is_invalid_or_suppressed(
    action, status
):
    signature = make_confirmed(action)
    wrong = {"status": status, "invalidated_at": NOON if status == "confirmed" else None}

    with pytest.raises(IntegrityError):
        db.session.execute(update(Signature).filter_by(id=signature.id).values(wrong))
    db.session.rollback()


def test_a_suppressed_address_cannot_sign_again_in_any_spelling(action):
    signature = make_suppressed(action)

    sign_again(action)
    sign(action, locale="en", now=NOON, **ADA | {"email": "ADA+again@Example.org"})

    rows = db.session.scalars(select(Signature)).all()
    assert [row.id for row in rows] == [signature.id]
    assert fresh(signature).status == "suppressed"
    assert count_signatures(action.id) == 0


def test_a_suppressed_address_can_sign_another_action(action):
    other = make_action(campaign=db.session.get(Action, action.id).campaign, slug="other")
    make_suppressed(action)

    sign_again(other)

    assert find_signature_of(other.id, email_key(EMAIL)).status == "pending"


def test_the_page_gives_the_same_answer_as_to_a_new_signature(client, action):
    make_suppressed(action)
    fields = hidden_inputs(client) | FORM

    known, new = (
        client.post("/en/campaigns/racism/hate-crimes/", data=fields | {"email": email})
        for email in (EMAIL, "new@example.org")
    )

    assert seen(known) == seen(new)


def seen(answer) -> tuple:
    return answer.status, answer.location, answer.text, sorted(answer.headers)


@pytest.mark.parametrize("purpose", ["withdraw", "confirm"])
def test_links_of_a_suppressed_signature_answer_as_for_an_erased_one(client, action, purpose):
    one, other = make_suppressed(action), make_signature(action)
    withdraw(other, now=NOON)
    links = [f"/en/{purpose}/{TokenKind(purpose).make(row.public_id)}/" for row in (one, other)]

    pages = [
        re.sub("/files/[^/]+/", "/files/", client.get(link).text).replace(
            link.split("/")[3], "TOKEN"
        )
        for link in links
    ]

    assert "deleted" in pages[0]
    assert pages[0] == pages[1]


def test_the_files_of_a_suppressed_signature_are_those_of_an_erased_one(client, action):
    one, other = make_confirmed(action), make_confirmed(action)
    export_file(make_export(action))
    invalidate(one, reason="script", action="racism/hate-crimes", actor="x", now=NOON)
    for signature in (one, other):
        withdraw(signature, now=NOON)
    erase_withdrawn(other, now=NOON)

    pages = [client.get(link_to("files", row)).text for row in (one, other)]

    assert fresh(one).status == "suppressed"
    assert "Not deleted yet." in pages[0]
    first, second = (re.sub("/files/[^/]+/", "/files/", page) for page in pages)
    assert first == second


def test_using_the_link_again_changes_nothing(client, action):
    signature = make_suppressed(action)
    before = signature.updated_at

    answer = client.post(link_to("withdraw", signature))

    assert answer.status_code == 303
    assert (fresh(signature).status, signature.updated_at) == ("suppressed", before)


def test_the_email_says_that_the_address_is_not_accepted_and_mentions_no_earlier_signature(
    app, action, tmp_path
):
    make_suppressed(action)
    sign_again(action)

    deliver_due(Sender(FileTransport(tmp_path), mail_makers.of(app), daily_limit=5), lambda: NOON)

    (file,) = tmp_path.glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    text = "".join(mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert mail["To"] == "ada@example.org"
    assert "We can’t accept this address" in text
    assert not any(
        word in text for word in ("invalid", "withdr", "marked", "/withdraw/", "/confirm/")
    )


def test_staff_cannot_make_a_suppressed_signature_valid_again(action):
    signature = make_suppressed(action)

    done = validate(signature, now=NOON, **AUDIT_DETAILS)
    again = invalidate(signature, reason="script", now=NOON, **AUDIT_DETAILS)

    assert (done, again) == (False, False)
    assert fresh(signature).status == "suppressed"


def test_undoing_a_batch_skips_signatures_withdrawn_since(action):
    kept, gone = (
        make_confirmed(action, now=MARKED - timedelta(days=1), source="bot") for _one in range(2)
    )
    batch_id = mark(action.id, SignatureFilter(source="bot"), now=MARKED)
    marked_at = fresh(gone).invalidated_at
    withdraw(gone, now=NOON)

    number = undo(batch_id, now=NOON)

    assert (marked_at, number) == (MARKED, 1)
    assert (fresh(kept).status, fresh(kept).invalidated_at) == ("confirmed", None)
    assert (fresh(gone).status, gone.invalidation_batch_id) == ("suppressed", None)
    fold()
    assert recount().mismatches == []


def test_a_suppressed_signature_is_in_no_count_export_or_statistics(action):
    make_suppressed(action)
    make_confirmed(action, email="other@example.org")

    fold()
    fold_states(NOON)
    exported = b"".join(
        export_signatures(db.session.get(Action, action.id), TEAM, "jsonl")
    ).decode()

    assert count_signatures(action.id) == 1
    assert recount().mismatches == []
    assert exported.count("\n") == 1
    assert "other@example.org" in exported
    assert read_all_by_action([action.id])[action.id].invalid == 0


def test_a_withdrawal_by_staff_has_the_same_effect(action):
    signature = make_confirmed(action, email=EMAIL)
    invalidate(signature, reason="script", now=MARKED, **AUDIT_DETAILS)

    withdraw_on_request(signature, heard="phone", now=NOON, **AUDIT_DETAILS)

    assert fresh(signature).status == "suppressed"


def test_suppressing_a_signature_deletes_the_emails_about_it(action):
    make_suppressed(action)

    assert db.session.scalars(select(OutboxMail)).all() == []


@pytest.mark.parametrize(
    ("at", "is_lifted"),
    [
        (datetime(2027, 1, 31, 11, 59, tzinfo=UTC), False),
        (datetime(2027, 1, 31, 12, 0, tzinfo=UTC), True),
    ],
)
def test_a_suppression_ends_after_twelve_months(action, at, is_lifted):
    signature = make_suppressed(action)

    lifted = lift_suppressions(at, **MONTHS)

    assert lifted == int(is_lifted)
    assert fresh(signature).status == ("erased" if is_lifted else "suppressed")
    assert (signature.email_key is None) is is_lifted
    sign_again(action)
    found = find_signature_of(action.id, email_key(EMAIL))
    assert found.status == ("pending" if is_lifted else "suppressed")


def test_a_suppression_ends_with_the_retention_period_of_the_action(action):
    closed_at = MARKED - timedelta(days=200)
    signature = make_suppressed(action)
    db.session.execute(update(Action).filter_by(id=action.id).values(ended(closed_at)))
    db.session.commit()

    early = lift_suppressions(MARKED + timedelta(days=100), **MONTHS)
    lifted = lift_suppressions(MARKED + timedelta(days=200), **MONTHS)

    assert (early, lifted) == (0, 1)
    assert fresh(signature).status == "erased"


def test_erasing_the_person_ends_a_suppression_at_once(action):
    signature = make_suppressed(action)

    erased = erase("Ada@example.org", now=NOON)

    assert erased == 1
    assert (fresh(signature).status, signature.email_key) == ("erased", None)
    assert signature.invalidated_at is None
    assert db.session.scalars(select(LedgerEntry.change)).all() == [1, -1]


def test_staff_see_that_a_signature_is_suppressed(client, action):
    signature = make_suppressed(action)
    log_in(client, make_staff("campaigner"))
    signatures = f"/staff/campaigns/{action.campaign_id}/actions/{action.id}/signatures/"

    page = client.get(f"{signatures}{signature.public_id}/").text
    found = client.get(signatures, query_string={"q": EMAIL}).text

    for text in (page, found):
        assert "Invalid, withdrawn" in text
    assert "cannot be made valid again" in page
    assert "31 January 2027" in page
    assert not any(word in page for word in ("Make valid again", "/validate/", "Ada", EMAIL))


def test_lifting_suppressions_is_a_task_of_the_worker(app):
    assert "lift_suppressions" in scheduled_tasks.of(app)
