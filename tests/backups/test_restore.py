"""Restores that are refused, with a reason, exit code 1 and no change; and those that are allowed."""

import json
import shutil
import stat
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy import inspect, select

from campaign_actions.audit.anchors.create import create_anchor
from campaign_actions.audit.anchors.deliver import deliver_one
from campaign_actions.audit.anchors.settings import anchor_settings, read_anchor_settings
from campaign_actions.audit.anchors.verify import read_copies
from campaign_actions.audit.log import record
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core import paths
from campaign_actions.core.db.alembic import upgrade
from campaign_actions.core.db.session import HEAD_REVISION, current_revision, db, utc_now
from campaign_actions.core.security.audit_key import public_key_of, signing_key
from campaign_actions.core.security.secrets import ensure_email_key, fingerprint
from tests.support.backup_data import rows_of, run
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed

pytestmark = pytest.mark.slow  # it runs pg_dump and pg_restore

KEY = "a key for tests"


def add_signature() -> None:
    make_confirmed(make_action(campaign=make_campaign(slug="other")), email="bo@example.org")


def tables_of(app) -> list[str]:
    with app.app_context():
        return inspect(db.engine).get_table_names()


def changed_copy(file: Path, name: str, content: bytes | None = None, **facts: object) -> Path:
    """A copy of the backup with a changed file or manifest."""
    other = file.with_name("changed.zip")
    with ZipFile(file) as old, ZipFile(other, "w", ZIP_DEFLATED) as new:
        for member in old.namelist():
            data = old.read(member)
            if member == name:
                data = content or json.dumps(json.loads(data) | facts).encode()
            new.writestr(member, data)
    return other


def assert_refused(result, *words: str) -> None:
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    for word in words:
        assert word in result.stderr


def test_a_database_that_holds_data_is_refused(signed, saved):
    file = saved()
    add_signature()
    before = rows_of(signed)

    result = run(signed, "restore", file)

    assert_refused(result, "The database contains 2 signatures", "--replace")
    assert rows_of(signed) == before


def test_data_is_replaced_on_request(signed, saved):
    before = rows_of(signed)
    file = saved()
    add_signature()

    result = run(signed, "restore", "--replace", file)

    assert result.exit_code == 0, result.output
    assert rows_of(signed) == before
    assert "signatures erase EMAIL" in result.stderr


def test_a_freshly_created_database_counts_as_empty(signed, elsewhere, saved):
    with elsewhere.app_context():
        upgrade()
        ensure_email_key()

    result = run(elsewhere, "restore", saved())

    assert result.exit_code == 0, result.output
    assert rows_of(elsewhere) == rows_of(signed)


def test_a_missing_key_is_named_by_its_fingerprint(signed, install, saved):
    elsewhere = install(EMAIL_HASH_KEY="")

    result = run(elsewhere, "restore", saved())

    assert_refused(result, f"the EMAIL_HASH_KEY with the fingerprint {fingerprint(KEY)}")
    assert "does not have one" in result.stderr
    assert tables_of(elsewhere) == []


def test_another_key_is_refused_with_both_fingerprints(signed, install, saved):
    elsewhere = install(EMAIL_HASH_KEY="another key")

    result = run(elsewhere, "restore", saved("--with-keys"))

    assert_refused(result, fingerprint(KEY), fingerprint("another key"))
    assert tables_of(elsewhere) == []


def test_keys_in_a_backup_are_restored(signed, install, saved, tmp_path):
    elsewhere = install(EMAIL_HASH_KEY="", SECRET_KEY="")

    result = run(elsewhere, "restore", saved("--with-keys"))

    assert result.exit_code == 0, result.output
    files = [tmp_path / "elsewhere" / name for name in ("email_hash_key", "secret_key")]
    assert [file.read_text() for file in files] == [f"{KEY}\n", "a secret for tests\n"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]


