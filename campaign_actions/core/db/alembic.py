"""The migrations. Import this only from commands that are loaded on demand: Alembic is large."""

import flask_migrate
from alembic.script import ScriptDirectory
from flask import current_app

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
