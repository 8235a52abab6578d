"""The command `status`."""

from datetime import timedelta

import pytest

from campaign_actions.commands.status import status
from campaign_actions.core.db.session import utc_now
from tests.support.factories import make_action, make_confirmed


@pytest.fixture
def run(app):
    return lambda: app.test_cli_runner().invoke(status)


def test_a_healthy_installation_exits_with_0(run):
    make_confirmed(make_action(), now=utc_now() - timedelta(seconds=20))

    result = run()

    assert result.exit_code == 0
    assert "Signatures: 1 new in the last minute" in result.output
    assert "2 due, 0 delayed, 0 failed permanently" in result.output
    assert "Email delay: 2" in result.output
    assert "Uncounted changes: 1" in result.output


def test_a_late_installation_exits_with_1_and_says_what_to_check(run):
    make_confirmed(make_action(), now=utc_now() - timedelta(minutes=30))

    result = run()

    assert result.exit_code == 1
    assert "Email delay: 30 min" in result.output
    assert "Oldest email: 30 min" in result.output
    assert "Email is late. Check that a worker is running" in result.stderr
    assert "Counts are late" in result.stderr
