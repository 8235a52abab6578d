"""The list of removals: what the worker writes, and what is done again after a restore."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.actions.signatures.removals import record as recording
from campaign_actions.actions.signatures.removals.files import (
    FOLDER,
    append_removals,
    month_files,
    read_removals,
)
from campaign_actions.actions.signatures.removals.record import record_removals
from campaign_actions.actions.signatures.removals.repeat import repeat_removals
from campaign_actions.actions.signatures.retention import erase_closed
from campaign_actions.actions.signatures.withdraw import erase, erase_withdrawn, withdraw
from campaign_actions.commands.backups import after_restore
from campaign_actions.core.db.session import db
from tests.support.factories import (
    LONG_AGO,
    NOON,
    find_signature_of,
    make_action,
    make_confirmed,
    make_signature,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADA = "ada@example.org"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "removals"


def record(folder, now=NOON) -> int:
    """As the worker does."""
    number_changes()
    return record_removals(now, folder=folder, keep_months=12)


def listed(folder) -> dict[str, str]:
    return {code: removal.status for code, removal in read_removals(folder).items()}


def status_of(signature) -> str:
    db.session.commit()  # ends the snapshot that the test reads in
    return db.session.scalar(select(Signature.status).filter_by(id=signature.id))


def invalidate(signature) -> None:
    invalid = {"status": "invalid", "invalidated_at": NOON}
    db.session.execute(update(Signature).filter_by(id=signature.id).values(**invalid))
    db.session.commit()


def test_everyone_who_withdraws_or_is_deleted_is_listed_once(app, folder):
    action = make_action()
    make_confirmed(action)
    withdrawn, deleted, erased, unconfirmed, invalid = (
        *(make_confirmed(action), make_confirmed(action), make_confirmed(action, email=ADA)),
        *(make_signature(action), make_confirmed(action)),
    )
    invalidate(invalid)
    for signature in (withdrawn, deleted, unconfirmed, invalid):
        withdraw(signature, now=NOON)
    erase_withdrawn(deleted, now=NOON)
    erase(ADA, now=NOON)

    counts = [record(folder), record(folder)]

    assert counts[0] > 0 == counts[1]
    assert listed(folder) == {
        withdrawn.public_id: "withdrawn",
        deleted.public_id: "erased",
        erased.public_id: "erased",
        unconfirmed.public_id: "erased",
        invalid.public_id: "suppressed",
    }


def test_the_list_has_codes_and_times_of_withdrawal_and_nothing_else(app, folder):
    signature = make_confirmed(make_action(), email=ADA, given_name="Ada")
    withdraw(signature, now=NOON)

    record(folder)

    (file,) = month_files(folder)
    assert file.name == f"{NOON:%Y-%m}.csv"
    assert file.read_text() == f"{signature.public_id},withdrawn,{NOON.isoformat()}\n"
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_data_that_is_deleted_on_schedule_is_not_listed(app, folder):
    make_confirmed(make_action(closes_at=NOON - DAY), now=LONG_AGO)
    end = NOON + 400 * DAY

    erased = erase_closed(end, keep_months=12)
    record(folder, end)

    assert (erased, listed(folder)) == (1, {})


def test_the_list_of_each_machine_is_complete(app, tmp_path):
    signature = make_confirmed(make_action())
    withdraw(signature, now=NOON)

    lists = [tmp_path / "one", tmp_path / "two"]
    for folder in lists:
        record(folder)

    assert [listed(folder) for folder in lists] == [{signature.public_id: "withdrawn"}] * 2


def test_many_changes_take_several_batches(app, folder, monkeypatch):
    monkeypatch.setattr(recording, "MAX_BATCH", 2)
    action = make_action()
    signatures = [make_confirmed(action) for _number in range(5)]
    for signature in signatures:
        withdraw(signature, now=NOON)

    record(folder)

    assert set(listed(folder)) == {signature.public_id for signature in signatures}


def test_lists_of_months_long_ago_are_deleted(app, folder):
    action = make_action()
    withdraw(first := make_confirmed(action), now=NOON)
    record(folder)
    kept = NOON.replace(year=NOON.year + 1)
    withdraw(make_confirmed(action), now=kept)
    record(folder, kept)
    before = listed(folder)

    withdraw(make_confirmed(action), now=kept + 31 * DAY)
    record(folder, kept + 31 * DAY)

    assert first.public_id in before
    assert first.public_id not in listed(folder)


def test_a_line_that_a_crash_cut_off_does_not_spoil_the_next(app, folder):
    withdraw(signature := make_confirmed(make_action()), now=NOON)
    record(folder)
    (file,) = month_files(folder)
    line = file.read_text()
    file.write_text("abc,withd")

    append_removals(folder, read_lines(line, folder), NOON)

    assert listed(folder) == {signature.public_id: "withdrawn"}


def read_lines(line: str, folder):
    other = folder.with_name("other")
    other.mkdir()
    (other / "2026-01.csv").write_text(line)
    return read_removals(other).values()


def backup_of(signature) -> dict:
    """The row of a signature."""
    row = db.session.execute(select(Signature.__table__).filter_by(id=signature.id)).one()
    db.session.commit()
    return row._asdict()


def restore(row: dict) -> None:
    """As a restore brings it back."""
    db.session.execute(update(Signature).filter_by(id=row["id"]).values(**row))
    db.session.commit()


@pytest.mark.parametrize("before", ["confirmed", "pending"])
def test_a_withdrawal_is_done_again(app, folder, before):
    signature = make_signature(make_action(), email=ADA)
    saved = backup_of(signature)
    confirm(signature, now=NOON)
    saved = backup_of(signature) if before == "confirmed" else saved
    withdraw(signature, now=NOON + HOUR)
    record(folder)
    restore(saved)

    counts = [repeat_removals(folder, NOON + DAY) for _round in range(2)]

    assert counts == [1, 0]
    assert status_of(signature) == {"confirmed": "withdrawn", "pending": "erased"}[before]


@pytest.mark.parametrize("before", ["confirmed", "withdrawn"])
def test_a_deletion_is_done_again(app, folder, before):
    signature = make_confirmed(make_action(), email=ADA)
    saved = backup_of(signature)
    withdraw(signature, now=NOON)
    saved = backup_of(signature) if before == "withdrawn" else saved
    erase_withdrawn(signature, now=NOON)
    record(folder)
    restore(saved)

    number = repeat_removals(folder, NOON + DAY)

    assert (number, status_of(signature)) == (1, "erased")
    assert backup_of(signature)["email"] is None


@pytest.mark.parametrize("before", ["invalid", "confirmed"])
def test_someone_whose_invalid_signature_was_deleted_is_deleted_again(app, folder, before):
    """Their address stays suppressed if the backup has the signature as invalid."""
    signature = make_confirmed(make_action(), email=ADA)
    saved = backup_of(signature)
    invalidate(signature)
    saved = backup_of(signature) if before == "invalid" else saved
    withdraw(signature, now=NOON)
    record(folder)
    restore(saved)

    repeat_removals(folder, NOON + DAY)

    assert status_of(signature) == {"invalid": "suppressed", "confirmed": "erased"}[before]
    assert backup_of(signature)["email"] is None


def test_someone_who_had_signed_again_before_the_backup_stays(app, folder):
    action = make_action()
    signature = make_confirmed(action, email=ADA)
    withdraw(signature, now=NOON)
    record(folder)
    make_signature(action, email=ADA, now=NOON + HOUR)
    confirm(find_signature_of(action.id, signature.email_key), now=NOON + HOUR)

    number = repeat_removals(folder, NOON + DAY)

    assert (number, status_of(signature)) == (0, "confirmed")


def test_a_folder_that_is_missing_is_not_an_empty_list(app, folder):
    with pytest.raises(FileNotFoundError):
        repeat_removals(folder, NOON)


def test_the_command_repeats_what_another_kind_of_restore_has_undone(app):
    own = Path(app.instance_path) / FOLDER
    signature = make_confirmed(make_action(), email=ADA)
    saved = backup_of(signature)
    withdraw(signature, now=NOON)
    record(own)
    restore(saved)

    result = app.test_cli_runner().invoke(after_restore)

    assert "Withdrew or deleted 1 signature again, " in result.stderr
    assert status_of(signature) == "withdrawn"
