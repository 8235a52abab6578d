"""The `campaign-actions` command."""

import sys
from importlib import import_module
from typing import ClassVar, cast

import click
from flask.cli import FlaskGroup
from sqlalchemy.exc import DatabaseError

from campaign_actions.app import create_app
from campaign_actions.config import WrongSetting
from campaign_actions.core import logs
from campaign_actions.core.errors import DomainError
from campaign_actions.core.keys import WrongEmailKey
from campaign_actions.serving import serve


class Commands(FlaskGroup):
    """The commands; those that need a large library are loaded when they are called."""

    LATER: ClassVar[dict[str, str]] = {
        "backup": "campaign_actions.backups.cli:backup",
        "db": "campaign_actions.migrations.commands:migrations",
        "restore": "campaign_actions.backups.cli:restore",
    }

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in self.LATER:
            module, _colon, command = self.LATER[name].partition(":")
            return cast(click.Command, getattr(import_module(module), command))
        return super().get_command(context, name)

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*super().list_commands(context), *self.LATER})

    def _load_plugin_commands(self) -> None:
        """None: what other packages bring along is not ours, and it costs time."""


@click.group(
    cls=Commands,
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    set_debug_flag=False,
    help="Campaign Actions: sign, confirm, count, export.",
)
@click.version_option(package_name="campaign-actions")
def group() -> None:
    pass


group.add_command(serve)


def main() -> None:
    """Run a command; a mistake of the user is one line on stderr and exit code 1 or 2."""
    logs.configure()
    try:
        group.main(prog_name="campaign-actions")
    except WrongSetting as error:
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
