"""A restored installation continues the exports of the old one, and knows who is in which file."""

import pytest
from pyroaring import BitMap64
from sqlalchemy import select

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.withdraw import erase, withdraw
from campaign_actions.core.db.session import db
from campaign_actions.disclosures.deletions.follow import follow_changes
from campaign_actions.disclosures.files import deletions_in
from campaign_actions.disclosures.records import find_record
from tests.support.backup_data import run
from tests.support.exports import changes_since, export_file, make_export
from tests.support.factories import NOON, make_action, make_confirmed

pytestmark = pytest.mark.slow  # it runs pg_dump and pg_restore


def make_history() -> int:
    """A file, changes that the worker has read, and others that have no number yet; the id of its record."""
    action = make_action()
    people = [make_confirmed(action, email=f"{n}@example.org") for n in range(5)]
    _data, record = export_file(make_export(action))
    withdraw(people[0], now=NOON)
    number_changes()
    follow_changes(NOON, keep_months=12)
    erase("1@example.org", now=NOON)
    make_confirmed(action, email="new@example.org")
    return record.id


def increment_of(record_id: int) -> bytes:
    return export_file(changes_since(find_record(record_id)))[0]


def to_delete(record_id: int) -> list[tuple]:
    """What has to be deleted in the file once the worker has read everything."""
    number_changes()
    follow_changes(NOON, keep_months=12)
    db.session.commit()  # ends the snapshot that the test reads in
    return [tuple(row) for row in deletions_in(find_record(record_id), limit=10)]


@pytest.fixture
def restored(app, saved, elsewhere):
    """The number of an exported file, and another installation with a backup of this one."""
    record_id = make_history()
    file = saved()
    result = run(elsewhere, "restore", file)
    assert result.exit_code == 0, result.output
    return record_id, elsewhere


def test_an_increment_after_a_restore_is_the_one_before(app, restored):
    record_id, other = restored

    before = increment_of(record_id)
    with other.app_context():
        after = increment_of(record_id)

    assert after == before
    assert after.count(b"\n") == 4, "a header, one new, one withdrawn and one deleted"


def test_who_left_before_and_after_a_restore_is_asked_for(app, restored):
    record_id, other = restored

    before = to_delete(record_id)
    with other.app_context():
        after = to_delete(record_id)
        left = db.session.scalars(select(Signature).filter_by(email="2@example.org")).one()
        code = left.public_id
        withdraw(left, now=NOON)
        at_last = to_delete(record_id)

    assert after == before
    assert sorted(reason for _code, reason, _at in before) == ["deleted", "withdrawn"]
    assert set(at_last) - set(after) == {(code, "withdrawn", NOON)}


def test_changes_are_numbered_on_after_a_restore(app, restored):
    record_id, other = restored

    with other.app_context():
        first = increment_of(record_id)
        action = find_action("racism", "hate-crimes", locale="en", now=NOON)
        later = make_confirmed(action).public_id
        second = increment_of(record_id + 1)
        members = BitMap64.deserialize(find_record(record_id + 1).members)

    assert later not in first.decode()
    assert [line.split(",")[0] for line in second.decode().splitlines()[1:]] == [later]
    assert len(members) == 4, "three who stayed, and one who was new"
