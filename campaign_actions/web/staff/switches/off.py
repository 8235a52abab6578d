"""The switches that are off, in words: for the overview, the status page and their own page.

A message that an email is on its way also says if emails are off.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.listing.titles import TitledAction, titled_actions
from campaign_actions.core.i18n.list_format import label_value
from campaign_actions.core.i18n.locale import language_name, locales_current_first
from campaign_actions.core.switches.state import (
    EMAIL,
    Switch,
    SwitchedOff,
    is_off,
    switch_state,
    switch_store,
)
from campaign_actions.switches.names import switch_name
from campaign_actions.switches.texts import SWITCH_TEXTS, SwitchText, format_actor

ACTION, LANGUAGE = _l("Action"), _l("Language")
EMAILS_OFF = _l("Emails are switched off. Any email about this is kept and sent later.")


@dataclass(frozen=True)
class OffItem:
    """Something that is off. `name`: as on the command line; `label`: for people."""

    name: str
    label: str
    text: SwitchText
    since: datetime
    by: str
    reason: str


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(emails_off_note=emails_off_note)


def emails_off_note() -> str:
    """For messages that an email is on its way; "" while emails are on."""
    return str(EMAILS_OFF) if is_off(EMAIL) else ""


def off_items_of(switch: Switch) -> list[OffItem]:
    """The one item of a switch, or none if it is on."""
    switch_store().refresh_now()
    off = switch_state().off
    return _items({switch: off[switch]} if switch in off else {})


def off_items() -> list[OffItem]:
    """As of now, also if another server has changed it. The longest off comes first."""
    switch_store().refresh_now()
    return _items(switch_state().off)


def _items(off: Mapping[Switch, SwitchedOff]) -> list[OffItem]:
    labels = switch_labels(off)
    return [
        OffItem(
            name=switch_name(switch),
            label=labels[switch],
            text=SWITCH_TEXTS[switch.kind],
            since=one.off_at,
            by=format_actor(one.off_by),
            reason=one.reason,
        )
        for switch, one in off.items()
    ]


def switch_labels(switches: Iterable[Switch]) -> Mapping[Switch, str]:
    """The name of each switch for people, such as "Emails" or "Action: TITLE"."""
    wanted = list(switches)
    ids = {int(switch.target) for switch in wanted if switch.kind in ("action", "unproved")}
    titles = titled_actions(ids, locales=locales_current_first())
    return {switch: _label(switch, titles) for switch in wanted}


def _label(switch: Switch, titles: Mapping[int, TitledAction]) -> str:
    if switch.kind == "action":
        return label_value(str(ACTION), titles[int(switch.target)].title)
    if switch.kind == "unproved":
        return label_value(str(SWITCH_TEXTS["unproved"].name), titles[int(switch.target)].title)
    if switch.kind == "language":
        return label_value(str(LANGUAGE), language_name(switch.target))
    return str(SWITCH_TEXTS[switch.kind].name)
