"""A code confirms one signature once, within a day, and cannot be guessed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions import create_app
from campaign_actions.actions.models import CodeTries, LedgerEntry, Signature
from campaign_actions.actions.signatures.codes import tries as tries_module
from campaign_actions.actions.signatures.codes.confirm_by_code import (
    CODE_LIFE,
    MAX_TRIES,
    confirm_by_code,
)
from campaign_actions.actions.signatures.codes.tries import KEEP, delete_old_tries
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.invalidation.invalidate import invalidate
from campaign_actions.actions.signatures.reminders import remind
from campaign_actions.actions.signatures.sign import sign
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.db.session import db
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.outcomes import KEEP_SENT
from tests.support.app import SETTINGS
from tests.support.codes import delivered_codes, wrong
from tests.support.concurrency import run_concurrently
from tests.support.factories import (
    ADA,
    NOON,
    make_action,
    make_campaign,
    make_signature,
)
from tests.support.statements import recorded

EMAIL = "ada@example.org"
MINUTE = timedelta(minutes=1)
LATER = NOON + MINUTE


@pytest.fixture
def codes(app, tmp_path):
    """Delivers what is due at a time, and reads the codes in all emails so far."""
    return lambda now=NOON, **given: delivered_codes(tmp_path / "mail", now, **given)


def try_code(action, code, *, email=EMAIL, now=LATER) -> bool:
    return confirm_by_code(action, email=email, code=code, now=now) is not None


def try_wrong_codes(action, code, number, **given) -> None:
    for _ in range(number):
        assert not try_code(action, wrong(code), **given)


def sign_again(action, now) -> None:
    sign(action, **ADA | {"locale": "en", "now": now})


def status_of(signature) -> str:
    db.session.rollback()
    db.session.refresh(signature)
    return signature.status


def tries() -> list[CodeTries]:
    db.session.rollback()
    found = select(CodeTries).order_by(CodeTries.email_key)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def test_the_code_in_the_email_confirms_and_counts_what_was_entered(app, codes):
    action = make_action()
    signature = make_signature(action, email=EMAIL, family_name="Lovelace")
    (code,) = codes()

    confirmed = confirm_by_code(action, email=EMAIL, code=code, now=LATER)

    assert confirmed.public_id == signature.public_id
    assert status_of(signature) == "confirmed"
    assert (signature.given_name, signature.family_name) == ("Ada", "Lovelace")
    assert (signature.confirmed_at, signature.due_at) == (LATER, None)
    assert [entry.change for entry in db.session.scalars(select(LedgerEntry))] == [1]


def test_a_code_works_once(app, codes):
    action = make_action()
    make_signature(action, email=EMAIL)
    (code,) = codes()

    assert [try_code(action, code) for _ in "12"] == [True, False]


@pytest.mark.parametrize("spelling", ["ADA@example.org", "ada+petition@Example.org"])
def test_any_spelling_of_the_mailbox_will_do(app, codes, spelling):
    action = make_action()
    make_signature(action, email=EMAIL)
    (code,) = codes()

    assert try_code(action, code, email=spelling)


@pytest.mark.parametrize(("since_sent", "works"), [(CODE_LIFE - MINUTE, True), (CODE_LIFE, False)])
def test_a_code_lives_for_24_hours_from_the_email(app, codes, since_sent, works):
    action = make_action()
    make_signature(action, email=EMAIL)
    sent_at = NOON + timedelta(hours=7)
    (code,) = codes(sent_at)

    assert try_code(action, code, now=sent_at + since_sent) is works


def test_a_code_outlives_a_clock_that_is_set_back(app, codes):
    action = make_action()
    make_signature(action, email=EMAIL)
    (code,) = codes()

    try_wrong_codes(action, code, MAX_TRIES - 1, now=NOON - timedelta(hours=1))

    assert try_code(action, code, now=NOON - timedelta(hours=1))


def test_a_code_of_another_action_or_mailbox_does_not_confirm(app, codes):
    first, second = (
        make_action(),
        make_action(slug="speak-up", campaign=make_campaign(slug="other")),
    )
    make_signature(first, email=EMAIL)
    make_signature(second, email=EMAIL)
    make_signature(first, email="bo@example.org")
    of_first, of_second, of_bo = codes()

    assert not try_code(first, of_second)
    assert not try_code(second, of_first)
    assert not try_code(first, of_bo)
    assert try_code(first, of_first)
    assert try_code(second, of_second)


@pytest.mark.parametrize("state", ["confirmed", "withdrawn", "invalid", "suppressed", "erased"])
def test_a_code_does_nothing_unless_the_signature_is_pending(app, codes, state):
    action = make_action()
    signature = make_signature(action, email=EMAIL)
    (code,) = codes()
    confirm(signature, now=NOON)
    if state in {"invalid", "suppressed"}:
        invalidate(signature, action="", reason="script", actor="grace@example.org", now=NOON)
    if state in {"withdrawn", "suppressed"}:
        withdraw(signature, now=NOON)
    if state == "erased":
        erase(EMAIL, now=NOON)

    assert not try_code(action, code)
    assert status_of(signature) == state


def test_after_withdrawing_and_signing_again_the_old_code_does_nothing(app, codes):
    action = make_action()
    signature = make_signature(action, email=EMAIL)
    (code,) = codes()
    confirm(signature, now=NOON)
    withdraw(signature, now=LATER)
    sign_again(action, LATER)

    assert not try_code(action, code, now=LATER + MINUTE)
    assert status_of(signature) == "pending"


def test_signing_again_sends_a_new_code_which_replaces_the_first(app, codes):
    action = make_action()
    signature = make_signature(action, email=EMAIL)
    codes()
    sign_again(action, LATER)
    first, second = codes(LATER)

    assert first != second
    assert not try_code(action, first, now=LATER + MINUTE)
    assert try_code(action, second, now=LATER + MINUTE)
    assert status_of(signature) == "confirmed"


def test_the_reminder_has_a_code(app, codes):
    action = make_action()
    make_signature(action, email=EMAIL)
    codes()
    later = NOON + timedelta(hours=48)
    assert remind(later, erase_after=timedelta(days=30), link_life=timedelta(days=14)) == 1
    _old, code = codes(later)

    assert try_code(action, code, now=later + MINUTE)


def test_each_email_in_a_digest_has_its_code(app, codes):
    first, second = (
        make_action(),
        make_action(slug="speak-up", campaign=make_campaign(slug="other")),
    )
    make_signature(first, email=EMAIL)
    codes(daily_limit=1)
    make_signature(second, email=EMAIL)
    sign_again(first, NOON)
    codes(NOON + MINUTE, daily_limit=1)
    day_later = NOON + timedelta(days=1)
    _old, of_second, of_first = codes(day_later, daily_limit=1)

    assert try_code(first, of_first, now=day_later + MINUTE)
    assert try_code(second, of_second, now=day_later + MINUTE)


def test_a_code_is_dead_after_five_wrong_tries_and_the_link_is_not(app, codes):
    action = make_action()
    signature = make_signature(action, email=EMAIL)
    (code,) = codes()
    try_wrong_codes(action, code, MAX_TRIES)

    assert not try_code(action, code)
    assert not try_code(action, code, now=NOON + timedelta(hours=23))
    assert confirm(signature, now=LATER)


def test_the_fifth_try_may_still_be_right(app, codes):
    action = make_action()
    make_signature(action, email=EMAIL)
    (code,) = codes()
    try_wrong_codes(action, code, MAX_TRIES - 1)

    assert try_code(action, code)


def test_after_five_wrong_tries_signing_again_gives_a_new_code(app, codes):
    action = make_action()
    make_signature(action, email=EMAIL)
    (old,) = codes()
    try_wrong_codes(action, old, MAX_TRIES)
    sign_again(action, LATER)
    _old, new = codes(LATER)

    assert not try_code(action, old, now=LATER + MINUTE)
    assert try_code(action, new, now=LATER + MINUTE)


def test_tries_before_the_email_was_sent_do_not_end_its_code(app, codes):
    action = make_action()
    make_signature(action, email=EMAIL)
    try_wrong_codes(action, "222222", 2 * MAX_TRIES, now=NOON - MINUTE)
    (code,) = codes()

    assert try_code(action, code)


def test_tries_in_all_spellings_are_counted_together_and_other_mailboxes_apart(app, codes):
    action = make_action()
    for email in (EMAIL, "bo@example.org"):
        make_signature(action, email=email)
    of_ada, of_bo = codes()
    for number in range(MAX_TRIES):
        assert not try_code(action, wrong(of_ada), email=f"ADA+{number}@example.org")

    assert not try_code(action, of_ada)
    assert try_code(action, of_bo, email="bo@example.org")


def test_tries_for_one_action_do_not_end_the_code_of_another(app, codes):
    first, second = (
        make_action(),
        make_action(slug="speak-up", campaign=make_campaign(slug="other")),
    )
    for action in (first, second):
        make_signature(action, email=EMAIL)
    of_first, of_second = codes()
    try_wrong_codes(first, of_first, MAX_TRIES)

    assert try_code(second, of_second)


def test_tries_for_unknown_mailboxes_are_counted(app):
    action = make_action()

    try_wrong_codes(action, "222222", 3, email="nobody@example.org")

    (found,) = tries()
    assert (found.email_key, found.tries) == (email_key("nobody@example.org"), 3)
    assert (found.code_sent_at, found.tried_at) == (None, LATER)


def test_wrong_expired_confirmed_and_unknown_run_the_same_statements(app, codes):
    action = make_action()
    make_signature(action, email=EMAIL)
    make_signature(action, email="late@example.org")
    confirm(make_signature(action, email="done@example.org"), now=NOON)
    code, late, _done = (*codes(), "222222")
    ways = {
        "wrong": (EMAIL, wrong(code), LATER),
        "expired": ("late@example.org", late, NOON + CODE_LIFE),
        "confirmed": ("done@example.org", "222222", LATER),
        "unknown": ("nobody@example.org", "222222", LATER),
    }

    statements = {}
    for name, (email, typed, now) in ways.items():
        with recorded() as run:
            assert not try_code(action, typed, email=email, now=now)
        statements[name] = run

    assert len(statements["wrong"]) >= 3
    assert all(run == statements["wrong"] for run in statements.values()), statements


def test_simultaneous_wrong_tries_end_the_code(app, codes):
    action = make_action()
    make_signature(action, email=EMAIL)
    (code,) = codes()

    run_concurrently(app, *[lambda: try_code(action, wrong(code))] * 16)

    assert not try_code(action, code)
    assert tries()[0].tries == 17


def test_sixteen_simultaneous_right_codes_confirm_once(app, codes):
    action = make_action()
    signature = make_signature(action, email=EMAIL)
    (code,) = codes()

    answers = run_concurrently(app, *[lambda: try_code(action, code)] * 16)

    assert sorted(answers) == [False] * 15 + [True]
    assert status_of(signature) == "confirmed"
    assert [entry.change for entry in db.session.scalars(select(LedgerEntry))] == [1]


def test_a_code_and_the_link_at_the_same_moment_count_once(app, codes):
    action = make_action()
    signature = make_signature(action, email=EMAIL)
    (code,) = codes()

    answers = run_concurrently(
        app, *[lambda: try_code(action, code), lambda: confirm(signature, now=LATER)] * 4
    )

    assert sum(answers) == 1
    assert [entry.change for entry in db.session.scalars(select(LedgerEntry))] == [1]


def test_erasing_a_person_while_codes_are_tried_works(app, codes):
    action = make_action()
    make_signature(action, email=EMAIL)
    (code,) = codes()

    run_concurrently(
        app, *[lambda: try_code(action, wrong(code)), lambda: erase(EMAIL, now=LATER)] * 4
    )

    assert erase(EMAIL, now=LATER) == 0
    assert tries() == []


def test_two_servers_share_the_count(app, codes):
    action = make_action()
    make_signature(action, email=EMAIL)
    (code,) = codes()
    uri = db.engine.url.render_as_string(hide_password=False)
    other = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": uri})

    try_wrong_codes(action, code, 3)
    with other.app_context():
        try_wrong_codes(action, code, 2)
        refused = not try_code(action, code)
        db.engine.dispose()

    assert refused
    assert not try_code(action, code)


def test_a_code_of_a_server_with_another_key_is_wrong(app, codes):
    action = make_action()
    make_signature(action, email=EMAIL)
    (code,) = codes()
    app.config.update(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[])

    assert not try_code(action, code)


def test_a_tick_about_a_comment_that_is_no_longer_shown_is_removed(app, codes):
    action = make_action()
    signature = make_signature(
        action, email=EMAIL, comment="I saw it", show_comment=True, show_name=True
    )
    (code,) = codes()

    assert try_code(action, code)

    db.session.refresh(signature)
    assert (signature.comment, signature.show_comment, signature.show_name) == (
        "I saw it",
        False,
        False,
    )


def test_tries_are_deleted_a_day_after_the_last(app):
    action = make_action()
    try_wrong_codes(action, "222222", 1, now=NOON)

    delete_old_tries(NOON + KEEP)
    assert len(tries()) == 1

    delete_old_tries(NOON + KEEP + MINUTE)
    assert tries() == []
    assert KEEP_SENT >= CODE_LIFE, "the outbox keeps the time of an email as long as its code works"
    assert KEEP >= CODE_LIFE, "no code gets new tries because they were deleted"


def test_old_tries_are_deleted_in_batches(app, monkeypatch):
    monkeypatch.setattr(tries_module, "BATCH_SIZE", 2)
    action = make_action()
    for number in range(3):
        now = NOON + number * MINUTE
        try_wrong_codes(action, "222222", 1, email=f"a{number}@example.org", now=now)

    left = []
    for _ in range(2):
        delete_old_tries(NOON + KEEP + timedelta(hours=1))
        left.append(len(tries()))

    assert left == [1, 0]


def test_no_table_contains_a_code(app, codes):
    action = make_action()
    make_signature(action, email=EMAIL)
    (code,) = codes()
    try_wrong_codes(action, code, 1)
    try_code(action, code)

    db.session.rollback()
    for table in db.metadata.sorted_tables:
        stored = str(db.session.execute(select(table)).all()).upper()
        assert code not in stored.replace(" ", ""), table.name


def test_signing_does_not_touch_codes(app):
    action = make_action()

    with recorded() as statements:
        sign(action, **ADA | {"locale": "en", "now": NOON})

    assert not [one for one in statements if "code_tries" in one]
    assert db.session.scalar(select(Signature.status)) == "pending"
