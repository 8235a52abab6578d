"""Finds a command of the program by its words."""

from collections.abc import Sequence

import click
from flask.cli import ScriptInfo

from campaign_actions import create_app


def find_command(group: click.Group, words: Sequence[str]) -> click.Command:
    """The command that the leading words name; asserts that each of these words names one."""
    command: click.Command = group
    with click.Context(group, obj=ScriptInfo(create_app=create_app)) as context:
        for word in words:
            if not isinstance(command, click.Group) or word.startswith("-"):
                break
            inner = command.get_command(context, word)
            assert inner is not None, f"there is no command {word!r} in {' '.join(words)!r}"
            command = inner
    return command
