"""After a restore, people who withdrew or were deleted after the backup are so again."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, text

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.models import Signature
from campaign_actions.actions.queries import find_action
from campaign_actions.actions.signatures.removals.files import FOLDER
from campaign_actions.actions.signatures.removals.record import record_removals
from campaign_actions.actions.signatures.withdraw import erase, erase_withdrawn, withdraw
from campaign_actions.core.db.session import db
from campaign_actions.core.security.secrets import ensure_email_key
from tests.support.backup_data import run
from tests.support.factories import NOON, make_action, make_confirmed

pytestmark = pytest.mark.slow  # it runs pg_dump and pg_restore

GONE = {"withdrawn": "withdrawn", "deleted": "erased", "asked us": "erased", "stays": "confirmed"}


@pytest.fixture
def people(app) -> dict[str, Signature]:
    ensure_email_key()
    action = make_action()
    return {name: make_confirmed(action, email=f"{name[:3]}@example.org") for name in GONE}


def leave(people) -> None:
    for name in ("withdrawn", "deleted"):
        withdraw(people[name], now=NOON)
    erase_withdrawn(people["deleted"], now=NOON)
    erase("ask@example.org", now=NOON)
    db.session.commit()


def statuses(app, people) -> dict[str, str]:
    codes = {signature.public_id: name for name, signature in people.items()}
    with app.app_context():
        rows = db.session.execute(select(Signature.public_id, Signature.status)).all()
    return {codes[code]: status for code, status in rows}


def work(app) -> None:
    """As the worker does."""
    number_changes()
    record_removals(NOON, folder=Path(app.instance_path) / FOLDER, keep_months=12)
    db.session.commit()


def test_data_that_is_replaced_says_who_has_left_since(app, people, saved):
    file = saved()
    leave(people)

    result = run(app, "restore", "--replace", file)

    assert result.exit_code == 0, result.output
    assert statuses(app, people) == GONE
    assert "Withdrew or deleted 3 signatures again" in result.stderr
    with app.app_context():
        action = find_action("racism", "hate-crimes", locale="en", now=NOON)
        assert count_signatures(action.id) == 1


def test_the_list_of_another_machine_says_it_as_well(app, elsewhere, people, saved):
    file = saved()
    leave(people)
    work(app)
    shutil.copytree(Path(app.instance_path) / FOLDER, Path(elsewhere.instance_path) / FOLDER)

    result = run(elsewhere, "restore", file)

    assert statuses(elsewhere, people) == GONE
    assert "signatures erase EMAIL" in result.stderr


def test_a_restore_without_the_list_says_that_everyone_is_back(app, elsewhere, people, saved):
    file = saved()
    leave(people)

    result = run(elsewhere, "restore", file)

    assert set(statuses(elsewhere, people).values()) == {"confirmed"}
    assert "There is no list in removals/" in result.stderr


def test_the_worker_of_a_restored_database_goes_on_with_the_list(app, people, saved):
    file = saved()
    leave(people)
    work(app)
    run(app, "restore", "--replace", file)
    with app.app_context():
        withdraw(people["stays"], now=NOON)
        db.session.commit()
        work(app)

    run(app, "restore", "--replace", file)

    assert statuses(app, people) == GONE | {"stays": "withdrawn"}


def test_data_that_cannot_be_read_does_not_prevent_a_restore(app, people, saved):
    file = saved()
    db.session.commit()
    with db.engine.begin() as connection:
        connection.execute(text("alter table signature_changes rename column number to place"))

    result = run(app, "restore", "--replace", file)

    assert result.exit_code == 0, result.output
    assert "The current data could not be read" in result.stderr
    assert set(statuses(app, people).values()) == {"confirmed"}
