"""Migrations: up, down and up again with data, and the models are what they make."""

from dataclasses import replace
from datetime import timedelta

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, func, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from campaign_actions.actions.counts.recount import recount
from campaign_actions.actions.models import Action, CommentDecision, Signature, Tally
from campaign_actions.actions.signatures.invalidation.batches import Batch, batches, find_batch
from campaign_actions.actions.signatures.invalidation.erase_batch import EraseBatch
from campaign_actions.actions.signatures.invalidation.invalidate import (
    Condition,
    invalidate,
    invalidate_some,
)
from campaign_actions.actions.signatures.keyset import name_of_moment
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.approvals.queries import find_request
from campaign_actions.approvals.registry import operation_of
from campaign_actions.approvals.request import request_approval
from campaign_actions.campaigns.models import Campaign, Picture, PictureFile, Revision
from campaign_actions.campaigns.picture import choose_accent
from campaign_actions.core import paths
from campaign_actions.core.db.session import HEAD_REVISION, db
from campaign_actions.demo.load import load_demo
from campaign_actions.migrations.commands import init_migrate
from campaign_actions.publishing.close import close_action, close_campaign
from tests.support.approvers import make_people
from tests.support.factories import (
    LONG_AGO,
    NOON,
    ended,
    make_action,
    make_campaign,
    make_confirmed,
)

HOUR = timedelta(hours=1)
GRACE = {"actor": "grace@example.org", "now": NOON}


def test_the_models_are_what_the_migrations_make(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, db.metadata)

    assert differences == []


def test_readiness_asks_for_the_newest_migration():
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


def test_tallies_from_before_sources_were_limited_are_brought_in_order(app):
    campaign = make_campaign()
    make_many_confirmed(make_action(campaign=campaign), 105)
    closed = make_action(campaign=campaign, slug="closed")
    make_confirmed(closed, source="leaflet")
    db.session.execute(update(Action).filter_by(id=closed.id).values(ended(LONG_AGO)))
    db.session.commit()
    flask_migrate.downgrade(init_migrate(), revision="0001")
    db.session.execute(text("delete from tally_ledger"))
    db.session.execute(TALLY_AS_BEFORE)
    db.session.execute(COUNT_AS_BEFORE)
    db.session.commit()
    forgotten = {"given_name": None, "country_code": None, "source": None, "status": "erased"}
    erased = {"email": None, "email_key": None, "signed_at": None, "confirmed_at": None}
    db.session.execute(
        update(Signature).filter_by(action_id=closed.id).values(**forgotten, **erased)
    )
    db.session.commit()

    flask_migrate.upgrade(init_migrate())

    found = recount()
    lines = db.session.execute(select(Tally.source, Tally.confirmed, Tally.forgotten)).all()
    assert (found.signatures, found.differences) == (105, [])
    assert len(lines) == 102
    assert {("other", 5, 0), ("leaflet", 1, 1)} < set(lines)


def test_signatures_keep_what_belongs_to_them_and_invalid_ones_say_since_when(app):
    action = make_action(shows_comments=True)
    kept, invalid, gone = (make_confirmed(action, comment="I saw it") for _number in range(3))
    decision = {"signature_id": kept.id, "action_id": action.id, "is_shown": True}
    db.session.add(CommentDecision(**decision, decided_at=NOON))
    db.session.commit()
    for signature in (invalid, gone):
        invalidate(signature, action="", reason="script", actor="grace@example.org", now=NOON)
    withdraw(gone, now=NOON)

    flask_migrate.downgrade(init_migrate(), revision="0006")
    before = db.session.execute(
        text("select status, email_key is null from signatures order by id")
    )
    before = [tuple(row) for row in before]
    db.session.commit()
    flask_migrate.upgrade(init_migrate())

    db.session.expire_all()
    rows = db.session.execute(
        select(Signature.status, Signature.invalidated_at).order_by(Signature.id)
    ).all()
    assert before == [("confirmed", False), ("invalid", False), ("erased", True)]
    assert rows == [("confirmed", None), ("invalid", NOON), ("erased", None)]
    assert db.session.scalars(select(CommentDecision.signature_id)).all() == [kept.id]


def test_people_under_actions_that_have_ended_are_kept_from_their_end_on(app):
    campaign = make_campaign()
    for slug, end in (("a", LONG_AGO), ("b", None)):
        make_action(campaign=campaign, slug=slug, closes_at=end)
    db.session.expunge_all()

    flask_migrate.downgrade(init_migrate(), revision="0010")
    columns = {column["name"] for column in inspect(db.engine).get_columns("actions")}
    flask_migrate.upgrade(init_migrate())

    rows = db.session.execute(select(Action.closes_at, Action.retain_from).order_by(Action.id))
    assert "retain_from" not in columns
    assert rows.all() == [(LONG_AGO, LONG_AGO), (None, None)]


