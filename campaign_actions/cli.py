"""The `campaign-actions` command."""

import sys
from importlib import import_module
from typing import Any, ClassVar, cast

import click
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import DatabaseError

from campaign_actions.config import WrongSetting
from campaign_actions.core.app_base import create_bare_app
from campaign_actions.core.errors import DomainError
from campaign_actions.core.observability import logging
from campaign_actions.core.security.secrets import WrongAuditKey, WrongEmailKey


class Commands(AppGroup):
    """The commands. A program starts fast when it loads only what its command needs.

    Not a FlaskGroup: its options (--app, --debug, --env-file) choose an app and read files for it, and
    here the app is chosen and reads its own settings.
    """

    LATER: ClassVar[dict[str, str]] = {  # loaded when called; all others are COMMANDS of app.py
        "backup": "campaign_actions.commands.backups:backup",
        "db": "campaign_actions.migrations.commands:migrations",
        "restore": "campaign_actions.commands.backups:restore",
        "serve": "campaign_actions.server:serve",
        "signatures": "campaign_actions.commands.signatures:signatures",
        "tallies": "campaign_actions.commands.signatures:tallies",
    }
    BARE: ClassVar[set[str]] = {"signatures", "tallies"}  # they show no page and write no mail

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        extra.setdefault("obj", _script())
        return super().make_context(info_name, args, parent, **extra)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in self.LATER:
            return cast(click.Command, _load(self.LATER[name]))
        return _with_the_app().get(name)

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        """Choose the app by the command, and have it there when arguments are read; help needs none."""
        if not {*context.help_option_names} & {*args}:
            info = context.ensure_object(ScriptInfo)
            if args[0] in self.BARE:
                info.create_app = create_bare_app
            context.with_resource(info.load_app().app_context())
        return super().resolve_command(context, args)

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*_with_the_app(), *self.LATER})


@click.group(cls=Commands, help="Campaign Actions: sign, confirm, count, export.")
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


def _script() -> ScriptInfo:
    """What commands make their app with."""
    return ScriptInfo(
        create_app=lambda: _load("campaign_actions.app:create_app")(),
        set_debug_flag=False,
        load_dotenv_defaults=False,
    )


def _with_the_app() -> dict[str, click.Command]:
    """The commands that come with all of the app, by their names."""
    return {str(command.name): command for command in _load("campaign_actions.app:COMMANDS")}


def _load(place: str) -> Any:
    """What stands at `module:name`."""
    module, _colon, name = place.partition(":")
    return getattr(import_module(module), name)


def _fail(message: str, code: int) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(code)
