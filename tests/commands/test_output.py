"""Every command says what it did, even if there was nothing to do."""

import pytest

from campaign_actions.cli import group
from tests.support.command_lookup import find_command

COMMANDS = [
    *("audit check", "audit public-key", "demo load", "outbox deliver", "outbox list"),
    *("staff approvals", "staff list", "status", "tallies check"),
    *("translations check", "translations stats"),
]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_with_nothing_to_report_is_not_silent(app, words):
    result = app.test_cli_runner().invoke(find_command(group, words.split()), [])

    assert result.exit_code == 0, result.output
    assert result.stdout.strip()
