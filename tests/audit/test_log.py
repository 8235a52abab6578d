"""Audit entries form one unbroken chain, however many processes add to it."""

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Thread

import pytest
import structlog
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from campaign_actions.actions.signatures.sign import sign
from campaign_actions.audit.log import ADVISORY_LOCK, UnknownAuditName, add_entry, record
from campaign_actions.audit.models import AuditEntry
from campaign_actions.audit.verify import check_chain
from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.security.email_address import email_key
from tests.support.factories import ADA, NOON, find_signature_of, link_to, make_action
from tests.support.sign_form import post

GRACE = {"actor": "grace@example.org", "now": NOON}
ENTRIES_EACH = 12  # entries from each thread or process
ODD_VALUES = {
    "words": "Она сказала: «да» \u2028 👩‍👧 é é \\u0041 </script>",
    "empty": "",
    "none": None,
    "yes": True,
    "many": 10**20,
    "negative": -5,
    "list": [1, "two", None, [], {}, ["a", {"b": False}]],
    "object": {"b": 1, "a": 2, "Ä": 3, "aa": 4, "10": 5, "9": 6},
}
RECORD_SCRIPT = """
import sys
from campaign_actions.audit.log import record
from campaign_actions.core.app_base import create_bare_app
from tests.support.factories import NOON
app = create_bare_app({"SQLALCHEMY_DATABASE_URI": sys.argv[1], "SECRET_KEY": "x", "EMAIL_HASH_KEY": "x"})
with app.app_context():
    for number in range(int(sys.argv[3])):
        record("login", actor="grace@example.org", now=NOON, note=sys.argv[2], version=number)
"""


def nested(depth: int) -> list:
    """Nested lists."""
    value = []
    for _ in range(depth):
        value = [value]
    return value


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_an_entry_says_who_did_what_to_what_and_how_many(app):
    record("exported", **GRACE, subject="racism/hate-crimes", rows=12, purpose="to hand over")

    (entry,) = entries()
    assert (entry.at, entry.actor, entry.event) == (NOON, "grace@example.org", "exported")
    assert (entry.subject, entry.rows, entry.previous) == ("racism/hate-crimes", 12, "")
    assert entry.details == {"purpose": "to hand over"}


@pytest.mark.parametrize("micros", [0, 1, 999_999, 120_000])
def test_times_read_back_have_the_hashed_precision(app, micros):
    now = NOON.replace(microsecond=micros)

    for _ in range(2):
        record(
            "campaign-saved",
            actor="Ждун@пример.рф",
            now=now,
            subject="é/é",
            rows=0,
            filter=ODD_VALUES,
        )

    assert check_chain().broken == []
    assert check_chain().entries == 2


def test_a_time_of_another_zone_is_the_same_instant(app):
    record("login", actor="grace", now=datetime.fromisoformat("2026-11-20T15:00:00+03:00"))

    assert entries()[0].at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert check_chain().broken == []