def test_a_secret_that_is_in_use_is_not_overwritten(signed, install, saved, tmp_path):
    install(SECRET_KEY="")
    secret = (tmp_path / "elsewhere" / "secret_key").read_text()
    elsewhere = install(SECRET_KEY="")

    result = run(elsewhere, "restore", saved("--with-keys"))

    assert_refused(result, "different secret keys", "SECRET_KEY_FALLBACKS")
    assert (tmp_path / "elsewhere" / "secret_key").read_text() == secret
    assert tables_of(elsewhere) == []


def test_a_secret_key_among_the_fallbacks_is_accepted(signed, install, saved):
    elsewhere = install(SECRET_KEY="newer", SECRET_KEY_FALLBACKS=["a secret for tests"])

    assert run(elsewhere, "restore", saved("--with-keys")).exit_code == 0


def test_a_backup_whose_keys_do_not_match_is_refused_as_damaged(signed, elsewhere, saved):
    file = changed_copy(saved("--with-keys"), "keys.json", email_hash_key="another key")

    result = run(elsewhere, "restore", file)

    assert_refused(result, "damaged", "a different EMAIL_HASH_KEY from the one it needs")


def test_a_truncated_file_is_refused(signed, elsewhere, saved):
    file = saved()
    file.write_bytes(file.read_bytes()[:-100])

    result = run(elsewhere, "restore", file)

    assert_refused(result, "is not a backup, or it is damaged")
    assert tables_of(elsewhere) == []


@pytest.mark.parametrize("place", [0.3, 0.6, 0.9])
def test_a_corrupted_file_is_refused(signed, elsewhere, saved, place):
    file = saved()
    content = bytearray(file.read_bytes())
    content[int(len(content) * place)] ^= 0xFF
    file.write_bytes(content)

    result = run(elsewhere, "restore", file)

    assert_refused(result, "damaged")
    assert tables_of(elsewhere) == []


@pytest.mark.parametrize("content", [b"", b"not a backup at all"])
def test_a_file_that_is_not_a_backup_is_refused(signed, elsewhere, tmp_path, content):
    (tmp_path / "other.zip").write_bytes(content)

    assert_refused(run(elsewhere, "restore", tmp_path / "other.zip"), "is not a backup")


@pytest.mark.parametrize("content", [b"[]", b"{", b'{"format": 1, "mode": 2}'])
def test_an_invalid_manifest_is_refused(signed, elsewhere, saved, content):
    file = changed_copy(saved(), "backup.json", content)

    assert_refused(run(elsewhere, "restore", file), "is not a backup, or it is damaged")


def test_data_that_is_not_a_database_is_refused(signed, elsewhere, saved):
    with ZipFile(saved()) as archive:
        (data,) = (name for name in archive.namelist() if name.startswith("database."))
    file = changed_copy(saved(), data, b"nonsense" * 1000)

    result = run(elsewhere, "restore", file)

    assert_refused(result)
    assert tables_of(elsewhere) == []


