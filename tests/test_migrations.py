"""Migrations: they run up, down and up again with data, and create what the models describe."""

import json
from datetime import timedelta

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Table, func, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.models import Comment, Signature
from campaign_actions.approvals.models import ApprovalRequest
from campaign_actions.approvals.operations import operation_of
from campaign_actions.audit.log import record
from campaign_actions.campaigns.models import (
    Campaign,
    Partner,
    PartnerText,
    Picture,
    Revision,
    ScheduledDraft,
)
from campaign_actions.core import paths
from campaign_actions.core.db.alembic import init_migrate, is_compared
from campaign_actions.core.db.session import HEAD_REVISION, db
from campaign_actions.core.switches.state import EMAIL
from campaign_actions.demo.load import load_demo
from tests.support.exports import make_export
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed, make_staff
from tests.support.switches import off, pause

TABLES = sorted(db.metadata.tables)
COMPARISON = {"compare_type": True, "include_object": is_compared}

HOUR = timedelta(hours=1)
GRACE = {"actor": "grace@example.org", "now": NOON}


def test_the_migrations_create_the_tables_of_the_models(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=COMPARISON)
        differences = compare_metadata(context, db.metadata)

    assert differences == []


def test_the_migrations_create_the_keys_and_check_constraints_of_the_models(app):
    """Alembic's own comparison leaves these out."""
    database = inspect(db.engine)

    for name in TABLES:
        table, key = db.metadata.tables[name], database.get_pk_constraint(name)
        uniques = [u["column_names"] for u in database.get_unique_constraints(name)]
        checks = {check["name"] for check in database.get_check_constraints(name)}

        keys = [key["constrained_columns"], *(uniques if is_sqlite() else [])]
        assert table.primary_key.columns.keys() in keys, name
        assert checks == names_of_checks(table), name


def is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def names_of_checks(table: Table) -> set[str]:
    return {str(rule.name) for rule in table.constraints if isinstance(rule, CheckConstraint)}


def test_readiness_requires_the_newest_migration():
    scripts = ScriptDirectory(str(paths.MIGRATIONS))

    assert scripts.get_current_head() == HEAD_REVISION


def test_up_down_and_up_again_with_data(app):
    make_confirmed(make_action())
    db.session.expunge_all()

    flask_migrate.downgrade(init_migrate(), revision="base")
    tables = inspect(db.engine).get_table_names()
    flask_migrate.upgrade(init_migrate())

    assert tables == ["alembic_version"]
    load_demo(now=NOON)
    assert db.session.scalars(select(func.count()).select_from(Signature)).one() == 0


@pytest.mark.parametrize("is_of_action", [False, True])
def test_a_campaign_and_an_action_have_at_most_one_picture_each(app, is_of_action):
    action = make_action()
    size = {"width": 640, "height": 480, "added_at": NOON, "campaign_id": action.campaign_id}
    for name, action_id in (("a", None), ("b", action.id)):
        db.session.add(Picture(name=name, action_id=action_id, **size))
        db.session.commit()
    db.session.add(Picture(name="c", action_id=action.id if is_of_action else None, **size))

    with pytest.raises(IntegrityError):
        db.session.commit()


@pytest.mark.parametrize("table", ["consent_texts", "audit_entries"])
def test_consent_texts_and_audit_entries_are_immutable(app, table):
    make_action()
    record("login", actor="grace@example.org", now=NOON)
    column = {"consent_texts": "body", "audit_entries": "actor"}[table]

    with pytest.raises(Exception, match=f"{table.replace('_', ' ')} are never changed"):
        db.session.execute(text(f"update {table} set {column} = 'something else'"))


def test_a_request_for_an_export_from_before_can_still_be_read(app):
    action, member = make_action(), make_staff("exporter")
    payload = {
        "campaign": action.campaign_id,
        "action_id": action.id,
        "staff_id": member.id,
        "purpose": "team",
        "format": "csv",
        "raw": True,
        "bom": False,
        "note": "To the council",
    }
    request = ApprovalRequest(
        **dict.fromkeys(("kind", "target", "subject"), "export"),
        permission="signatures.export",
        campaign_id=action.campaign_id,
        payload=json.dumps(payload),
        **dict.fromkeys(("seen", "reason"), "{}"),
        requested_by=member.id,
        requested_at=NOON,
        expires_at=NOON + HOUR,
    )
    db.session.add(request)
    db.session.commit()

    with db.engine.begin() as connection:
        script = ScriptDirectory(str(paths.MIGRATIONS)).get_revision("0002").module
        with Operations.context(MigrationContext.configure(connection)):
            script.approval_requests()

    db.session.expire_all()
    export = operation_of(db.session.scalars(select(ApprovalRequest)).one()).export
    assert export == make_export(action, staff_id=member.id, raw=True, recipient="To the council")


