"""The `campaign-actions` command."""

import sys
from importlib import import_module
from typing import Any, ClassVar, cast

import click
from flask.cli import FlaskGroup, ScriptInfo
from sqlalchemy.exc import DatabaseError

from campaign_actions.config import WrongSetting
from campaign_actions.core.app_base import create_bare_app
from campaign_actions.core.errors import DomainError
from campaign_actions.core.observability import logging
from campaign_actions.core.security.secrets import WrongAuditKey, WrongEmailKey


class Commands(FlaskGroup):
    """The commands. A program starts fast when it loads only what its command needs."""

    LATER: ClassVar[dict[str, str]] = {  # loaded when called; all others are COMMANDS of app.py
        "backup": "campaign_actions.commands.backups:backup",
        "db": "campaign_actions.migrations.commands:migrations",
        "restore": "campaign_actions.commands.backups:restore",
        "serve": "campaign_actions.server:serve",
        "signatures": "campaign_actions.commands.signatures:signatures",
        "tallies": "campaign_actions.commands.signatures:tallies",
    }
    BARE: ClassVar[set[str]] = {"signatures", "tallies"}  # they show no page and write no mail

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in self.LATER:
            return cast(click.Command, _load(self.LATER[name]))
        return super().get_command(context, name)

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        """Choose the app by the command, and have it there when arguments are read."""
        if args[0] in self.LATER:
            info = context.ensure_object(ScriptInfo)
            if args[0] in self.BARE:
                info.create_app = create_bare_app
            context.with_resource(info.load_app().app_context())
        return super().resolve_command(context, args)

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*super().list_commands(context), *self.LATER})

    def _load_plugin_commands(self) -> None:
        """None: what other packages bring along is not ours, and it costs time."""


@click.group(
    cls=Commands,
    create_app=lambda: _load("campaign_actions.app:create_app")(),
    add_default_commands=False,
    add_version_option=False,
    set_debug_flag=False,
    help="Campaign Actions: sign, confirm, count, export.",
)
@click.version_option(package_name="campaign-actions")
def group() -> None:
    pass


def main() -> None:
    """Run a command; a mistake of the user is one line on stderr and exit code 1 or 2."""
    logging.configure()
    try:
        group.main(prog_name="campaign-actions")
    except WrongSetting as error:
        _fail(str(error), 2)
    except (WrongEmailKey, WrongAuditKey) as error:
        _fail(str(error), 1)
    except DomainError as error:
        _fail(str(error.message), 1)
    except DatabaseError as error:
        _fail(f"The database refuses: {error.orig} (is it there and up to date? `db upgrade`)", 1)


def _load(place: str) -> Any:
    """What stands at `module:name`."""
    module, _colon, name = place.partition(":")
    return getattr(import_module(module), name)


def _fail(message: str, code: int) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(code)
