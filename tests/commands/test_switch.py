"""The command `switch`."""

import os
import pwd

import pytest
from sqlalchemy import func, select

from campaign_actions.audit.log import COMMAND
from campaign_actions.audit.models import AuditEntry
from campaign_actions.commands.signatures import signatures
from campaign_actions.core.db.session import db, utc_now
from campaign_actions.core.switches.state import EMAIL, SIGN, is_off
from campaign_actions.disclosures.export import ExportsAreOff
from campaign_actions.disclosures.models import ExportRecord
from campaign_actions.switches.models import SwitchPause
from campaign_actions.switches.switch import AlreadyOff, AlreadyOn, switch_off
from tests.support.factories import NOON, make_action, make_confirmed, make_staff
from tests.support.switches import off


@pytest.fixture
def run(app):
    return lambda *arguments: app.test_cli_runner().invoke(args=arguments)


@pytest.mark.parametrize("name", ["sign", "email", "export", "racism/hate-crimes", "ru"])
def test_something_is_switched_off_and_on(run, name):
    make_action()

    went_off = run("switch", "off", name, "--reason", "A flood")
    listed = run("switch", "list")
    went_on = run("switch", "on", name, "--reason", "Over")

    assert (went_off.exit_code, went_on.exit_code) == (0, 0)
    assert (
        went_off.output
        == f"Switched off: {name}. This takes effect on every server within 15 seconds.\n"
    )
    assert f"Off: {name}, since " in listed.output
    assert listed.output.endswith(": A flood\n")
    assert run("switch", "list").output == "Everything is on.\n"


@pytest.mark.parametrize(
    ("sudo_user", "expected"),
    [("lena", "lena"), ("", pwd.getpwuid(os.getuid()).pw_name)],
    ids=["by sudo", "directly"],
)
def test_without_a_member_the_user_of_the_server_is_named(run, monkeypatch, sudo_user, expected):
    monkeypatch.setenv("SUDO_USER", sudo_user)

    run("switch", "off", "sign", "--reason", "A flood")
    listed = run("switch", "list")
    run("switch", "on", "sign", "--reason", "Over")

    pause = db.session.scalars(select(SwitchPause)).one()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()[-2:]
    assert pause.off_by == pause.on_by == f"command:{expected}"
    assert listed.output.endswith(f" UTC, by a command of {expected}: A flood\n")
    assert [(entry.event, entry.actor, entry.details) for entry in entries] == [
        ("switched-off", "command", {"reason": "A flood", "system_user": expected}),
        ("switched-on", "command", {"reason": "Over", "system_user": expected}),
    ]


def test_a_user_without_a_name_is_recorded_by_number(run, monkeypatch):
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)

    run("switch", "off", "sign", "--reason", "A flood")

    assert db.session.scalars(select(SwitchPause.off_by)).one() == "command:4000000"


def test_a_pause_from_before_is_listed_as_by_a_command(run):
    switch_off(SIGN, actor=COMMAND, reason="A flood", now=NOON)

    assert run("switch", "list").output.endswith(" UTC, by a command: A flood\n")


def test_the_member_responsible_is_named(run):
    make_staff("administrator", email="grace@example.org")

    run("switch", "off", "sign", "--reason", "A flood", "--by", "grace@example.org")

    pause = db.session.scalars(select(SwitchPause)).one()
    assert pause.off_by == "grace@example.org"


@pytest.mark.parametrize("role", ["campaigner", "exporter"])
def test_a_member_who_may_not_switch_is_not_responsible(run, role):
    make_staff(role, email="lin@example.org")

    result = run("switch", "off", "sign", "--reason", "x", "--by", "lin@example.org")

    assert result.exit_code == 1
    assert "lin@example.org is not allowed to do this." in result.stderr
    assert not is_off(SIGN)


@pytest.mark.parametrize("name", ["nothing", "racism/nothing", "", "SIGN", "xx"])
def test_an_unknown_name_is_explained(run, name):
    result = run("switch", "off", name, "--reason", "x")

    assert result.exit_code == 2
    assert "Enter sign, email, export, CAMPAIGN/ACTION" in result.stderr


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\nb"])
def test_a_reason_of_one_line_is_required(run, reason):
    assert run("switch", "off", "sign").exit_code == 2
    assert run("switch", "off", "sign", "--reason", reason).exit_code == 2
    assert not is_off(SIGN)


def test_switching_twice_is_an_error(run):
    off(SIGN)

    assert isinstance(run("switch", "off", "sign", "--reason", "x").exception, AlreadyOff)
    assert isinstance(run("switch", "on", "email", "--reason", "x").exception, AlreadyOn)


def test_an_export_by_command_is_refused_before_its_file_exists(app, run, tmp_path):
    make_confirmed(make_action())
    file = tmp_path / "file.csv"
    arguments = ["export", "racism/hate-crimes", "--output", str(file)]
    run("switch", "off", "export", "--reason", "x")

    result = app.test_cli_runner().invoke(signatures, arguments)

    assert isinstance(result.exception, ExportsAreOff)
    assert not file.exists()
    assert not db.session.scalar(select(func.count()).select_from(ExportRecord))


def test_status_shows_what_is_off_and_why_email_is_late(run):
    make_confirmed(make_action(), now=utc_now().replace(year=2025))
    off(EMAIL, utc_now())

    result = run("status")

    assert "Off: email, since " in result.output
    assert "Email is late because it is switched off." in result.stderr
    assert "Check that a worker is running (`outbox deliver --watch`) and" not in result.stderr


def test_delivering_says_that_email_is_off(run, app):
    app.config["MAIL_URL"] = "file:"
    make_confirmed(make_action())
    off(EMAIL)

    result = run("outbox", "deliver")

    assert "0 emails sent" in result.output
    assert "Email is switched off." in result.output
