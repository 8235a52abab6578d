"""The way to the migrations. Imported only by commands that are loaded late: Alembic is large."""

import flask_migrate
from alembic.script import ScriptDirectory
from flask import current_app

from campaign_actions.core import paths
from campaign_actions.core.db.session import db


def init_migrate() -> str:
    """Tell Flask-Migrate of the app; the folder of the migrations."""
    flask_migrate.Migrate(current_app, db, render_as_batch=True)
    return str(paths.MIGRATIONS)


def upgrade() -> None:
    """Bring the database to this version of the program."""
    flask_migrate.upgrade(init_migrate())


def has_revision(revision: str) -> bool:
    """Whether this version of the program has that migration."""
    scripts = ScriptDirectory(str(paths.MIGRATIONS)).walk_revisions()
    return any(script.revision == revision for script in scripts)