def test_a_pending_request_keeps_the_time_that_it_has_left(app):
    pause(EMAIL, NOON - 3 * HOUR, NOON - HOUR)
    off(EMAIL, NOON)
    row = dict.fromkeys(
        ("kind", "target", "subject", "permission", "payload", "seen", "reason"), "x"
    )
    times = {"requested_at": NOON, "expires_at": NOON + HOUR}
    asked = ApprovalRequest(**row, **times, requested_by=make_staff("exporter").id)
    db.session.add(asked)
    db.session.commit()

    flask_migrate.downgrade(init_migrate(), revision="0028")
    flask_migrate.upgrade(init_migrate())
    same = db.session.scalars(select(ApprovalRequest.expires_at)).one()
    with db.engine.begin() as connection:
        script = ScriptDirectory(str(paths.MIGRATIONS)).get_revision("0029").module
        with Operations.context(MigrationContext.configure(connection)):
            script.move_requests(-1)

    db.session.rollback()
    assert same == NOON + HOUR
    assert db.session.scalars(select(ApprovalRequest.expires_at)).one() == NOON - HOUR


def test_times_that_archiving_ended_say_so(app):
    campaign = make_campaign()
    actions = [make_action(campaign=campaign, slug=slug) for slug in ("archived", "closed")]
    failed = {"failed_at": NOON, "failure": "closed", "at": NOON + HOUR, "scheduled_at": NOON}
    facts = {"subject": "action", "campaign_id": campaign.id, "number": 1, "staff_id": 1, **failed}
    rows = [{**facts, "subject_id": one.id} for one in actions]
    rows[1]["failed_at"] = NOON - HOUR
    db.session.execute(insert(ScheduledDraft), rows)
    db.session.execute(update(Campaign).values(archived_at=NOON))
    db.session.commit()

    flask_migrate.downgrade(init_migrate(), revision="0030")
    flask_migrate.upgrade(init_migrate())

    failures = select(ScheduledDraft.failure).order_by(ScheduledDraft.subject_id)
    assert list(db.session.scalars(failures)) == ["archived", "closed"]


def test_comments_keep_their_decisions_and_are_checked_when_they_become_an_inbox(app):
    action = make_action()
    copied = "This must stop today, not tomorrow"
    for comment in ("pills.example", copied, f"{copied}!", "I saw it"):
        make_confirmed(action, comment=comment, show_comment=True)
    make_confirmed(action, comment="Only for the authority", show_comment=False)
    decision = {"is_shown": True, "decided_at": NOON, "staff_id": 7}
    db.session.execute(update(Comment).where(Comment.has_contact).values(decision))
    db.session.commit()
    before = comments()

    flask_migrate.downgrade(init_migrate(), revision="0002")
    with db.engine.connect() as connection:
        kept = connection.execute(text("select is_shown, staff_id from comment_decisions")).all()
    flask_migrate.upgrade(init_migrate())

    assert [tuple(row) for row in kept] == [(True, 7)]
    assert comments() == before
    assert [row.is_repeated for row in before] == [False, True, True, False]


def test_a_partner_keeps_the_sources_that_its_names_have_given_it(app):
    action = make_action(locales=("en", "fr", "ru"))
    names = [
        {"ru": "Третий путь", "fr": "Quai n° 3", "en": "Platform Three"},
        {"en": "Telegram", "fr": "Quai n° 3"},
        {"fr": "!!!"},
    ]
    for position, its in enumerate(names):
        texts = [PartnerText(locale=locale, name=name) for locale, name in its.items()]
        db.session.add(Partner(campaign_id=action.campaign_id, position=position, texts=texts))
    db.session.commit()
    db.session.remove()

    flask_migrate.downgrade(init_migrate(), revision="0021")
    flask_migrate.upgrade(init_migrate())

    rows = select(Partner.source, Partner.former_sources).order_by(Partner.position)
    assert [tuple(row) for row in db.session.execute(rows)] == [
        ("platform-three", "quai-n-3 tretiy-put"),
        ("telegram-2", ""),
        ("partner", ""),
    ]


def test_a_discarded_draft_was_no_publication_in_the_history_from_before(app):
    flask_migrate.downgrade(init_migrate(), revision="0022")
    one, two, three, four = (NOON + hours * HOUR for hours in range(1, 5))
    times = [(None, two), (None, None), (two, three), (None, None), (three, four), (four, None)]
    rows = [
        {
            "subject": "campaign",
            "subject_id": 7,
            "number": number,
            "saved_at": one,
            "content": {},
            "origin": "discarded" if number in (3, 5) else None,
            "public_from": since,
            "public_until": until,
            "publisher_id": since and 1,
        }
        for number, (since, until) in enumerate(times, start=1)
    ]
    db.session.execute(insert(Revision.__table__), rows)
    db.session.commit()

    flask_migrate.upgrade(init_migrate())

    facts = Revision.public_from, Revision.public_until, Revision.publisher_id
    found = select(*facts, Revision.same_as_number).order_by(Revision.number)
    nothing = (None, None, None)
    assert [tuple(row) for row in db.session.execute(found)] == [
        (None, four, None, None),
        (*nothing, None),
        (*nothing, 1),
        (*nothing, None),
        (*nothing, 1),
        (four, None, 1, None),
    ]


def comments():
    db.session.rollback()
    return db.session.execute(select(Comment.__table__).order_by(Comment.signature_id)).all()
