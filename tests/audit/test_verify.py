"""Changes to the audit log by someone with the database are detected."""

from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from campaign_actions.audit.log import UnknownAuditName, hash_entry, record
from campaign_actions.audit.models import AuditEntry
from campaign_actions.audit.verify import check_chain
from campaign_actions.core.db.session import db
from tests.support.factories import NOON

TRIGGER = {
    "sqlite": ("drop trigger audit_entries_are_kept", None),
    "postgresql": (
        "alter table audit_entries disable trigger audit_entries_are_kept",
        "alter table audit_entries enable trigger audit_entries_are_kept",
    ),
}


@pytest.fixture
def chain(app) -> list[AuditEntry]:
    """Five entries."""
    for number in range(5):
        record("exported", actor="grace@example.org", now=NOON, subject=f"a/{number}", rows=number)
    written = list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
    db.session.commit()
    return written


@pytest.fixture
def without_trigger(app):
    """Switch the trigger off, as the owner of the database can."""
    off, on = TRIGGER[db.engine.dialect.name]
    made = (
        db.session.scalar(
            text("select sql from sqlite_master where name = 'audit_entries_are_kept'")
        )
        if on is None
        else on
    )
    db.session.execute(text(off))
    db.session.commit()
    yield
    db.session.rollback()
    db.session.execute(text(made))
    db.session.commit()


def run(app, *arguments: object):
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["audit", "check", *map(str, arguments)])


def test_an_unchanged_log_passes(app, chain):
    result = run(app, "--head", chain[2].hash)

    assert result.exit_code == 0
    assert result.stdout.startswith(
        f"Checked 5 entries. Head: {chain[-1].hash}.\nThere are no anchors here."
    )


def test_an_empty_log_is_whole(app):
    assert run(app).stdout.startswith("Checked 0 entries. Head: none.\nThere are no anchors here.")


@pytest.mark.parametrize(
    "change",
    [
        *(
            {"actor": "eve"},
            {"rows": 0},
            {"subject": "b"},
            {"details": {"a": 1}},
            {"event": "login"},
        ),
        *({"at": NOON.replace(microsecond=1)}, {"previous": "x"}, {"hash": "x"}),
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_entry_is_found(app, chain, without_trigger, change):
    db.session.execute(update(AuditEntry).where(AuditEntry.id == chain[2].id).values(**change))
    db.session.commit()

    result = run(app)

    assert result.exit_code == 1
    assert f"Entry {chain[2].id} was changed" in result.stderr


@pytest.mark.parametrize("place", [0, 2])
def test_a_removed_entry_is_found_by_its_successor(app, chain, place):
    db.session.execute(delete(AuditEntry).where(AuditEntry.id == chain[place].id))
    db.session.commit()

    result = run(app)

    assert result.exit_code == 1
    assert (
        f"Entry {chain[place + 1].id} was changed, or the entry before it was changed or removed."
        in result.stderr
    )


def test_removal_of_the_newest_entries_is_found_by_a_logged_hash(app, chain):
    db.session.execute(delete(AuditEntry).where(AuditEntry.id > chain[2].id))
    db.session.commit()

    assert run(app).exit_code == 0, "what is left is whole"
    result = run(app, "--head", chain[4].hash)

    assert result.exit_code == 1
    assert "The log does not contain" in result.stderr


def test_removal_of_all_entries_is_found_by_a_logged_hash(app, chain):
    db.session.execute(delete(AuditEntry))
    db.session.commit()

    assert run(app, "--head", chain[0].hash).exit_code == 1


def test_rewritten_entries_with_valid_hashes_are_found_by_a_logged_hash(app, chain):
    db.session.execute(delete(AuditEntry).where(AuditEntry.id > chain[1].id))
    previous = chain[1].hash
    for entry in chain[2:]:
        forged = {
            name: getattr(entry, name)
            for name in ("id", "at", "actor", "event", "subject", "details")
        } | {"rows": 0, "previous": previous}
        previous = hash_entry(forged)
        db.session.execute(insert(AuditEntry).values(**forged, hash=previous))
    db.session.commit()

    assert run(app).exit_code == 0, "the chain is right in itself"
    assert run(app, "--head", chain[-1].hash).exit_code == 1
    assert run(app, "--head", chain[1].hash).exit_code == 0


def test_gaps_in_the_numbers_are_accepted(app, chain):
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("select nextval('audit_entries_id_seq')"))
        db.session.commit()
    with pytest.raises(UnknownAuditName):
        record("login", actor="grace", now=NOON, note=1.5)
    record("login", actor="grace", now=NOON)

    assert check_chain().broken == []


def test_a_nightly_check_compares_the_log_with_the_noted_hash(app, chain, tmp_path):
    noted = Path(tmp_path / "audit_head")

    assert run(app, "--noted", noted).exit_code == 0
    assert noted.read_text() == f"{chain[-1].hash}\n"
    record("login", actor="grace", now=NOON)
    assert run(app, "--noted", noted).exit_code == 0
    newest = noted.read_text()
    assert newest != f"{chain[-1].hash}\n"
    db.session.execute(delete(AuditEntry).where(AuditEntry.id > chain[2].id))
    db.session.commit()

    assert run(app, "--noted", noted).exit_code == 1
    assert noted.read_text() == newest, "what it noted stays, so that it is found again"


def test_a_hash_is_given_only_once(app, tmp_path):
    assert run(app, "--noted", tmp_path / "x", "--head", "y").exit_code == 2
