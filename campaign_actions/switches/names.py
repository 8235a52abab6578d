"""The names of switches on the command line, in forms and in the audit log.

They are `sign`, `email`, `export`, CAMPAIGN/ACTION (as in its address), and language tags such as `ru`.
`unproved:CAMPAIGN/ACTION` stands for the forms of an action without a proof of work.
"""

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection

from campaign_actions.actions.naming import find_action_by_name, find_action_name
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import DomainError
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.core.switches.state import WHOLE_SITE, Switch, switch_state

UNPROVED = "unproved:"


class UnknownSwitch(DomainError):
    message = _l("There is no switch with this name. Choose one from the list.")


def find_switch(name: str) -> Switch:
    """Find a switch by its name. Raises UnknownSwitch. A switch that is off is always found."""
    for switch in (*WHOLE_SITE, *switch_state().off):
        if name and name == switch_name(switch):
            return switch
    is_unproved = name.startswith(UNPROVED)
    campaign, slash, slug = name.removeprefix(UNPROVED).partition("/")
    action = find_action_by_name(campaign, slug) if slash else None
    if action is not None:
        return Switch("unproved" if is_unproved else "action", str(action.id))
    if name in known_locales():
        return Switch("language", name)
    raise UnknownSwitch


def switch_name(switch: Switch) -> str:
    return name_in_transaction(db.session.connection(), switch)


def name_in_transaction(connection: Connection, switch: Switch) -> str:
    """The same in the caller's transaction."""
    if switch.kind == "action":
        return find_action_name(connection, int(switch.target))
    if switch.kind == "unproved":
        return UNPROVED + find_action_name(connection, int(switch.target))
    return switch.target or switch.kind
