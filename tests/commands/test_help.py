"""The help of every command: short sentences, and the same words for the same option."""

import re
from collections import defaultdict
from collections.abc import Iterator

import click
import pytest
from flask.cli import ScriptInfo

from campaign_actions import create_app
from campaign_actions.cli import group

MAX_WORDS = 20  # in a sentence
MAX_SUMMARY = 60  # characters of the first sentence, so that lists of commands show all of it
# These mean different things in different commands.
DIFFERENT = {"--campaign", "--language", "--locale"}
SENTENCE_END = re.compile(r"(?<=[.?!]) +(?=[A-Z`])")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and group with the words that call it."""
    with click.Context(group, obj=ScriptInfo(create_app=create_app)) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            yield name, command
            if isinstance(command, click.Group):
                for inner in command.list_commands(context):
                    found = command.get_command(context, inner)
                    assert found is not None
                    yield f"{name} {inner}", found


COMMANDS = dict(commands())


def paragraphs(command: click.Command) -> list[str]:
    """Its help, one line for each paragraph."""
    texts = (command.help or "").split("\n\n")
    return [" ".join(text.split()) for text in texts]


def options(command: click.Command) -> list[click.Option]:
    return [one for one in command.params if isinstance(one, click.Option) and not one.hidden]


def sentences(text: str) -> list[str]:
    return SENTENCE_END.split(text)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_summary_of_a_command_is_one_short_sentence(name):
    summary = paragraphs(COMMANDS[name])[0]

    assert sentences(summary) == [summary]
    assert summary.endswith(".")
    assert len(summary) <= MAX_SUMMARY


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_short_sentences(name):
    command = COMMANDS[name]
    texts = [*paragraphs(command), *(one.help or "" for one in options(command))]

    long = [
        sentence
        for text in texts
        for sentence in sentences(text)
        if len(sentence.split()) > MAX_WORDS
    ]

    assert long == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help_that_ends_with_a_full_stop(name):
    without = [one.opts for one in options(COMMANDS[name]) if not (one.help or "").endswith(".")]

    assert without == []


def test_an_option_has_the_same_help_in_every_command():
    helps = defaultdict(set)
    for command in COMMANDS.values():
        for option in options(command):
            helps[option.opts[0]].add(option.help)

    several = {name for name, texts in helps.items() if len(texts) > 1}

    assert several <= DIFFERENT
