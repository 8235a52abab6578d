"""The migrations. Import this only from commands that are loaded on demand: Alembic is large."""

import flask_migrate
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import UniqueConstraint
from sqlalchemy.schema import SchemaItem

from campaign_actions.core import paths
from campaign_actions.core.db.session import db


def init_migrate() -> str:
    """Set up Flask-Migrate for the current app; returns the folder of the migrations."""
    flask_migrate.Migrate(current_app, db, render_as_batch=True)
    return str(paths.MIGRATIONS)


def upgrade() -> None:
    """Migrate the database to this version of the program."""
    flask_migrate.upgrade(init_migrate())


def has_revision(revision: str) -> bool:
    """Whether this version of the program has a migration."""
    scripts = ScriptDirectory(str(paths.MIGRATIONS)).walk_revisions()
    return any(script.revision == revision for script in scripts)


def is_compared(
    item: SchemaItem, _name: str | None, _kind: str, is_reflected: bool, _model: SchemaItem | None
) -> bool:
    """The filter for Alembic's comparison of a database with the models.

    SQLite generates ids only for a primary key of one column. A composite primary key with such an id is
    therefore a unique constraint there, which the models do not have.
    """
    if not isinstance(item, UniqueConstraint) or not is_reflected:
        return True
    table = db.metadata.tables.get(item.table.name)
    return table is None or set(item.columns.keys()) != set(table.primary_key.columns.keys())
