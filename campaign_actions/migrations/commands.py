"""The `db` commands, imported only when used, because Alembic is slow to import."""

import sys

import click
import flask_migrate
from flask.cli import AppGroup

from campaign_actions.core.db.alembic import has_revision, init_migrate
from campaign_actions.core.db.session import current_revision

migrations = AppGroup("db", help="Upgrade or downgrade the database.")
NAMES = {"head", "heads", "base"}  # of revisions, for Alembic


@migrations.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Upgrade the database to the newest revision, or to REVISION."""
    _check_revisions(revision)
    flask_migrate.upgrade(init_migrate(), revision=revision)
    click.echo(f"The database is at revision {current_revision()}.")


@migrations.command("downgrade")
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Undo the last migration, or all after REVISION.

    The REVISION `base` undoes all of them. Tables and their data are deleted.
    """
    _check_revisions(revision)
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


def _check_revisions(wanted: str) -> None:
    """Raises ClickException or BadParameter if a revision is unknown. Alembic would only log that."""
    current = current_revision()
    if current and not has_revision(current):
        raise click.ClickException(
            f"The database is at revision {current}, which this version of the program does not have."
            " Install a version that has it. If a development version created the database, CHANGELOG.md"
            " says what to do."
        )
    if wanted.isalnum() and wanted not in NAMES and not has_revision(wanted):
        raise click.BadParameter(f"There is no revision {wanted!r}.", param_hint="REVISION")
