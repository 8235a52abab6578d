"""Creating a backup: what it contains, who may read it, and what is refused."""

import io
import stat
from zipfile import ZipFile

from sqlalchemy import text

from campaign_actions.core.db.session import db
from campaign_actions.core.security.secrets import fingerprint
from tests.support.backup_data import run

KEY = "a key for tests"
SECRET = "a secret for tests"


def content_of(file) -> bytes:
    """All files in a backup, concatenated."""
    with ZipFile(file) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_a_backup_reports_its_contents_and_the_key_it_needs(signed, tmp_path):
    result = run(signed, "backup", tmp_path / "backup.zip")

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Saved 1 signature and all other data (20")
    assert fingerprint(KEY) in result.stdout
    assert "The keys are not included" in result.stderr


def test_a_backup_is_private_and_leaves_no_other_files(signed, saved, tmp_path):
    file = saved()

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "elsewhere" not in path.name] == [file.name]


def test_a_backup_contains_keys_only_on_request(signed, saved):
    without = content_of(saved())
    with_keys = content_of(saved("--with-keys"))

    assert b"ada@example.org" in without
    assert KEY.encode() not in without
    assert SECRET.encode() not in without
    assert KEY.encode() in with_keys
    assert SECRET.encode() in with_keys


def test_a_key_that_does_not_match_the_data_is_refused(signed, tmp_path):
    signed.config["EMAIL_HASH_KEY"] = "another key"

    result = run(signed, "backup", "--with-keys", tmp_path / "backup.zip")

    assert result.exit_code == 1
    assert f"(fingerprint {fingerprint(KEY)})" in result.stderr
    assert not (tmp_path / "backup.zip").exists()


def test_a_backup_can_be_written_to_a_pipe(signed, elsewhere, tmp_path):
    result = run(signed, "backup", "-")
    (tmp_path / "piped.zip").write_bytes(result.stdout_bytes)

    assert ZipFile(io.BytesIO(result.stdout_bytes)).testzip() is None
    assert "Saved 1 signature" in result.stderr
    assert run(elsewhere, "restore", tmp_path / "piped.zip").exit_code == 0


def test_a_backup_contains_no_deleted_data(signed, saved):
    """Even if it was deleted by a program that leaves deleted data in the file."""
    db.session.execute(text("delete from tally_ledger"))
    db.session.commit()
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("pragma secure_delete=off"))
    db.session.execute(text("delete from signatures"))
    db.session.execute(text("delete from outbox_mails"))
    db.session.commit()

    assert b"ada@example.org" not in content_of(saved())


def test_a_database_without_tables_is_refused(elsewhere, tmp_path):
    result = run(elsewhere, "backup", tmp_path / "backup.zip")

    assert result.exit_code == 1
    assert "there is nothing to back up" in result.stderr
    assert not (tmp_path / "backup.zip").exists()


def test_a_target_that_cannot_be_written_is_named(signed, tmp_path):
    result = run(signed, "backup", tmp_path / "no" / "backup.zip")

    assert result.exit_code == 1
    assert "backup.zip cannot be written: No such file or directory." in result.stderr
