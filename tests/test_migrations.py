"""Migrations: up, down and up again with data, and the models are what they make."""

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text

from campaign_actions.actions.models import Signature
from campaign_actions.core import paths
from campaign_actions.core.database import REVISION, db
from campaign_actions.demo.loading import load_demo
from campaign_actions.migrations.commands import prepared
from tests.factories import NOON, make_action, make_confirmed


def test_the_models_are_what_the_migrations_make(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, db.metadata)

    assert differences == []


def test_readiness_asks_for_the_newest_migration():
    scripts = ScriptDirectory(str(paths.MIGRATIONS))

    assert scripts.get_current_head() == REVISION


def test_up_down_and_up_again_with_data(app):
    make_confirmed(make_action())
    db.session.expunge_all()

    flask_migrate.downgrade(prepared(), revision="base")
    tables = inspect(db.engine).get_table_names()
    flask_migrate.upgrade(prepared())

    assert tables == ["alembic_version"]
    load_demo(now=NOON)
    assert db.session.scalars(select(func.count()).select_from(Signature)).one() == 0


def test_a_consent_text_is_never_changed(app):
    make_action()

    with pytest.raises(Exception, match="never changed"):
        db.session.execute(text("update consent_texts set body = 'something else'"))
