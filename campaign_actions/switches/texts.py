"""The texts about each switch, for staff."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from campaign_actions.audit.log import COMMAND
from campaign_actions.core.switches.state import Kind


@dataclass(frozen=True)
class SwitchText:
    """`name`: what can be off. `effect`: what happens while it is off."""

    name: LazyString
    effect: LazyString
    switch_off: LazyString
    switch_on: LazyString
    is_off: LazyString
    is_on: LazyString


SWITCH_TEXTS: Mapping[Kind, SwitchText] = {
    "sign": SwitchText(
        _l("Forms"),
        _l(
            "People cannot take part in any action. The pages say so, and forms keep what people have typed."
            " Anyone who has taken part can still confirm, withdraw and have their data deleted."
        ),
        _l("Switch off forms"),
        _l("Switch on forms"),
        _l("Forms switched off"),
        _l("Forms switched on"),
    ),
    "email": SwitchText(
        _l("Emails"),
        _l(
            "Emails are not sent, not even to staff. We keep them and send them later. Until then,"
            " confirmation links do not expire, reminders are not due and unconfirmed data is not deleted."
        ),
        _l("Switch off emails"),
        _l("Switch on emails"),
        _l("Emails switched off"),
        _l("Emails switched on"),
    ),
    "export": SwitchText(
        _l("Exports"),
        _l(
            "Data about participants cannot be exported, either here or with a command. Exports in progress"
            " are stopped."
        ),
        _l("Switch off exports"),
        _l("Switch on exports"),
        _l("Exports switched off"),
        _l("Exports switched on"),
    ),
    "action": SwitchText(
        _l("One action"),
        _l("People cannot take part in this action, and its page says so. Everything else works."),
        _l("Switch off action"),
        _l("Switch on action"),
        _l("Action switched off"),
        _l("Action switched on"),
    ),
    "language": SwitchText(
        _l("One language"),
        _l(
            "Public pages in this language show a notice with links to other languages. Confirmation,"
            " withdrawal and the privacy page still work. Emails in this language are still sent."
        ),
        _l("Switch off language"),
        _l("Switch on language"),
        _l("Language switched off"),
        _l("Language switched on"),
    ),
}


def format_actor(actor: str) -> str:
    """The email address of the person who used a switch, or that it was a command."""
    return str(_l("Command line")) if actor == COMMAND else actor
