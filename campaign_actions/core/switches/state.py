"""The switches: signing, email, exports, every action and language, and forms without a proof of work.

Administrators switch them (switches/switch.py), and the database records when, who and why. Every process
learns of a change within CATALOG_SECONDS, by a request or a step of the worker.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from flask import Flask

from campaign_actions.core.reloaded import Reloaded, Source
from campaign_actions.core.services import Service
from campaign_actions.core.switches.email_clock import EmailClock

Kind = Literal["sign", "email", "export", "action", "language", "unproved"]
KINDS: tuple[Kind, ...] = ("sign", "email", "export", "action", "language", "unproved")
RETRY_AFTER_SECONDS = 300  # how long clients should wait: the real time is not known


class Switch(NamedTuple):
    """Something that can be switched off. `target`: the id of an action or the tag of a language.

    While `unproved` is off for an action, its forms need a proof of work.
    """

    kind: Kind
    target: str = ""


SIGN, EMAIL, EXPORT = Switch("sign"), Switch("email"), Switch("export")
WHOLE_SITE = (SIGN, EMAIL, EXPORT)


@dataclass(frozen=True)
class SwitchedOff:
    """Since when something is off, who did it (as in the table of pauses), and why."""

    switch: Switch
    off_at: datetime
    off_by: str
    reason: str


@dataclass(frozen=True)
class SwitchState:
    """The switches that are off at one moment, longest first, and the clock of emails."""

    off: Mapping[Switch, SwitchedOff] = field(default_factory=dict)
    email_clock: EmailClock = field(default_factory=EmailClock)


switch_store = Service[Reloaded[SwitchState]]("switches")


def provide(app: Flask, source: Source[SwitchState]) -> None:
    store = Reloaded(source, app.config["CATALOG_SECONDS"], name="switches")
    switch_store.provide(app, store)


def init_app(app: Flask, source: Source[SwitchState]) -> None:
    provide(app, source)
    store = switch_store.of(app)
    app.url_value_preprocessor(lambda _endpoint, _values: store.refresh())


def switch_state() -> SwitchState:
    """The present state. Asking never takes long, so steps of the worker may ask for each email."""
    store = switch_store()
    store.refresh()
    return store.current


def is_off(switch: Switch) -> bool:
    return switch in switch_state().off


def email_clock() -> EmailClock:
    return switch_state().email_clock
