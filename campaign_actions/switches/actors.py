"""The actors of switches: a member, someone on the server with a command, or the program.

A command without a member is recorded as `command:LOGIN`, because “by a command” would not say who to ask.
"""

from flask_babel import lazy_gettext as _l

from campaign_actions.audit.log import AUTOMATIC, COMMAND
from campaign_actions.core.i18n.list_format import label_value
from campaign_actions.switches.models import ACTOR_LENGTH


def command_of(login: str) -> str:
    return f"{COMMAND}:{login}"[:ACTOR_LENGTH]


def split_command(actor: str) -> tuple[str, str]:
    """The actor as in the audit log, and the login name if it was someone on the server."""
    who, _colon, login = actor.partition(":")
    return (who, login) if who == COMMAND else (actor, "")


def format_actor(actor: str) -> str:
    """The email address of the person, or that it was a command (and whose) or automatic."""
    who, login = split_command(actor)
    name = str({COMMAND: _l("Command line"), AUTOMATIC: _l("Automatic")}.get(who, who))
    return label_value(name, login) if login else name
