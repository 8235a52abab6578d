"""`signatures show`: all that is held about a person, and an entry in the audit log without the address."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from campaign_actions.actions.comments.moderation import decide_comments
from campaign_actions.actions.models import InvalidationBatch, Signature
from campaign_actions.actions.signatures.codes.confirm_by_code import confirm_by_code
from campaign_actions.actions.signatures.confirm import signing_id
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.audit.models import AuditEntry
from campaign_actions.commands.signatures import signatures
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import BulkRecipient, OutboxMail
from tests.support.batches import mark
from tests.support.codes import delivered_codes, wrong
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed, make_signature
from tests.support.questions import INVOLVED, PLACE, WHY, ask
from tests.support.signature_pages import entries

ADDRESS = "Ada.Lovelace+news@gmail.com"
OTHER_SPELLING = "adalovelace@googlemail.com"


@pytest.fixture
def show(app):
    return lambda email: app.test_cli_runner().invoke(signatures, ["show", email])


def shown(result) -> dict:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_it_shows_the_signatures_of_all_actions_and_spellings_and_of_nobody_else(show):
    campaign = make_campaign()
    petition = make_action(campaign=campaign)
    pledge = make_action(campaign=campaign, slug="speak-up", kind="pledge")
    make_confirmed(petition, email=ADDRESS, given_name="Мария", comment="Потому что.")
    make_signature(pledge, email=OTHER_SPELLING, answers={"promise": "I speak up."})
    make_confirmed(petition, given_name="Somebody else")

    result = show("ADALOVELACE@gmail.com")

    first, second = shown(result)["signatures"]
    assert (first["email"], second["email"]) == (ADDRESS, OTHER_SPELLING)
    assert (first["action"], second["action"]) == ("racism/hate-crimes", "racism/speak-up")
    assert (first["status"], second["status"]) == ("confirmed", "pending")
    assert second["answers"] == {"promise": "I speak up."}
    assert first["signed_at"] == first["confirmed_at"] == "2026-11-20T12:00:00.000000Z"
    assert second["confirmed_at"] is None
    assert "Мария" in result.stdout, "as UTF-8"
    assert result.stdout.startswith('{\n  "signatures": [\n    {\n      "')
    assert "Somebody else" not in result.stdout


def test_no_stored_field_is_left_out(show):
    make_confirmed(make_action(), email=ADDRESS)

    data = shown(show(ADDRESS))

    renamed = {"public_id": "signature_id", "locale": "language", "email_key": "email_code"}
    renamed |= {"action_id": "action", "due_at": "next_step_at", "next_action_id": "next_action"}
    renamed |= {"consent_version": "consent", "invalidation_batch_id": "invalidation"}
    names = {renamed.get(column.name, column.name) for column in Signature.__table__.columns}
    assert set(data["signatures"][0]) == names | {"comment_decision", "questions"}
    mail, receipt = data["emails"]
    renamed = {"recipient": "email", "locale": "language", "email_key": "email_code"}
    renamed |= {"about": "action", "update_id": "update", "due_at": "next_step_at"}
    names = {renamed.get(column.name, column.name) for column in OutboxMail.__table__.columns}
    assert set(mail) == names
    assert (mail["template"], mail["action"], mail["email"]) == (
        "sign",
        "racism/hate-crimes",
        ADDRESS,
    )
    assert (receipt["template"], receipt["email"]) == ("receipt", ADDRESS)


def test_it_shows_the_text_that_was_agreed_to_and_the_decision_about_the_comment(show):
    action = make_action()
    signature = make_confirmed(action, email=ADDRESS, comment="Because.", show_comment=True)
    decide_comments(
        action.id,
        [signing_id(signature)],
        is_shown=True,
        read_as="waiting",
        action="racism/hate-crimes",
        staff_id=1,
        actor="grace@example.org",
        now=NOON,
    )

    (found,) = shown(show(ADDRESS))["signatures"]

    assert found["consent"]["version"] == 1
    assert found["consent"]["body"] == "We keep your data for this (en)."
    assert found["comment_decision"] == {
        "is_shown": True,
        "decided_at": "2026-11-20T12:00:00.000000Z",
        "has_contact": False,
        "is_repeated": False,
    }
    assert found["invalidation"] is None


def test_it_shows_by_which_filter_they_were_marked_invalid_and_nothing_of_others(show):
    action = make_action()
    other = make_confirmed(action, comment="Buy")
    make_confirmed(action, email=ADDRESS, comment="Buy", fill_time="fast")
    wanted = SignatureFilter(
        domain="gmail.com",
        fill_time="fast",
        same_comment=other.public_id,
        ids=("x", other.public_id),
    )
    mark(action.id, replace(wanted, ids=()), now=NOON + timedelta(hours=1))
    stored = {"status": "confirmed"} | wanted.filter()
    db.session.execute(update(InvalidationBatch).values(filter=stored))
    db.session.commit()

    result = show(ADDRESS)

    (found,) = shown(result)["signatures"]
    assert found["invalidation"] == {
        "marked_at": "2026-11-20T13:00:00.000000Z",
        "reason": "script",
        "filter": {
            "status": "confirmed",
            "domain": "gmail.com",
            "fill_time": "fast",
            "same_comment": True,
            "selected": 2,
        },
    }
    assert other.public_id not in result.stdout


def test_it_shows_which_updates_are_noted_as_sent(show):
    signature = make_confirmed(make_action(), email=ADDRESS)
    note = {"update_id": 7, "email_key": signature.email_key, "about": signature.action_id}
    db.session.execute(insert(BulkRecipient).values(signature_id=signature.id, **note))
    db.session.commit()

    (noted,) = shown(show(ADDRESS))["noted_updates"]

    assert noted == {
        "update": 7,
        "email_code": note["email_key"],
        "action": "racism/hate-crimes",
    }


def test_it_shows_what_is_left_of_a_withdrawn_signature(show):
    signature = make_confirmed(make_action(), email=ADDRESS)
    withdraw(signature, now=NOON)

    (found,) = shown(show(ADDRESS))["signatures"]

    assert (found["status"], found["withdrawn_at"]) == ("withdrawn", "2026-11-20T12:00:00.000000Z")
    assert found["given_name"] == "Ada"


def test_it_shows_how_often_codes_were_typed_but_no_code(app, show, tmp_path):
    action = make_action()
    make_signature(action, email=ADDRESS)
    (code,) = delivered_codes(tmp_path / "mail")
    assert confirm_by_code(action, email=ADDRESS, code=wrong(code), now=NOON) is None

    result = show(ADDRESS)

    (found,) = shown(result)["code_tries"]
    assert (found["action"], found["tries"]) == ("racism/hate-crimes", 1)
    assert found["tried_at"] == "2026-11-20T12:00:00.000000Z"
    assert code not in result.stdout.upper().replace(" ", "")


def test_tries_of_codes_are_shown_and_erased_even_for_someone_who_never_signed(show):
    confirm_by_code(make_action(), email=ADDRESS, code="222222", now=NOON)

    result = show(ADDRESS)
    erase(ADDRESS, now=NOON)

    assert len(shown(result)["code_tries"]) == 1
    assert show(ADDRESS).exit_code == 1


def test_showing_is_in_the_audit_log_without_the_address(show):
    signature = make_confirmed(make_action(), email=ADDRESS)

    show(OTHER_SPELLING)

    (entry,) = entries("person-shown")
    assert (entry.actor, entry.subject, entry.rows) == ("command", "", 1)
    assert entry.details == {"signatures": [signature.public_id]}


def test_when_nothing_is_held_it_says_so_and_the_audit_log_knows_that_someone_looked(show):
    make_confirmed(make_action(), email=ADDRESS)
    erase(ADDRESS, now=NOON)

    result = show(ADDRESS)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "There is no data about a person with this address." in result.stderr
    assert entries("person-shown")[0].rows == 0
    rows = db.session.scalars(select(AuditEntry)).all()
    assert not any("lovelace" in f"{row.actor}{row.subject}{row.details}".lower() for row in rows)


@pytest.mark.parametrize("address", ["nonsense", ""])
def test_showing_requires_an_email_address(show, address):
    result = show(address)

    assert result.exit_code == 2
    assert "is not an email address" in result.output


def test_answers_to_questions_are_named_and_in_words(show):
    action = make_action(locales=("en", "ru"))
    ask(action, PLACE, INVOLVED, ru__label="Как?", ru__choice_2="Хочу помочь")
    make_signature(action, email=ADDRESS, locale="ru", answers={PLACE: "choice_2", WHY: "gone"})

    (signature,) = shown(show(ADDRESS))["signatures"]

    assert signature["answers"] == {}
    assert signature["questions"] == [
        {"question": "Как?", "answer": "Хочу помочь", "key": PLACE},
        {"question": WHY, "answer": "gone", "key": WHY},
    ]
