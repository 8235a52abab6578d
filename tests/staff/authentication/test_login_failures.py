"""Failed log-ins are counted and reported to the audit log, which strangers cannot fill."""

import re
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import event, func, select, update

from campaign_actions.audit.log import ADVISORY_LOCK
from campaign_actions.audit.models import AuditEntry
from campaign_actions.audit.verify import check_chain
from campaign_actions.core.db.session import db, utc_now, write_transaction
from campaign_actions.staff.authentication.login_failures import (
    BULKHEAD,
    REPORT_INTERVAL,
    record_login_failure,
    report_login_failures,
)
from campaign_actions.staff.models import LoginFailures
from tests.support.factories import NOON, link_to, make_action, make_confirmed, make_staff
from tests.support.servers import until
from tests.support.staff_client import log_in, log_in_by_form

SECOND = timedelta(seconds=1)


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def rows() -> list[LoginFailures]:
    db.session.rollback()
    found = select(LoginFailures).order_by(LoginFailures.account, LoginFailures.via)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def test_a_flood_of_failures_takes_one_connection_when_the_database_is_slow(app):
    record_login_failure("", via="password", now=NOON)  # creates a row to wait for on PostgreSQL
    failing = [Thread(target=fail_login, args=(app,)) for _number in range(12)]
    with write_transaction() as connection:
        connection.execute(update(LoginFailures).values(failures=LoginFailures.failures))
        taken = db.engine.pool.checkedout()
        for thread in failing:
            thread.start()
        until(lambda: BULKHEAD._inside == len(failing))
        until(lambda: db.engine.pool.checkedout() == taken + 1)
        at_once = db.engine.pool.checkedout() - taken
    for thread in failing:
        thread.join(20)

    assert at_once == 1
    assert [row.failures for row in rows()] == [13]


def fail_login(app) -> None:
    with app.app_context():
        record_login_failure("", via="password", now=NOON)


def test_failures_are_summed_up_in_one_entry_every_15_minutes(app):
    for number in range(12):
        record_login_failure("grace@example.org", via="password", now=NOON + number * SECOND)

    early = report_login_failures(NOON + REPORT_INTERVAL - SECOND)
    told = report_login_failures(NOON + REPORT_INTERVAL)
    again = report_login_failures(NOON + REPORT_INTERVAL)

    assert (early, told, again) == (0, 1, 0)
    (entry,) = entries()
    assert (entry.event, entry.actor, entry.at) == (
        "login-failed",
        "grace@example.org",
        NOON + REPORT_INTERVAL,
    )
    assert entry.details == {
        "via": "password",
        "failures": {
            "count": 12,
            "first": "2026-11-20T12:00:00+00:00",
            "last": "2026-11-20T12:00:11+00:00",
        },
    }
    assert rows() == []
    assert check_chain().is_whole


def test_failures_are_counted_by_member_and_method(app):
    for account in ("grace@example.org", "ada@example.org", ""):
        for via in ("password", "second factor"):
            record_login_failure(account, via=via, now=NOON)

    assert len(rows()) == 6


def test_unknown_addresses_do_not_make_the_table_grow(app, client):
    make_staff("reviewer", email="known@example.org")

    for number in range(5):
        log_in_by_form(client, f"stranger-{number}@example.org", "wrong password")
        log_in_by_form(client, "known@example.org", "wrong password")

    assert [(row.account, row.failures) for row in rows()] == [("", 5), ("known@example.org", 5)]
    assert entries() == []


def test_a_failure_takes_the_same_statements_for_every_address(app, client):
    make_staff("reviewer", email="known@example.org")
    log_in_by_form(client, "first@example.org", "wrong password")

    emails = ("nobody@example.org", "known@example.org", "known@example.org", "nobody@example.org")
    said = [statements_of(client, email) for email in emails]

    assert all(statements == said[0] for statements in said)
    assert len(said[0]) >= 2


def statements_of(client, email: str) -> list[str]:
    found: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith("pragma"):  # sent by new connections
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        log_in_by_form(client, email, "wrong password")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return found


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_a_failure_does_not_wait_for_the_audit_log(app):
    """Only on PostgreSQL, because SQLite has one writer at a time."""
    with db.engine.connect() as staff:
        staff.execute(select(func.pg_advisory_lock(ADVISORY_LOCK)))

        record_login_failure("grace@example.org", via="password", now=NOON)

        staff.execute(select(func.pg_advisory_unlock(ADVISORY_LOCK)))
    assert len(rows()) == 1


def test_simultaneous_workers_report_each_failure_once(app):
    for account in ("a@example.org", "b@example.org", ""):
        record_login_failure(account, via="password", now=NOON)

    def tell() -> None:
        with app.app_context():
            report_login_failures(NOON + REPORT_INTERVAL)

    threads = [Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(entry.actor for entry in entries()) == ["", "a@example.org", "b@example.org"]


def test_simultaneous_failures_are_all_counted(app):
    def fail() -> None:
        with app.app_context():
            for _ in range(5):
                record_login_failure("", via="password", now=NOON)

    threads = [Thread(target=fail) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [row.failures for row in rows()] == [30]


def test_failures_counted_before_the_clock_was_set_back_are_reported(app):
    record_login_failure("", via="password", now=NOON)
    record_login_failure("", via="password", now=NOON - timedelta(hours=1))
    assert (rows()[0].first_at, rows()[0].last_at) == (NOON - timedelta(hours=1), NOON)

    record_login_failure("a@example.org", via="password", now=NOON)
    told = report_login_failures(NOON - timedelta(minutes=59))

    assert told == 1
    assert entries()[0].actor == "a@example.org"


@pytest.mark.parametrize(
    ("count", "locale", "words"),
    [
        (12, "en", "12 failed logins between 20 Nov 2026, 12:00:00 and 20 Nov 2026, 12:00:11"),
        (1, "en", "once, at 20 Nov 2026, 12:00:00"),
    ],
)
def test_the_log_shows_how_many_failures_there_were_and_when(app, client, count, locale, words):
    for number in range(count):
        record_login_failure("", via="password", now=NOON + number * SECOND)
    report_login_failures(NOON + REPORT_INTERVAL)
    log_in(client, make_staff("administrator", locale=locale))

    page = re.sub(r"<[^>]+>|[\u2066-\u2069]", "", client.get("/staff/audit/").text)

    assert words in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Unknown" in page


def test_no_anonymous_request_adds_an_audit_entry(app, client):
    """Every address by GET and POST, with plausible arguments and forged links."""
    app.config["WTF_CSRF_ENABLED"] = False
    make_staff("administrator", email="known@example.org")
    signature = make_confirmed(make_action(), email="ada@example.org", now=utc_now())
    fields = {
        "email": "known@example.org",
        "password": "wrong",
        "new_password": "wrong",
        "code": "1",
    }

    links = [link_to(purpose, signature) for purpose in ("confirm", "unsubscribe", "withdraw")]
    addresses = [re.sub(r"<[^>]+>", argument_for, rule.rule) for rule in app.url_map.iter_rules()]
    for address in (*addresses, *links):
        for method in ("GET", "POST"):
            client.open(address, method=method, data=fields if method == "POST" else None).close()

    assert len(addresses) > 100
    assert entries() == []


def argument_for(part: re.Match[str]) -> str:
    """A value for an argument in an address."""
    name = part[0].strip("<>").rpartition(":")[2]
    if "int" in part[0]:
        return "1"
    known = {
        "locale": "en",
        "campaign_slug": "racism",
        "action_slug": "hate-crimes",
        "suffix": "jpg",
    }
    return known.get(name, "f" * 32 if name == "name" else "ffffff")
