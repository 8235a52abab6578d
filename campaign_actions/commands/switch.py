"""The command `switch`: switches something off and on again, and lists what is off."""

from collections.abc import Iterator

import click
from flask.cli import AppGroup

from campaign_actions.audit.log import COMMAND
from campaign_actions.commands.output import BY_HELP, system_user
from campaign_actions.commands.params.catalogs import StaffParam
from campaign_actions.commands.params.signatures import LineParam
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.forms.input_text import is_visible
from campaign_actions.core.switches.state import Switch, switch_state
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import may, rights_of
from campaign_actions.switches.actors import command_of, split_command
from campaign_actions.switches.models import REASON_LENGTH
from campaign_actions.switches.names import UnknownSwitch, find_switch, switch_name
from campaign_actions.switches.switch import switch_off, switch_on

switch = AppGroup("switch", help="Switch something off in an emergency, and on again.")


class SwitchParam(click.ParamType[Switch]):
    """A switch, by its name."""

    name = "NAME"

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> Switch:
        try:
            return find_switch(value)
        except UnknownSwitch:
            self.fail(
                f"There is no switch called {value!r}. Enter sign, email, export, CAMPAIGN/ACTION (as in"
                " its address), unproved:CAMPAIGN/ACTION or a language of this site, such as ru."
            )


class ReasonParam(LineParam):
    """A reason that is not empty."""

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> str:
        reason = super().convert(value, param, context)
        if not is_visible(reason):
            self.fail("Enter a reason. Other staff members need to know it.")
        return reason


WHEN = "This takes effect on every server within 15 seconds."
NAME = click.argument("which", metavar="NAME", type=SwitchParam())
REASON = click.option(
    "--reason",
    type=ReasonParam(max_length=REASON_LENGTH),
    required=True,
    help="The reason, for other staff members.",
)
BY = click.option("--by", type=StaffParam(), help=BY_HELP)


@switch.command("off")
@NAME
@REASON
@BY
def off(which: Switch, reason: str, by: StaffMember | None) -> None:
    """Switch something off.

    NAME is sign (the forms of all actions), email, export, CAMPAIGN/ACTION or a language, such as ru.
    For forms without the robot check, it is unproved:CAMPAIGN/ACTION.

    This takes effect on every server within 15 seconds.
    """
    switch_off(which, reason=reason, actor=_actor(by), now=utc_now())
    click.echo(f"Switched off: {switch_name(which)}. {WHEN}")


@switch.command("on")
@NAME
@REASON
@BY
def on(which: Switch, reason: str, by: StaffMember | None) -> None:
    """Switch something on again.

    NAME is as shown by `switch list`.
    """
    switch_on(which, reason=reason, actor=_actor(by), now=utc_now())
    click.echo(f"Switched on: {switch_name(which)}. {WHEN}")


@switch.command("list")
def list_off() -> None:
    """List what is off, since when, who switched it off and why."""
    lines = list(off_lines())
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo("Everything is on.")


def off_lines() -> Iterator[str]:
    for which, one in switch_state().off.items():
        actor, user = split_command(one.off_by)
        by = actor if actor != COMMAND else f"a command of {user}" if user else "a command"
        since = f"since {one.off_at:%Y-%m-%d %H:%M} UTC, by {by}: {one.reason}"
        if which.kind == "unproved":
            yield f"On: the robot check ({switch_name(which)} is off), {since}"
        else:
            yield f"Off: {switch_name(which)}, {since}"


def _actor(by: StaffMember | None) -> str:
    """For the audit log. Raises ClickException if they may not use switches."""
    if by is None:
        return command_of(system_user())
    if not may(rights_of(by), "switches.use"):
        raise click.ClickException(f"{by.email} is not allowed to do this.")
    return by.email
