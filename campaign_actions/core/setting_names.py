"""Checks the names of settings: an unknown one is an error, because someone relies on it.

A misspelt MAIL_URL would send every email to a folder, and nothing would look wrong.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

import click

from campaign_actions.config import FORMER_SETTINGS, PREFIX, WrongSetting

Value = TypeVar("Value")
CONSTANTS = {"PREFIX", "TRUE", "FALSE", "FORMER_SETTINGS"}  # in config.py, but not settings
ENVIRONMENT_ONLY = {"INSTANCE"}  # the folder of the operator's config.py
# Set by Kubernetes in every container, for services called campaign-actions or campaign-actions-<something>:
# https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
OF_KUBERNETES = re.compile(
    r"SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\w+)?"
    r"|\w+_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)\w*)?)",
    re.ASCII,
)
# Settings of Flask extensions that are not in our config.py: allowed in the operator's config.py only
OF_EXTENSIONS = re.compile(
    r"(BABEL|COMPRESS|LOGIN|REMEMBER_COOKIE|SECURITY|WTF)_\w+"
    r"|SQLALCHEMY_(BINDS|ECHO|RECORD_QUERIES|TRACK_MODIFICATIONS)",
    re.ASCII,
)


def in_environment(
    environment: Mapping[str, str],
    settings: Iterable[str],
    former: Mapping[str, str] = FORMER_SETTINGS,
) -> dict[str, str]:
    """The variables that are settings, under their current names. Raises WrongSetting for unknown ones."""
    given = {
        name: text
        for variable, text in environment.items()
        if variable.startswith(PREFIX)
        and not OF_KUBERNETES.fullmatch(name := variable.removeprefix(PREFIX))
    }
    known = {*settings} - CONSTANTS | ENVIRONMENT_ONLY
    remedy = "All settings are listed in campaign_actions/config.py."
    current = _current(given, known, former, before=PREFIX, remedy=remedy)
    return {PREFIX + name: text for name, text in current.items()}


def in_file(
    own: Mapping[str, object],
    settings: Iterable[str],
    *,
    file: Path,
    former: Mapping[str, str] = FORMER_SETTINGS,
) -> dict[str, object]:
    """The same for the operator's config.py. Their own names must start with an underscore."""
    private = {name for name in own if name.startswith("_")}
    known = {*settings} - CONSTANTS | private | {*filter(OF_EXTENSIONS.fullmatch, own)}
    remedy = "Names of your own must start with an underscore."
    return _current(own, known, former, before=f"{file}: ", remedy=remedy)


def _current(
    given: Mapping[str, Value],
    known: Collection[str],
    former: Mapping[str, str],
    *,
    before: str,
    remedy: str,
) -> dict[str, Value]:
    """Rename former settings, unless the current one is given too. `before`: a prefix for messages."""
    unknown = [name for name in given if name not in known and name not in former]
    if unknown:
        raise WrongSetting(" ".join(_unknown(name, known, before, remedy) for name in unknown))
    current = {name: value for name, value in given.items() if name in known}
    for name in given.keys() - current.keys():
        instead = former[name]
        if instead in known:
            current.setdefault(instead, given[name])
            instead = f"It is now called {instead}."
        click.echo(f"{before}{name} is a setting from an earlier version. {instead}", err=True)
    return current


def _unknown(name: str, known: Collection[str], before: str, remedy: str) -> str:
    near = get_close_matches(name.upper(), sorted(known), n=1)
    meant = before if before == PREFIX else ""
    return f"{before}{name} is not a setting. " + (
        f"Did you mean {meant}{near[0]}?" if near else remedy
    )
