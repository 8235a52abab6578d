"""A restore drill: a backup made while people sign is restored elsewhere, and signing continues."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.models import LedgerEntry, Signature
from campaign_actions.actions.queries import find_action
from campaign_actions.audit.log import record
from campaign_actions.audit.verify import check_chain
from campaign_actions.backups import restore
from campaign_actions.backups.archives import open_archive
from campaign_actions.core.db.alembic import is_compared
from campaign_actions.core.db.session import db
from campaign_actions.core.security.secrets import ensure_email_key
from campaign_actions.outbox.models import OutboxMail
from tests.support.backup_data import exports_of, make_everything, rows_of, run
from tests.support.factories import NOON, make_action, make_confirmed
from tests.support.servers import until

pytestmark = pytest.mark.slow  # it runs pg_dump and pg_restore

WRITERS = 3
COMPARISON = {"compare_type": True, "include_object": is_compared}


@contextmanager
def people_signing(app, action) -> Iterator[list[int]]:
    """Threads that sign and confirm as fast as they can; the number each knows to be stored."""
    stored, stop = [0] * WRITERS, Event()

    def keep_signing(writer: int) -> None:
        while not stop.is_set():
            with app.app_context():
                make_confirmed(action, email=f"writer-{writer}-{stored[writer]}@example.org")
            stored[writer] += 1

    threads = [Thread(target=keep_signing, args=[writer]) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield stored
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_restored_data_is_identical_to_the_byte(app, elsewhere, saved):
    make_everything()
    exports = exports_of(app)
    rows = rows_of(app)

    result = run(elsewhere, "restore", saved())

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Restored 10 signatures and all other data (")
    assert rows_of(elsewhere) == rows
    assert exports_of(elsewhere) == exports
    assert {row[4] for row in rows["signatures"]} >= {
        "pending",
        "confirmed",
        "withdrawn",
        "invalid",
    }


def test_a_backup_made_while_people_sign_is_consistent(app, elsewhere, saved):
    ensure_email_key()
    action = make_action()
    with people_signing(app, action) as stored:
        until(lambda: min(stored) > 3)
        before = list(stored)

        file = saved()

        after = list(stored)
        until(lambda: min(now - then for now, then in zip(stored, after, strict=True)) > 1)
    assert run(elsewhere, "restore", file).exit_code == 0

    with open_archive(file) as archive:
        told = archive.manifest.rows
    told["audit_entries"] += 1  # for the restore
    with elsewhere.app_context():
        found = defaultdict(list)
        for email in db.session.scalars(select(Signature.email)):
            _word, writer, number = email.removesuffix("@example.org").split("-")
            found[int(writer)].append(int(number))
        assert told == restore.current_rows(), "it says what it holds"
        confirmed = count_where(Signature.status == "confirmed")
        entries, mails = count_where(LedgerEntry.change == 1), count_where(OutboxMail.id > 0)
    for writer in range(WRITERS):
        numbers = sorted(found[writer])
        assert numbers == list(range(len(numbers))), "none is missing in the middle"
        assert before[writer] <= len(numbers) <= after[writer] + 1
    assert confirmed == entries, "a confirmation and its count are one transaction"
    signed = sum(map(len, found.values()))
    assert signed + confirmed == mails, "each of them and its email are one transaction"


def count_where(condition) -> int:
    return db.session.scalars(select(func.count()).where(condition)).one()


def test_signing_continues_after_a_restore(app, elsewhere, saved):
    make_everything()
    run(elsewhere, "restore", saved())

    with elsewhere.app_context():
        last = db.session.scalars(select(func.max(Signature.id))).one()
        action = find_action("everything", "hate-crimes", locale="en", now=NOON)
        count = count_signatures(action.id)
        new = make_confirmed(action, email="new@example.org")
        known = make_confirmed(action, email="Ждун@Пример.рф")
        ready = elsewhere.test_client().get("/readyz")

        assert new.id == last + 1
        assert known.locale == "ru", "it is the signature of before"
        assert count_signatures(action.id) == count + 2
        assert ready.status_code == 200


def test_a_restored_audit_log_continues_the_same_chain(app, elsewhere, saved):
    make_everything()
    before = check_chain()
    run(elsewhere, "restore", saved())

    with elsewhere.app_context():
        restored = check_chain()
        record("login", actor="grace@example.org", now=NOON)
        after = check_chain(known_head=before.head)

    assert restored.entries == before.entries + 1, "and that it was restored"
    assert restored.is_whole
    assert (after.entries, after.is_whole) == (before.entries + 2, True)


def test_a_restored_database_has_all_constraints(app, elsewhere, saved):
    make_everything()
    run(elsewhere, "restore", saved())

    with elsewhere.app_context():
        with pytest.raises(DBAPIError, match="never changed"):
            db.session.execute(text("update consent_texts set body = 'something else'"))
        db.session.rollback()
        with pytest.raises(IntegrityError):
            db.session.execute(text("update signatures set action_id = 999"))
        db.session.rollback()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts=COMPARISON)
            assert compare_metadata(context, db.metadata) == []
