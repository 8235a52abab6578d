"""The switches that are off, in words: for the overview, the status page and their own page.

A message that an email is on its way also says if emails are off.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import Flask
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.action_overview import State
from campaign_actions.actions.listing.titles import TitledAction, titled_actions
from campaign_actions.actions.signatures.restrictions import unproved
from campaign_actions.core.i18n.list_format import label_value
from campaign_actions.core.i18n.locale import language_name, locales_current_first
from campaign_actions.core.switches.state import (
    EMAIL,
    SIGN,
    Switch,
    SwitchedOff,
    is_off,
    switch_state,
    switch_store,
)
from campaign_actions.switches.actors import format_actor
from campaign_actions.switches.names import switch_name
from campaign_actions.switches.texts import SWITCH_TEXTS, SwitchText

ACTION_KINDS = ("action", "unproved")  # of switches of one action
ACTION, LANGUAGE = _l("Action"), _l("Language")
EMAILS_OFF = _l("Emails are switched off. Any email about this is kept and sent later.")


@dataclass(frozen=True)
class OffItem:
    """Something that is off. `name`: as on the command line; `label` and `heading`: for people.

    `page`: the ids of the campaign and the action that it is about, if any; `robot_check`: the same, if it is
    the robot check of one.
    """

    name: str
    label: str
    heading: str
    text: SwitchText
    since: datetime
    by: str
    reason: str
    page: Mapping[str, int] | None = None
    robot_check: Mapping[str, int] | None = None


class HasState(Protocol):
    """An action with its state."""

    @property
    def id(self) -> int: ...
    @property
    def state(self) -> State: ...


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        emails_off_note=emails_off_note,
        robot_check_since=robot_check_since,
        is_stopped=is_stopped,
        count_off=count_off,
        languages_off=languages_off,
    )


def emails_off_note() -> str:
    """For messages that an email is on its way; "" while emails are on."""
    return str(EMAILS_OFF) if is_off(EMAIL) else ""


def robot_check_since(action_id: int) -> datetime | None:
    """When the robot check of an action was turned on; None while it is off."""
    off = switch_state().off.get(unproved(action_id))
    return off.off_at if off else None


def is_action_off(action_id: int) -> bool:
    """Whether nobody can take part in an action, because it or all forms are switched off."""
    return is_off(SIGN) or is_off(Switch("action", str(action_id)))


def is_stopped(action: HasState) -> bool:
    """Whether an action that is open, or will be, is switched off."""
    return action.state in ("open", "scheduled") and is_action_off(action.id)


def count_off(actions: Iterable[HasState]) -> int:
    return sum(map(is_stopped, actions))


def languages_off(tags: Iterable[str]) -> list[str]:
    """Those of these languages that are switched off."""
    return [tag for tag in tags if is_off(Switch("language", tag))]


def off_items_of(switch: Switch) -> list[OffItem]:
    """The one item of a switch, or none if it is on."""
    switch_store().refresh_now()
    off = switch_state().off
    return _items({switch: off[switch]} if switch in off else {})


def items_stopping(action: HasState) -> list[OffItem]:
    """The switches that keep people from taking part in an open or scheduled action."""
    if not is_stopped(action):
        return []
    return [*off_items_of(SIGN), *off_items_of(Switch("action", str(action.id)))]


def off_items() -> list[OffItem]:
    """As of now, also if another server has changed it. The longest off comes first."""
    switch_store().refresh_now()
    return _items(switch_state().off)


def _items(off: Mapping[Switch, SwitchedOff]) -> list[OffItem]:
    titles = _titles(off)
    return [
        OffItem(
            name=switch_name(switch),
            label=_label(switch, titles),
            heading=_heading(switch, titles),
            text=SWITCH_TEXTS[switch.kind],
            since=one.off_at,
            by=format_actor(one.off_by),
            reason=one.reason,
            page=titles[int(switch.target)].ids if switch.kind in ACTION_KINDS else None,
            robot_check=titles[int(switch.target)].ids if switch.kind == "unproved" else None,
        )
        for switch, one in off.items()
    ]


def switch_headings(switches: Iterable[Switch]) -> Mapping[Switch, str]:
    """The headings of switches that are off, such as "Action switched off: TITLE"."""
    wanted = list(switches)
    titles = _titles(wanted)
    return {switch: _heading(switch, titles) for switch in wanted}


def _titles(switches: Iterable[Switch]) -> Mapping[int, TitledAction]:
    ids = {int(switch.target) for switch in switches if switch.kind in ACTION_KINDS}
    return titled_actions(ids, locales=locales_current_first())


def _label(switch: Switch, titles: Mapping[int, TitledAction]) -> str:
    """Such as "Emails" or "Action: TITLE"."""
    name = {"action": ACTION, "language": LANGUAGE}.get(switch.kind, SWITCH_TEXTS[switch.kind].name)
    target = _target(switch, titles)
    return label_value(str(name), target) if target else str(name)


def _heading(switch: Switch, titles: Mapping[int, TitledAction]) -> str:
    return SWITCH_TEXTS[switch.kind].heading_for(_target(switch, titles))


def _target(switch: Switch, titles: Mapping[int, TitledAction]) -> str:
    """The title of its action, or the name of its language; "" if it has neither."""
    if switch.kind == "language":
        return language_name(switch.target)
    return titles[int(switch.target)].title if switch.target else ""
