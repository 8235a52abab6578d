"""Signatures partitioned by action: the shipped SQL, and the program on the tables that it makes."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import make_url, select, text, update

from campaign_actions import create_app
from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.counts.queries import count_signatures
from campaign_actions.actions.counts.recount import recount
from campaign_actions.actions.counts.states.figures import read_all_by_action
from campaign_actions.actions.counts.states.fold import fold_states
from campaign_actions.actions.models import Action, Comment, Signature, SignatureChange
from campaign_actions.actions.personal_data.purposes import TEAM
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.reminders import expire, remind
from campaign_actions.actions.signatures.retention import erase_closed
from campaign_actions.actions.signatures.search import search
from campaign_actions.actions.signatures.withdraw import erase
from campaign_actions.audit.log import record
from campaign_actions.commands.backups import backup, restore
from campaign_actions.core.db.alembic import is_compared, upgrade
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.mail.transports import FileTransport
from campaign_actions.core.security.email_address import email_key
from campaign_actions.core.security.secrets import ensure_email_key
from campaign_actions.outbox.deliver import Sender, deliver_due
from tests.support.app import SETTINGS, Visitor
from tests.support.batches import batch_row, mark, undo
from tests.support.exports import export_signatures
from tests.support.factories import (
    NOON,
    ended,
    find_signature_of,
    link_to,
    make_action,
    make_campaign,
    make_confirmed,
    make_signature,
    make_update,
)
from tests.support.postgres_programs import find_programs
from tests.support.query_plans import explaining, nodes
from tests.support.sign_form import post

pytestmark = pytest.mark.slow  # it migrates whole databases

SQL = Path(__file__).parent.parent.parent / "deploy" / "postgresql"
IN_THE_FUTURE = NOON + timedelta(days=365 * 100)
LATER = NOON + timedelta(days=3)
REST = "signatures_rest"
MODERATED = {"is_shown": True, "decided_at": NOON}


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder of PostgreSQL's programs, without which the SQL cannot be run."""
    if found := find_programs():
        return found
    missing = pytest.fail if "CI" in os.environ else pytest.skip
    missing("there is no psql as new as the server of the tests")


@pytest.fixture(scope="session")
def server(programs) -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["TEST_POSTGRES_URL"], autocommit=True) as server:
        yield server


@pytest.fixture(scope="session")
def template(databases, server) -> Iterator[str]:
    """The name of a database with all tables, from which others are copied."""
    address, name = beside(databases, "template")
    create(server, name)
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": address})
    with app.app_context():
        upgrade()
        db.engine.dispose()
    yield name
    server.execute(f"drop database {name} with (force)")


@pytest.fixture
def make_site(databases, server, programs, monkeypatch):
    """Starts the program on its own PostgreSQL database, which is a copy of another."""
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    made = []

    def make(name: str, *, template: str = "template1") -> Flask:
        address, database = beside(databases, name)
        create(server, database, template)
        app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": address})
        app.test_client_class = Visitor
        made.append((app, database))
        return app

    yield make
    for app, database in made:
        with app.app_context():
            db.engine.dispose()
        server.execute(f"drop database {database} with (force)")


def create(server, database: str, template: str = "template1") -> None:
    server.execute(f"drop database if exists {database} with (force)")
    server.execute(f"create database {database} template {template}")


def beside(databases: dict[str, str], name: str) -> tuple[str, str]:
    """The address and the name of a database next to that of the tests."""
    url = make_url(databases["postgresql"])
    database = f"{url.database}_{name}"
    return url.set(database=database).render_as_string(hide_password=False), database


@pytest.fixture
def site(make_site, template) -> Iterator[Flask]:
    """The program on a database with all tables, inside its app context."""
    app = make_site("partitioned", template=template)
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture
def actions(site) -> tuple:
    """Two actions of one campaign: one has signatures from before, one gets its own partition."""
    campaign = make_campaign()
    old, own = (make_action(campaign=campaign, slug=slug) for slug in ("old", "own"))
    for number in range(8):  # enough for the driver to prepare its statements
        make_confirmed(old, email=f"before-{number}@example.org", comment="I saw it")
    partition_for(own)
    return old, own


def partition_for(action) -> None:
    run_sql("partition-signatures.sql")
    publish(action, IN_THE_FUTURE)
    run_sql("add-partition.sql", action=action.id)
    publish(action, NOON)


def publish(action, at) -> None:
    db.session.execute(update(Action).filter_by(id=action.id).values(published_at=at))
    db.session.commit()


def run_sql(name: str, *, succeeds: bool = True, **variables: object) -> str:
    """Run a shipped file with psql, as the guide tells operators to; returns psql's messages."""
    address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    given = [f"--set={variable}={value}" for variable, value in variables.items()]
    with (SQL / name).open() as file:
        done = subprocess.run(
            ["psql", "--no-psqlrc", *given, address], stdin=file, capture_output=True, text=True
        )
    assert (done.returncode == 0) is succeeds, done.stderr
    return done.stderr


