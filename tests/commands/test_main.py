"""The command itself: what it loads when it starts, and which settings it refuses."""

import subprocess
import sys

import pytest

from campaign_actions.app import COMMANDS
from campaign_actions.cli import Commands, group
from campaign_actions.exports.xlsx_format import TooManyRows

HEAVY = ["alembic", "campaign_actions.app", "css_inline", "granian", "limits", "markdown_it"]


@pytest.mark.parametrize("name", Commands.ON_DEMAND)
def test_a_command_that_is_loaded_on_demand_is_found(app, name):
    with group.make_context("campaign-actions", [name, "--help"]) as context:
        command = group.get_command(context, name)

    assert command.name == name


def test_a_command_is_in_one_table_only():
    with_the_app = {command.name for command in COMMANDS}

    assert with_the_app.isdisjoint(Commands.ON_DEMAND)


def test_a_number_in_an_error_is_written_though_the_command_has_ended():
    assert "1,048,575" in str(TooManyRows().message)


@pytest.mark.slow
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
    assert "There is no action 'racism/nothing'" in done.stderr
    assert "campaign_actions.actions.models" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_the_program_has_no_option_that_does_nothing():
    with group.make_context("campaign-actions", ["status"]) as context:
        options = [option for parameter in group.get_params(context) for option in parameter.opts]

    assert options == ["--version", "--help"]


@pytest.mark.slow
@pytest.mark.parametrize("words", [["--help"], ["serve", "--help"], ["staff", "add", "--help"]])
def test_help_works_whatever_the_settings(tmp_path, words):
    done = run_in(tmp_path, words, DEMO="perhaps", MAIL_ULR="smtp://mail.example.org")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: campaign-actions ")


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [["serve"], ["status"], ["signatures", "count", "a/b"], ["translations", "check"]]
)
def test_an_unknown_setting_stops_every_command(tmp_path, words):
    done = run_in(tmp_path, words, MAIL_ULR="smtp://mail.example.org")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Error: CAMPAIGN_ACTIONS_MAIL_ULR is not a setting."
        " Did you mean CAMPAIGN_ACTIONS_MAIL_URL?\n"
    )


@pytest.mark.slow
def test_an_unknown_setting_in_config_py_stops_a_command(tmp_path):
    file = tmp_path / "config.py"
    file.write_text("MAIL_ULR = 'smtp://mail.example.org'\n")

    done = run_in(tmp_path, ["status"])

    assert done.returncode == 2
    assert done.stderr == f"Error: {file}: MAIL_ULR is not a setting. Did you mean MAIL_URL?\n"


def run_in(instance, words, **settings):
    """Run a command as a process of its own, with these settings and no other environment."""
    given = {"INSTANCE": instance, **settings}
    return subprocess.run(
        [sys.executable, "-m", "campaign_actions", *words],
        env={f"CAMPAIGN_ACTIONS_{name}": str(value) for name, value in given.items()},
        capture_output=True,
        text=True,
    )