@pytest.mark.parametrize(
    "value",
    [
        *(
            1.0,
            float("nan"),
            NOON,
            date(2026, 1, 1),
            Decimal(1),
            b"x",
            {1: "a"},
            [1.5],
            {1},
            _l("a"),
        ),
        *(2**5000, -(10**400), nested(21), nested(100_000)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_that_a_database_would_change_are_recorded_as_text_with_a_warning(app, value):
    with pytest.raises(UnknownAuditName):
        record("login", **GRACE, note=value)
    with pytest.warns(UnknownAuditName):
        record("login", **GRACE, note=value)

    (entry,) = entries()
    assert isinstance(entry.details["note"], str)
    assert check_chain().broken == []


@pytest.mark.filterwarnings("default::campaign_actions.audit.log.UnknownAuditName")
def test_the_deepest_allowed_details_are_stored_unchanged(app):
    for depth in range(15, 25):
        record("login", **GRACE, note=nested(depth))

    assert check_chain().broken == []


def test_characters_that_databases_refuse_are_replaced(app):
    record("login-failed", actor="a\0b\ud800", now=NOON, subject="\udfff", note=["\0"])

    (entry,) = entries()
    assert (entry.actor, entry.subject, entry.details) == ("a�b�", "�", {"note": ["�"]})
    assert check_chain().broken == []


def test_overlong_values_are_truncated(app):
    record("login-failed", actor="a" * 1000, now=NOON, subject="ж" * 1000)

    (entry,) = entries()
    assert (len(entry.actor), len(entry.subject)) == (254, 200)
    assert check_chain().broken == []


def test_an_unknown_event_is_recorded_with_a_warning(app):
    with pytest.raises(UnknownAuditName):
        record("something", **GRACE)
    with pytest.warns(UnknownAuditName):
        record("something" * 9, **GRACE)

    (entry,) = entries()
    assert entry.event == ("something" * 9)[:40]
    assert check_chain().broken == []


def test_an_unknown_detail_is_recorded_with_a_warning(app):
    with pytest.raises(UnknownAuditName, match="odd"):
        record("login", **GRACE, via="password", odd=1)
    with pytest.warns(UnknownAuditName, match="odd"):
        record("login", **GRACE, via="password", odd=1)

    (entry,) = entries()
    assert entry.details == {"via": "password", "odd": 1}
    assert check_chain().broken == []


def test_a_rollback_leaves_no_entry_and_logs_no_hash(app):
    record("login", **GRACE)

    with structlog.testing.capture_logs() as logs, pytest.raises(ZeroDivisionError):
        publish_and_roll_back()

    record("logout", **GRACE)
    assert [entry.event for entry in entries()] == ["login", "logout"]
    assert check_chain().broken == []
    assert [line for line in logs if line["event"] == "audit"] == []


def publish_and_roll_back() -> None:
    with write_transaction() as connection:
        add_entry(connection, "published", **GRACE)
        raise ZeroDivisionError


def test_each_hash_is_logged_after_the_commit(app):
    with structlog.testing.capture_logs() as logs:
        with write_transaction() as connection:
            head = add_entry(connection, "login", **GRACE)
            before = list(logs)
        record("logout", **GRACE)

    told = [line for line in logs if line["event"] == "audit"]
    assert before == []
    assert [line["head"] for line in told] == [entry.hash for entry in entries()]
    assert (told[0]["head"], told[0]["did"]) == (head, "login")
    assert "grace" not in str(told), "the log names nobody"


def test_two_entries_in_one_transaction_are_chained(app):
    with write_transaction() as connection:
        add_entry(connection, "campaign-saved", **GRACE)
        add_entry(connection, "picture-changed", **GRACE)

    first, second = entries()
    assert second.previous == first.hash


def test_the_chain_cannot_fork_even_without_the_lock(app):
    record("login", **GRACE)
    head = entries()[0]
    copy = {name: getattr(head, name) for name in ("at", "actor", "event", "previous")}

    with pytest.raises(IntegrityError), write_transaction() as connection:
        connection.execute(insert(AuditEntry).values(**copy, hash="another"))


@pytest.mark.parametrize("change", ["actor = 'eve'", "rows = 0", "hash = 'x'", "id = id + 9"])
def test_the_database_refuses_to_change_an_entry(app, change):
    record("exported", **GRACE, rows=12)

    with pytest.raises(DBAPIError, match="never changed"):
        db.session.execute(text(f"update audit_entries set {change}"))

    assert check_chain().broken == []


def test_eight_threads_recording_at_once_give_one_unbroken_chain(app):
    def keep_recording(number: int) -> None:
        with app.app_context():
            for turn in range(ENTRIES_EACH):
                record("login", **GRACE, update=number, version=turn)

    threads = [Thread(target=keep_recording, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    report = check_chain()
    assert (report.entries, report.broken) == (8 * ENTRIES_EACH, [])


@pytest.mark.slow
def test_processes_recording_at_once_give_one_unbroken_chain(app):
    address = app.config["SQLALCHEMY_DATABASE_URI"]

    processes = [
        subprocess.Popen(
            [sys.executable, "-c", RECORD_SCRIPT, address, str(number), str(ENTRIES_EACH)]
        )
        for number in range(3)
    ]

    assert [process.wait(60) for process in processes] == [0, 0, 0]
    report = check_chain()
    assert (report.entries, report.broken) == (3 * ENTRIES_EACH, [])


def test_signers_neither_add_entries_nor_wait_for_the_chain(app, client):
    action = make_action()
    with db.engine.connect() as staff:
        if staff.dialect.name == "postgresql":  # SQLite has one writer at a time
            staff.execute(select(func.pg_advisory_lock(ADVISORY_LOCK)))  # as adding an entry does
        assert post(client, email="ada@example.org").status_code == 303
        signature = find_signature_of(action.id, email_key("ada@example.org"))
        answer = client.post(
            link_to("confirm", signature), data={"given_name": "A", "country": "RU"}
        )
        assert answer.status_code == 303
        assert client.post(link_to("withdraw", signature)).status_code == 303
        sign(action, locale="en", now=NOON, **ADA | {"email": "lin@example.org"})
        if staff.dialect.name == "postgresql":
            staff.execute(select(func.pg_advisory_unlock(ADVISORY_LOCK)))

    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0
