"""The command itself: what a program start loads, and what it does not."""

import subprocess
import sys

import pytest

from campaign_actions.app import COMMANDS
from campaign_actions.cli import Commands, group

HEAVY = ["alembic", "campaign_actions.app", "css_inline", "granian", "limits", "markdown_it"]


@pytest.mark.parametrize("name", Commands.LATER)
def test_a_command_that_is_loaded_later_is_there(app, name):
    with group.make_context("campaign-actions", [name, "--help"]) as context:
        command = group.get_command(context, name)

    assert command.name == name


def test_a_command_stands_in_one_table():
    with_the_app = {command.name for command in COMMANDS}

    assert with_the_app.isdisjoint(Commands.LATER)


def test_the_commands_about_signatures_start_without_pages_and_mail(app, tmp_path):
    environment = {
        "CAMPAIGN_ACTIONS_INSTANCE": str(tmp_path),
        "CAMPAIGN_ACTIONS_SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"],
    }
    command = [sys.executable, "-X", "importtime", "-m", "campaign_actions"]

    done = subprocess.run(
        [*command, "signatures", "count", "racism/nothing"],
        env=environment,
        capture_output=True,
        text=True,
    )

    loaded = {line.rsplit("|")[-1].strip() for line in done.stderr.splitlines()}
    assert "there is no action 'racism/nothing'" in done.stderr
    assert "campaign_actions.actions.models" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_the_program_has_no_option_that_does_nothing():
    with group.make_context("campaign-actions", ["status"]) as context:
        options = [option for parameter in group.get_params(context) for option in parameter.opts]

    assert options == ["--version", "--help"]


@pytest.mark.parametrize("words", [["--help"], ["serve", "--help"], ["staff", "add", "--help"]])
def test_help_is_there_whatever_the_settings(tmp_path, words):
    environment = {
        "CAMPAIGN_ACTIONS_INSTANCE": str(tmp_path),
        "CAMPAIGN_ACTIONS_DEMO": "perhaps",
    }

    done = subprocess.run(
        [sys.executable, "-m", "campaign_actions", *words],
        env=environment,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: campaign-actions ")
