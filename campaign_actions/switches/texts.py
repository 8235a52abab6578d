"""The texts about each switch, for staff."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext_l
from flask_babel.speaklater import LazyString

from campaign_actions.core.i18n.list_format import label_value
from campaign_actions.core.switches.state import Kind

OFF = pgettext_l("switch", "Off")


@dataclass(frozen=True)
class SwitchText:
    """`name`: what can be off. `effect`: what happens while it is off.

    For staff, the robot check is something that is on while forms without it are off.
    """

    name: LazyString
    effect: LazyString
    switch_off: LazyString
    switch_on: LazyString
    is_off: LazyString
    is_on: LazyString
    tag: LazyString = OFF

    def heading_for(self, target: str) -> str:
        """The heading of a notice while it is off. `target`: its action or language, if it has one."""
        return label_value(str(self.is_off), target) if target else str(self.is_off)


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
            " confirmation links and requests for approval do not expire, reminders are not due and"
            " unconfirmed data is not deleted. The time to resume a stopped update does not run either."
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
    "unproved": SwitchText(
        _l("Robot check"),
        _l(
            "Before a form is sent, the browser does some arithmetic for a few seconds, while people fill it"
            " in. This makes thousands of fakes slow and expensive. If a browser cannot do this, one form in"
            " ten minutes is accepted from its network, and the page says so."
        ),
        _l("Turn on the robot check"),
        _l("Turn off the robot check"),
        _l("Robot check turned on"),
        _l("Robot check turned off"),
        pgettext_l("switch", "On"),
    ),
}
