"""Every command with every kind of mistake: a message and exit code 1 or 2, and never a traceback."""

import sys
from collections.abc import Iterator

import click
import pytest
from flask.cli import ScriptInfo

from campaign_actions import cli
from tests.support.factories import make_action

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
WRONG = "no such thing"
VALID = {  # what comes before a mistake, by the names of arguments; the others can be any text
    "actions": "racism/hate-crimes",
    "action": "racism/hate-crimes",
}


def commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name)


def mistakes(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Arguments after the words of a command, each with one mistake."""
    command: click.Command = cli.group
    for word in words:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    options = [one for one in command.params if isinstance(one, click.Option)]
    good = [VALID.get(str(one.name), WRONG) for one in arguments]
    yield (*good, "--no-such-option")
    if any(one.required for one in arguments):
        yield ()
    if all(one.nargs == 1 for one in arguments):
        yield (*good, "one", "too", "many")
    for number, one in enumerate(arguments):
        if is_checked(one):
            yield (*good[:number], WRONG, *good[number + 1 :])
    for option in options:
        if not option.is_flag and is_checked(option):
            yield (*good, option.opts[0], WRONG)
            yield (*good, option.opts[0], "")
        if option.required:
            yield tuple(good)


def is_checked(one: click.Parameter) -> bool:
    """Whether it takes only some texts."""
    return not isinstance(one.type, click.types.StringParamType | click.Path | click.File)


# Mistakes about several options together, or found only by what a command reads.
COMBINED = (
    ("signatures export racism/hate-crimes --purpose handover --output -"),
    ("signatures export racism/hate-crimes --format csv --words-in ru --output -"),
    ("signatures export racism/hate-crimes --format xlsx --words-in xx --output -"),
    ("signatures export racism/hate-crimes --purpose crm --preset nothing --output -"),
    ("signatures export racism/hate-crimes --encrypt-to nothing --output -"),
    ("signatures export racism/hate-crimes"),
    ("signatures show racism/hate-crimes nobody"),
    ("outbox retry"),
    ("audit check --head nothing --noted nothing"),
    ("restore /no/such/file"),
    ("switch off nothing"),
    ("staff disable nobody@example.org"),
)
ALL = (
    *((*words, *rest) for words in commands(cli.group) for rest in mistakes(words)),
    *(tuple(line.split()) for line in COMBINED),
)


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_a_mistake_is_answered_with_a_message(app, words, monkeypatch, capfd, tmp_path):
    make_action()
    info = ScriptInfo(create_app=lambda: app, load_dotenv_defaults=False)
    monkeypatch.setattr(cli, "_script_info", lambda: info)
    monkeypatch.setattr(sys, "argv", ["campaign-actions", *words])
    monkeypatch.setattr(
        sys, "stderr", sys.__stderr__
    )  # the log keeps it; the one of this test is closed
    monkeypatch.setenv("CAMPAIGN_ACTIONS_INSTANCE", str(tmp_path))
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    monkeypatch.setenv("CAMPAIGN_ACTIONS_SQLALCHEMY_DATABASE_URI", uri)

    with pytest.raises(SystemExit) as ended:
        cli.main()

    told = capfd.readouterr().err
    assert ended.value.code in {1, 2}
    assert "Error: " in told
    assert "Traceback" not in told
