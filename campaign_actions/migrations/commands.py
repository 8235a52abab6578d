"""The `db` commands, imported only when used, because Alembic is slow to import."""

import sys

import click
import flask_migrate
from flask.cli import AppGroup

from campaign_actions.core.db.alembic import init_migrate
from campaign_actions.core.db.session import current_revision

migrations = AppGroup("db", help="Upgrade or downgrade the database.")


@migrations.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Upgrade the database to the newest revision, or to REVISION."""
    flask_migrate.upgrade(init_migrate(), revision=revision)
    click.echo(f"The database is at revision {current_revision()}.")


@migrations.command("downgrade")
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Undo the last migration, or all after REVISION.

    The REVISION `base` undoes all of them. Tables and their data are deleted.
    """
    if sys.stdin.isatty():
        click.confirm("This deletes tables and their data. Continue?", abort=True)
    flask_migrate.downgrade(init_migrate(), revision=revision)
    click.echo(f"The database is at revision {current_revision() or 'base'}.")


@migrations.command("revise")
@click.argument("message")
def revise(message: str) -> None:
    """Generate a migration (for developers).

    It contains the differences between the models and the database.
    """
    flask_migrate.migrate(init_migrate(), message=message)