def test_batches_closed_campaigns_and_looks_are_there_again_after_down_and_up(app):
    people, action = make_people(), make_action()
    campaign_id = action.campaign_id
    alone = make_action(campaign=db.session.get(Campaign, campaign_id), slug="alone")
    choose_accent(campaign_id, "#b3181c", **GRACE)
    batch = mark_twice(action, people.ada)
    operation = EraseBatch.of(batch, campaign_id=campaign_id, action="racism/hate-crimes")
    request_id = request_approval(operation, by=people.bea, reason="By a program", now=NOON)
    close_action(campaign_id, alone.id, at=NOON, **GRACE)
    close_campaign(campaign_id, **GRACE | {"now": NOON + HOUR})
    before = taken_over(action, request_id)

    flask_migrate.downgrade(init_migrate(), revision="0011")
    marked = db.session.scalars(text("select distinct invalidated_at from signatures")).all()
    payload = db.session.scalar(text("select payload from approval_requests"))
    contents = db.session.scalars(text("select cast(content as text) from revisions")).all()
    db.session.commit()
    flask_migrate.upgrade(init_migrate())

    assert len(marked) == 1, "by its instant an older version finds a batch"
    assert f'"batch":"{name_of_moment(NOON)}"' in payload
    assert not any("accent" in content for content in contents)
    assert taken_over(action, request_id) == before
    newest = select(Revision.content).filter_by(subject="campaign", number=2)
    assert db.session.scalar(newest)["accent"] == "#b3181c"


def mark_twice(action, member) -> Batch:
    """A batch that took two transactions, with another instant for each."""
    condition = Condition(action.id, LONG_AGO, NOON + HOUR, "RU", "bot")
    facts = {"action": "racism/hate-crimes", "reason": "script", "actor": member.email}
    batch_id = None
    for number in range(2):
        make_confirmed(action, source="bot")
        facts |= {"now": NOON + number * HOUR, "staff_id": member.id}
        batch_id, _rows = invalidate_some(condition, batch_id, **facts)
    return find_batch(action.id, batch_id)


def taken_over(action, request_id) -> dict:
    """What an older version does not know, but for the id of a batch."""
    db.session.expire_all()
    (batch,) = batches(action.id, skip=0, most=9)
    operation = operation_of(find_request(request_id))
    members = select(func.count()).where(Signature.invalidation_batch_id == batch.id)
    closed = select(Action.slug, Action.closed_with_campaign)
    found = {
        "batch": replace(batch, id=0),
        "operation": replace(operation, batch=0),
        "is same": operation.batch == batch.id,
        "members": db.session.scalar(members),
        "closed": dict(map(tuple, db.session.execute(closed))),
    }
    db.session.commit()
    return found


def test_a_campaign_keeps_its_picture_with_all_files_up_and_down(app):
    campaign = make_campaign()
    files = [PictureFile(width=width, format="jpeg", data=b"jpeg") for width in (320, 640)]
    size = {"width": 640, "height": 480, "added_at": NOON}
    db.session.add(Picture(name="a", campaign_id=campaign.id, files=files, focus=3, **size))
    db.session.commit()

    flask_migrate.downgrade(init_migrate(), revision="0003")
    before = db.session.execute(text("select name, is_current, focus from pictures")).all()
    db.session.commit()
    flask_migrate.upgrade(init_migrate())

    db.session.expire_all()
    picture = db.session.scalars(select(Picture)).one()
    assert before == [("a", True, 3)]
    assert (picture.name, picture.focus) == ("a", 3)
    assert sorted(file.width for file in picture.files) == [320, 640]


def test_a_campaign_has_one_picture_at_most(app):
    campaign_id = make_campaign().id
    size = {"width": 640, "height": 480, "added_at": NOON}
    db.session.add(Picture(name="a", campaign_id=campaign_id, **size))
    db.session.commit()
    db.session.add(Picture(name="b", campaign_id=campaign_id, **size))

    with pytest.raises(IntegrityError):
        db.session.commit()


def make_many_confirmed(action, number) -> None:
    """Each by another source."""
    person = make_confirmed(action)
    values = {column.name: getattr(person, column.name) for column in Signature.__table__.columns}
    del values["id"]
    rows = [
        values | {"public_id": f"id-{n}", "email_key": f"key-{n}", "source": f"source-{n:03}"}
        for n in range(number)
    ]
    db.session.execute(delete(Signature))
    db.session.execute(insert(Signature), rows)
    db.session.commit()


TALLY_AS_BEFORE = text(
    "insert into tallies (action_id, day, country_code, locale, source, confirmed)"
    " select action_id, date(confirmed_at), country_code, locale, source, count(*)"
    " from signatures group by 1, 2, 3, 4, 5"
)
COUNT_AS_BEFORE = text(
    "insert into action_counts (action_id, confirmed)"
    " select action_id, count(*) from signatures group by 1"
)


def test_a_consent_text_is_never_changed(app):
    make_action()

    with pytest.raises(Exception, match="never changed"):
        db.session.execute(text("update consent_texts set body = 'something else'"))
