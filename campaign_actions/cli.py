"""The `campaign-actions` command."""

import sys

import click
import flask_migrate
from flask.cli import AppGroup, FlaskGroup
from sqlalchemy.exc import DatabaseError

from campaign_actions.app import create_app
from campaign_actions.core import logs
from campaign_actions.core.database import current_revision
from campaign_actions.core.errors import DomainError
from campaign_actions.core.keys import WrongEmailKey
from campaign_actions.serving import serve


@click.group(
    cls=FlaskGroup,
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    set_debug_flag=False,
    help="Campaign Actions: sign, confirm, count, export.",
)
@click.version_option(package_name="campaign-actions")
def group() -> None:
    pass


@click.group("db", cls=AppGroup)
def migrations() -> None:
    """Migrations of the database, both ways."""


@migrations.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database to this version of the program, or to REVISION."""
    flask_migrate.upgrade(revision=revision)
    click.echo(f"The database is at revision {current_revision()}.")


@migrations.command("downgrade")
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Take back the last migration, or all down to REVISION (base: all of them)."""
    flask_migrate.downgrade(revision=revision)
    click.echo(f"The database is at revision {current_revision() or 'base'}.")


group.add_command(migrations)
group.add_command(serve)


def main() -> None:
    """Run a command; a mistake of the user is one line on stderr and exit code 1 or 2."""
    logs.configure()
    try:
        group.main(prog_name="campaign-actions")
    except ValueError as error:  # a setting that can not be read
        _fail(str(error), 2)
    except WrongEmailKey as error:
        _fail(str(error), 1)
    except DomainError as error:
        _fail(str(error.message), 1)
    except DatabaseError as error:
        _fail(f"The database refuses: {error.orig} (is it there and up to date? `db upgrade`)", 1)


def _fail(message: str, code: int) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(code)