def test_a_truncated_database_replaces_nothing(signed, saved):
    """Damage that is found late rolls everything back."""
    before = rows_of(signed)
    with ZipFile(saved()) as archive:
        (data,) = (name for name in archive.namelist() if name.startswith("database."))
        content = archive.read(data)
    file = changed_copy(saved(), data, content[: -len(content) // 8])

    result = run(signed, "restore", "--replace", file)

    assert_refused(result)
    assert rows_of(signed) == before


def test_a_newer_format_is_refused(signed, elsewhere, saved):
    file = changed_copy(saved(), "backup.json", format=2, program="9.0")

    assert_refused(run(elsewhere, "restore", file), "has format 2", "version 9.0")


def test_a_newer_migration_is_refused(signed, elsewhere, saved):
    file = changed_copy(saved(), "backup.json", revision="9999", program="9.0")

    result = run(elsewhere, "restore", file)

    assert_refused(result, "migration 9999", "version 9.0, which made it")
    assert tables_of(elsewhere) == []


def test_an_older_migration_is_upgraded(signed, elsewhere, saved, tmp_path, monkeypatch):
    file = saved()
    monkeypatch.setattr(paths, "MIGRATIONS", later_migrations(tmp_path))

    result = run(elsewhere, "restore", file)

    assert result.exit_code == 0, result.output
    with elsewhere.app_context():
        assert current_revision() == "next"
    assert "one_more" in tables_of(elsewhere)


def later_migrations(folder: Path) -> Path:
    """The migrations of a later version."""
    copy = shutil.copytree(paths.MIGRATIONS, folder / "migrations")
    (copy / "versions" / "next.py").write_text(
        "from alembic import op\n"
        "import sqlalchemy as sa\n"
        f"revision, down_revision = 'next', '{HEAD_REVISION}'\n"
        "def upgrade(): op.create_table('one_more', sa.Column('id', sa.Integer()))\n"
    )
    return copy


def test_the_other_kind_of_database_is_refused(signed, elsewhere, saved):
    kinds = {"sqlite": "postgresql", "postgresql": "sqlite"}
    file = changed_copy(saved(), "backup.json", database=kinds[db.engine.dialect.name])

    assert_refused(run(elsewhere, "restore", file), "this installation uses")


def test_a_file_that_is_not_there_is_named(elsewhere, tmp_path):
    result = run(elsewhere, "restore", tmp_path / "nothing.zip")

    assert result.exit_code == 2
    assert "nothing.zip' does not exist" in result.stderr


def test_check_describes_a_backup_and_changes_nothing(signed, elsewhere, saved):
    result = run(elsewhere, "restore", "--check", saved())

    assert result.exit_code == 0, result.output
    assert "is complete: 1 signature and all other data (" in result.stdout
    assert tables_of(elsewhere) == []


@pytest.fixture
def anchors(signed, tmp_path, monkeypatch):
    """Creates anchors in a temporary instance folder."""
    folder = tmp_path / "elsewhere"
    folder.mkdir(exist_ok=True)
    monkeypatch.setattr(signed, "instance_path", str(folder))
    signed.config["AUDIT_KEY"] = "K" * 42 + "A"
    settings = read_anchor_settings(signed.config, folder)
    monkeypatch.setitem(signed.extensions, anchor_settings.key, settings)

    def make() -> None:
        record("login", actor="grace@example.org", now=NOON)
        deliver_one(create_anchor(utc_now(), settings=settings), utc_now(), settings=settings)

    make.settings = settings
    return make


def check(app):
    with app.app_context():
        return app.test_cli_runner().invoke(args=["audit", "check"])


def test_anchors_newer_than_the_backup_are_set_aside_and_recorded(signed, anchors, saved):
    anchors()
    file = saved()
    anchors()
    anchors()
    newest = [copy.anchor for copy in read_copies(anchors.settings.local_file)][1:]

    result = run(signed, "restore", "--replace", file)

    assert result.exit_code == 0, result.output
    assert "Set aside 2 anchors newer than the backup" in result.stderr
    (aside,) = anchors.settings.folder.glob("before-restore-*.txt")
    assert [copy.anchor for copy in read_copies(aside)] == newest
    db.session.rollback()
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.event, entry.actor) == ("restored", "command")
    assert entry.details["anchors"] == [str(anchor.entry) for anchor in newest]
    assert entry.details["made_at"].startswith("20")
    checked = check(signed)
    assert checked.exit_code == 0, checked.output
    with_old = signed.test_cli_runner().invoke(args=["audit", "check", "--anchor", str(aside)])
    assert with_old.exit_code == 1, "a copy that was sent elsewhere still tells"


def test_the_audit_key_is_among_the_keys_of_a_backup(signed, install, anchors, saved, tmp_path):
    anchors()
    file = saved("--with-keys")
    (tmp_path / "elsewhere" / "audit_key").unlink(missing_ok=True)

    result = run(install(), "restore", file)

    assert result.exit_code == 0, result.output
    key = tmp_path / "elsewhere" / "audit_key"
    assert key.read_text() == "K" * 42 + "A\n"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_an_existing_audit_key_stays_and_the_other_is_named(signed, install, anchors, saved):
    anchors()

    result = run(install(AUDIT_KEY="L" * 42 + "A"), "restore", saved("--with-keys"))

    assert result.exit_code == 0, result.output
    other = public_key_of(signing_key("K" * 42 + "A"))
    assert f"add its public key {other}" in result.stderr