def partition_of(action) -> set[str]:
    """The tables that contain the signatures of an action."""
    place = text("select distinct tableoid::regclass::text from signatures where action_id = :id")
    found = set(db.session.scalars(place, {"id": action.id}))
    db.session.commit()
    return found


def changes_of(action) -> list[str]:
    """The changes that the trigger has appended, by the status after each."""
    changes = select(SignatureChange.status).filter_by(action_id=action.id)
    return list(db.session.scalars(changes.order_by(SignatureChange.id)))


@pytest.mark.parametrize("which", ["old", "own"])
def test_a_signature_works_from_signing_to_deletion(site, actions, tmp_path, which):
    action, other = sorted(actions, key=lambda one: one.slug != which)
    client, before = site.test_client(), count_signatures(action.id)
    page = f"/en/campaigns/racism/{which}/"

    assert post(client, page, email="ada@example.org").status_code == 303
    assert post(client, page, email="Ada@example.org").status_code == 303
    mails = deliver(site, tmp_path)
    confirm, withdraw_ = (link_in(mails, purpose) for purpose in ("confirm", "withdraw"))
    assert client.get(confirm).status_code == 200
    assert client.post(confirm, data={"given_name": "Ada", "country": "RU"}).status_code == 303
    assert fold()

    assert partition_of(action) == {REST if which == "old" else f"signatures_{action.id}"}
    assert count_signatures(action.id) == before + 1
    assert client.get(f"{page}count.json").json["count"] == before + 1
    assert "ada@example.org" in {row["email"] for row in exported(action)}
    assert "ada@example.org" not in {row["email"] for row in exported(other)}
    assert [
        row.email for row in search(action.id, SignatureFilter(email="ADA@example.org")).rows
    ] == ["ada@example.org"]

    assert client.post(withdraw_).status_code == 303
    assert count_signatures(action.id) == before
    assert post(client, page, email="ada@example.org").status_code == 303  # pending again
    make_signature(other, email="ada@example.org")
    assert erase("ada@example.org", now=NOON) == 2
    fold()
    assert client.get(confirm).status_code == 200  # it says that nothing is left
    assert "ada@example.org" not in {row["email"] for row in exported(action)}
    assert recount().mismatches == []
    assert changes_of(action)[before:] == ["confirmed", "withdrawn", "pending", "erased"]


def test_worker_tasks_and_staff_actions_work(site, actions):
    """Reminders, expiry of unconfirmed signatures, batches, retention."""
    for action in actions:
        make_signature(action)
        signature = make_confirmed(action, comment="I saw it", show_comment=True)
        comment = update(Comment).filter_by(action_id=action.id, signature_id=signature.id)
        db.session.execute(comment.values(MODERATED))
        db.session.commit()

    assert remind(LATER, erase_after=timedelta(days=30), link_life=timedelta(days=14)) == 2
    assert expire(NOON + timedelta(days=60)) == 2
    for action in actions:
        batch_id = mark(action.id, SignatureFilter(country="RU"), now=LATER)
        rows = batch_row(batch_id).rows_marked
        fold_states(LATER)
        assert read_all_by_action([action.id])[action.id].invalid == rows > 0
        assert undo(batch_id, now=LATER) == rows
    db.session.execute(update(Action).values(ended(NOON)))
    db.session.commit()
    while erase_closed(LATER, keep_months=0):
        pass

    assert set(db.session.scalars(select(Signature.status))) == {"erased"}
    assert db.session.scalars(select(Comment)).all() == []
    fold()
    assert recount().mismatches == []


def test_the_steps_of_a_signer_touch_one_partition_but_for_links(site, actions, tmp_path):
    """According to PostgreSQL's plans for the statements. A link has only the random id of a signature."""
    _old, own = actions
    page, client = "/en/campaigns/racism/own/", site.test_client()

    with explaining() as plans:
        assert post(client, page, email="ada@example.org").status_code == 303
        deliver(site, tmp_path)
        signature = find_signature_of(own.id, email_key("ada@example.org"))
        link = link_to("confirm", signature)
        assert client.get(link).status_code == 200
        assert client.post(link, data={"given_name": "Ada", "country": "RU"}).status_code == 303
        fold()
        exported(own)
        search(own.id, SignatureFilter(name="ada"))
        assert client.post(link_to("unsubscribe", signature)).status_code == 303
        assert client.post(link_to("withdraw", signature)).status_code == 303

    touched = {statement: partitions_in(plan) for statement, plan in plans.items()}
    touching = [places for places in touched.values() if places]
    assert len(touching) > 8, "statements about signatures are seen"
    (of_link,) = {statement for statement, places in touched.items() if len(places) > 1}
    assert of_link.partition("WHERE ")[2].startswith("signatures.public_id = ")


def test_the_emails_of_an_update_read_one_partition(site, actions):
    """The action is known only once the update is read, so PostgreSQL chooses at run time."""
    _old, own = actions
    make_confirmed(own, email="ada@example.org", wants_updates=True)
    update_id = make_update(own, status="sending", started_at=NOON).id

    with explaining(analyze=True) as plans:
        mail_makers.of(site)["update"](update_id, email_key("ada@example.org"), "en", NOON)

    (plan,) = (plan for plan in plans.values() if partitions_in(plan))
    read = {
        node["Relation Name"]
        for node, _above in nodes(plan)
        if node.get("Relation Name", "").startswith("signatures_") and node["Actual Loops"]
    }
    assert read == {f"signatures_{own.id}"}


