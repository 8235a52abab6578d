"""The `campaign-actions` command."""

import sys
from collections.abc import Hashable, Mapping
from functools import cached_property
from importlib import import_module
from typing import Any, ClassVar, cast

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import DatabaseError

from campaign_actions.commands.output import DATABASE_REMEDY
from campaign_actions.config import WrongSetting
from campaign_actions.core import organization
from campaign_actions.core.app_base import create_bare_app
from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n import gettext, locale_registry
from campaign_actions.core.i18n.locale_registry import CatalogSource, Languages
from campaign_actions.core.observability import logging
from campaign_actions.core.security.secrets import WrongAuditKey, WrongEmailKey
from campaign_actions.core.switches import state as switches


class Commands(AppGroup):
    """The commands. They load only what they need, so that they start fast.

    Not a FlaskGroup, whose options (--app, --debug, --env-file) would choose an app and its settings.
    """

    ON_DEMAND: ClassVar[dict[str, str]] = {  # loaded when called; app.COMMANDS has the others
        "after-restore": "campaign_actions.commands.backups:after_restore",
        "backup": "campaign_actions.commands.backups:backup",
        "db": "campaign_actions.migrations.commands:migrations",
        "restore": "campaign_actions.commands.backups:restore",
        "serve": "campaign_actions.server:serve",
        "signatures": "campaign_actions.commands.signatures:signatures",
        "tallies": "campaign_actions.commands.signatures:tallies",
        "unseal": "campaign_actions.commands.unseal:unseal",
    }
    WITHOUT_APP: ClassVar[set[str]] = {"unseal"}  # they need no settings and no database
    BARE: ClassVar[set[str]] = {"signatures", "tallies"}  # they render no page and no email

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        extra.setdefault("obj", _script_info())
        return super().make_context(info_name, args, parent, **extra)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in self.ON_DEMAND:
            return cast(click.Command, _load(self.ON_DEMAND[name]))
        return _app_commands().get(name)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Create the app for a command that needs one before its arguments are parsed; not for help."""
        if not {*context.help_option_names} & {*args} and args[0] not in self.WITHOUT_APP:
            info = context.ensure_object(ScriptInfo)
            if args[0] in self.BARE:
                info.create_app = _bare_app
            context.with_resource(info.load_app().app_context())
        return super().resolve_command(context, args)

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*_app_commands(), *self.ON_DEMAND})


@click.group(cls=Commands, help="Run and manage a Campaign Actions site.")
@click.version_option(package_name="campaign-actions")
def group() -> None:
    pass


def _bare_app() -> Flask:
    """With switches, messages and the organisation’s time zone, which days in options and files have."""
    app = create_bare_app()
    loader = _load("campaign_actions.organization.load_time_zone:TimeZoneLoader")
    gettext.init_app(app)
    locale_registry.init_app(app, _CatalogsOnDemand(app.config))
    organization.provide(app, loader())
    switches.provide(app, _load("campaign_actions.switches.load:SwitchLoader")())
    return app


class _CatalogsOnDemand:
    """Catalogs that are loaded with the first message: most of these commands have none."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings

    def stamp(self) -> Hashable:
        return self._loader.stamp()

    def load(self) -> Languages:
        return self._loader.load()

    def shipped(self) -> Languages:
        return self._loader.shipped()

    @cached_property
    def _loader(self) -> CatalogSource:
        loader = _load("campaign_actions.catalogs.store.loader:LanguageLoader")
        return cast(CatalogSource, loader(self._settings))


def main() -> None:
    """Run a command. A user's mistake is one line on stderr, with exit code 1 or 2."""
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
        _fail(f"The database reported an error ({error.orig}). {DATABASE_REMEDY}", 1)


def _script_info() -> ScriptInfo:
    """How commands create their app."""
    return ScriptInfo(
        create_app=lambda: _load("campaign_actions.app:create_app")(),
        set_debug_flag=False,
        load_dotenv_defaults=False,
    )


def _app_commands() -> dict[str, click.Command]:
    """The commands of app.py by name."""
    return {str(command.name): command for command in _load("campaign_actions.app:COMMANDS")}


def _load(path: str) -> Any:
    """The object at `module:name`."""
    module, _colon, name = path.partition(":")
    return getattr(import_module(module), name)


def _fail(message: str, code: int) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(code)
