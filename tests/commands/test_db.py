"""`db upgrade` and `db downgrade`: unknown revisions are refused in one sentence."""

import pytest
from sqlalchemy import text

from campaign_actions.core.db.session import HEAD_REVISION, db
from campaign_actions.migrations.commands import migrations


def run(app, *words: str):
    db.session.rollback()
    return app.test_cli_runner().invoke(migrations, words)


@pytest.fixture
def unknown_revision(app):
    """The database is at a revision that only another version of the program has."""
    with db.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9000'"))
    yield
    with db.engine.begin() as connection:
        connection.execute(text(f"update alembic_version set version_num = '{HEAD_REVISION}'"))


@pytest.mark.parametrize("command", ["upgrade", "downgrade"])
def test_a_database_of_another_version_is_refused(app, unknown_revision, command):
    result = run(app, command)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(
        "Error: The database is at revision 9000, which this version of the program does not have."
    )


@pytest.mark.parametrize("command", ["upgrade", "downgrade"])
def test_an_unknown_revision_is_refused(app, command):
    result = run(app, command, "9999")

    assert result.exit_code == 2
    assert "Invalid value for REVISION: There is no revision '9999'." in result.stderr


def test_upgrade_says_which_revision_the_database_is_at(app):
    result = run(app, "upgrade")

    assert (result.exit_code, result.stdout) == (
        0,
        f"The database is at revision {HEAD_REVISION}.\n",
    )