def test_a_backup_is_restored_in_partitions(site, actions, make_site, tmp_path):
    ensure_email_key()
    make_confirmed(actions[1], email="ada@example.org")
    record("login", actor="grace@example.org", now=NOON)
    file, before = tmp_path / "backup.zip", rows()
    assert site.test_cli_runner().invoke(backup, [str(file)]).exit_code == 0
    elsewhere = make_site("elsewhere")

    for options in ([], ["--replace"]):  # into an empty database, then over existing data
        with elsewhere.app_context():
            result = elsewhere.test_cli_runner().invoke(restore, [*options, str(file)])

            assert result.exit_code == 0, result.output
            assert rows() == before
            assert [partition_of(action) for action in actions] == [
                {REST},
                {f"signatures_{actions[1].id}"},
            ]
            db.session.remove()


def test_partitioning_can_be_undone(site, actions):
    make_confirmed(actions[1], email="ada@example.org")
    before = rows()

    run_sql("unpartition-signatures.sql")

    assert rows() == before
    assert {REST, f"signatures_{actions[1].id}"}.isdisjoint(tables())
    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_object": is_compared}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, db.metadata) == []
    new = make_confirmed(actions[1])
    assert changes_of(actions[1]) == ["confirmed", "confirmed"]
    assert new.id > max(row[0] for row in before)


def test_undoing_partitioning_restores_the_schema(site):
    make_confirmed(make_action())
    before = schema()

    run_sql("partition-signatures.sql")
    assert schema() != before
    run_sql("unpartition-signatures.sql")

    assert schema() == before


def test_the_rights_of_a_reader_are_kept(site):
    """Replicas are read by a role that may only select."""
    db.session.execute(text("grant select on signatures to pg_monitor"))
    db.session.commit()
    allowed = text("select has_table_privilege('pg_monitor', 'signatures', :what)")

    run_sql("partition-signatures.sql")

    found = [db.session.scalar(allowed, {"what": what}) for what in ("select", "update")]
    assert found == [True, False]


def test_partitioning_twice_changes_nothing(site, actions):
    before = schema()

    errors = run_sql("partition-signatures.sql", succeeds=False)

    assert "signatures is partitioned already" in errors
    assert schema() == before


def test_an_action_that_people_may_be_signing_gets_no_partition(site, actions):
    old, _own = actions
    draft = make_action(campaign=make_campaign(slug="other"), slug="draft")
    before = schema()

    for action_id, refused in ((999, "no action"), (draft.id, "published"), (old.id, "published")):
        assert refused in run_sql("add-partition.sql", succeeds=False, action=action_id)
    publish(old, None)
    assert "has signatures" in run_sql("add-partition.sql", succeeds=False, action=old.id)

    assert schema() == before
    assert make_confirmed(draft).status == "confirmed"


def test_a_partition_is_vacuumed_as_the_table_was(site, actions):
    options = text("select reloptions from pg_class where relname = :name")
    names = REST, f"signatures_{actions[1].id}"

    rest, own = (db.session.scalar(options, {"name": name}) for name in names)

    assert rest == own
    assert rest


def rows() -> list[tuple]:
    found = db.session.execute(select(Signature.__table__).order_by(Signature.id)).all()
    db.session.commit()
    return [tuple(row) for row in found]


def tables() -> set[str]:
    found = set(
        db.session.scalars(text("select relname from pg_class where relkind in ('r', 'p')"))
    )
    db.session.commit()
    return found


def schema() -> list[str]:
    """The schema of the database, as pg_dump prints it."""
    address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    dump = ["pg_dump", "--schema-only", address]
    output = subprocess.run(dump, capture_output=True, text=True, check=True).stdout
    return [line for line in output.splitlines() if not re.match(r"\\(un)?restrict", line)]


def exported(action) -> list[dict]:
    found = db.session.get_one(Action, action.id)
    lines = b"".join(export_signatures(found, TEAM, "jsonl")).splitlines()
    return [json.loads(line) for line in lines]


def deliver(site, folder: Path) -> str:
    """Deliver all due emails; returns those to Ada as one text."""
    sender = Sender(FileTransport(folder), mail_makers.of(site), daily_limit=20)
    deliver_due(sender, lambda: IN_THE_FUTURE)
    db.session.commit()
    mails = [file.read_text() for file in sorted(folder.glob("*.eml"))]
    return "".join(mail for mail in mails if "To: ada@example.org" in mail)


def link_in(mails: str, purpose: str) -> str:
    found = re.search(rf"/en/{purpose}/[^/\s\"]+/", mails.replace("=\n", ""))
    assert found
    return found[0]


def partitions_in(plan) -> set[str]:
    names = {node.get("Relation Name", "") for node, _above in nodes(plan or {"Node Type": ""})}
    return {name for name in names if name.startswith("signatures_")}
