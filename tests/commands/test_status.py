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
    assert "Signing: 1 new in the last minute" in result.output
    assert "1 due, 0 waiting for later, 0 failed for good" in result.output
    assert "Mail delay: 2" in result.output
    assert "Counts: 1 confirmed or withdrawn, not counted yet" in result.output


def test_a_late_installation_exits_with_1_and_says_what_to_check(run):
    make_confirmed(make_action(), now=utc_now() - timedelta(minutes=30))

    result = run()

    assert result.exit_code == 1
    assert "Mail delay: 30 min" in result.output
    assert "Oldest mail: 30 min" in result.output
    assert "Mail is late. Is a worker running" in result.stderr
    assert "Counts are delayed" in result.stderr
