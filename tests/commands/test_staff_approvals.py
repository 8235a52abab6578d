"""`staff approvals`, `staff approve` and `staff decline`."""

import pytest

from campaign_actions.approvals.request import request_approval
from campaign_actions.core.db.session import utc_now
from campaign_actions.staff.manage_members import DisableMember, ResetSecondFactor
from tests.support.approvers import entries, is_member_active, make_people, state_of
from tests.support.factories import make_staff


@pytest.fixture
def run(app):
    return lambda *words, **more: app.test_cli_runner().invoke(args=["staff", *words], **more)


@pytest.fixture
def people(app):
    return make_people()


def ask(operation, by) -> str:
    return str(request_approval(operation, by=by, reason="Has left.", now=utc_now()))


def test_requests_are_listed_with_who_may_approve_them(run, people):
    number = ask(DisableMember(people.cyd.id), people.ada)

    lines = run("approvals").output.splitlines()

    assert lines[0].startswith(
        f"{number}  Disable cyd@example.org  (requested by Ada (ada@example.org)"
    )
    assert lines[0].endswith("approvers: bea@example.org)")


def test_the_list_says_when_nobody_else_may_approve(run, app):
    boss, other = make_staff("administrator"), make_staff("reviewer")
    make_staff("reviewer")
    ask(DisableMember(other.id), boss)

    assert "approvers: none; use `staff approve`" in run("approvals").output


def test_a_request_is_shown_and_confirmed_before_approval(run, people):
    number = ask(DisableMember(people.cyd.id), people.ada)

    stopped = run("approve", number, input="n\n")
    before = is_member_active(people.cyd)
    done = run("approve", number, input="y\n")

    assert all(words in stopped.output for words in ("Disable cyd@example.org", "Has left.", "Ada"))
    assert (stopped.exit_code, before) == (1, True)
    assert (done.exit_code, is_member_active(people.cyd)) == (0, False)


def test_a_script_approves_and_the_log_names_a_command(run, people):
    number = ask(ResetSecondFactor(people.cyd.id), people.ada)

    result = run("approve", number, "--yes", "--note", "By telephone.")

    assert result.exit_code == 0
    assert entries("approval-given")[0][1] == "command"
    assert entries("staff-changed")[0][3]["approved_by"] == "command"


def test_a_script_declines(run, people):
    number = ask(DisableMember(people.cyd.id), people.ada)

    result = run("decline", number, "--yes")

    assert (result.exit_code, state_of(int(number))) == (0, "declined")
    assert is_member_active(people.cyd)


@pytest.mark.parametrize("word", ["approve", "decline"])
@pytest.mark.parametrize("number", ["4711", "x", "0"])
def test_an_unknown_number_is_explained(run, word, number):
    result = run(word, number, "--yes")

    assert result.exit_code in {1, 2}
    assert "Traceback" not in result.output


def test_a_note_that_is_too_long_is_refused(run, people):
    number = ask(DisableMember(people.cyd.id), people.ada)

    result = run("approve", number, "--yes", "--note", "x" * 501)

    assert (result.exit_code, state_of(int(number))) == (2, "pending")


def test_an_empty_list_says_so(run):
    assert run("approvals").output == "There are no pending requests.\n"
