"""No page or command reaches a guarded operation without an approval: checked in the source."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from campaign_actions.approvals.labels import GUARDED_TASKS, TITLES, WARNINGS
from campaign_actions.approvals.operations import OPERATIONS
from campaign_actions.audit.details import CODES
from campaign_actions.staff.dual_control import Operation
from campaign_actions.staff.permissions import APPROVER_PERMISSIONS, READER_PERMISSIONS

PACKAGE = Path(__file__).parent.parent.parent / "campaign_actions"
MAKE_APPROVALS = {"staff/dual_control.py", "approvals/decide.py"}
APPLY = MAKE_APPROVALS
# Functions that do part of a guarded operation, and the modules that may call them.
PARTS = {
    "insert_roles": {"staff/invitations.py", "staff/change_roles.py"},
    "insert_languages": {"staff/invitations.py", "staff/change_roles.py"},
    "remove_all_factors": {"staff/manage_members.py", "revocations/revoke.py"},
    "lift_block": {"staff/manage_members.py"},
    "reset_wrong_codes": {"staff/manage_members.py", "staff/authentication/mfa_enrolment.py"},
    "erase_next_in_transaction": {
        "actions/signatures/invalidation/erase_batch.py",
        "approvals/carry_out.py",
    },
    "erase_next": {"web/staff/signatures/bulk_invalidate.py"},
    "start_scheduled": {"updates/schedule.py", "web/staff/updates/send.py"},
    "begin_record": {"disclosures/write.py"},
    "write_export": {"web/staff/exports/send.py", "commands/exports.py"},
    "send_export": {"web/staff/exports/make.py", "web/staff/exports/exports.py"},
}
NEED_APPROVAL = PARTS.keys() - {"send_export"}  # which takes an approval; see the test below


@cache
def modules() -> list[tuple[str, ast.Module]]:
    return [
        (str(path.relative_to(PACKAGE)), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


@cache
def callers() -> dict[str, set[str]]:
    """The modules that call a function, by its name."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, tree in modules():
        for called, _call in calls(tree):
            found[called].add(name)
    return dict(found)


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            yield called.id if isinstance(called, ast.Name) else getattr(called, "attr", ""), node


def is_entry_point(name: str) -> bool:
    return name.startswith(("web/", "commands/"))


def test_approvals_are_created_only_where_decisions_are_made():
    assert callers()["Approval"] == MAKE_APPROVALS


def test_operations_are_applied_only_where_decisions_are_made():
    assert callers()["apply"] == APPLY


@pytest.mark.parametrize("part", PARTS)
def test_parts_of_an_operation_are_called_only_by_their_own_modules(part):
    assert callers()[part] == PARTS[part]


def test_a_page_that_does_part_of_an_operation_itself_has_an_approval_for_it():
    without = [
        f"{name}: {function.name}"
        for name, tree in modules()
        if is_entry_point(name) and name != "commands/exports.py"  # commands decide alone
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and any(called in NEED_APPROVAL for called, _ in calls(function))
        and not takes_approval(function)
    ]

    assert without == []


def test_a_page_sends_an_export_only_with_the_approval_it_was_given():
    sources = {"apply_or_request", "approved_export"}
    found = {
        function.name: (
            bool(sources & {called for called, _ in calls(function)}),
            {
                ast.unparse(call.args[1])
                for called, call in calls(function)
                if called == "send_export"
            },
        )
        for name, tree in modules()
        if name in PARTS["send_export"]
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and any(called == "send_export" for called, _ in calls(function))
    }

    pages = {"download", "download_approved", "download_changes"}
    assert found == dict.fromkeys(pages, (True, {"approval"}))


def takes_approval(function: ast.FunctionDef) -> bool:
    every = (*function.args.args, *function.args.kwonlyargs)
    return any(isinstance(a.annotation, ast.Name) and a.annotation.id == "Approval" for a in every)


def test_pages_never_do_a_guarded_operation_on_one_decision():
    """Except `apply_or_request()`, which then asks; the other functions are for commands."""
    alone = {
        "apply_alone",
        "invite",
        "reset_second_factor",
        "allow_codes",
    }
    found = set().union(*(callers().get(name, set()) for name in alone))

    assert {name for name in found if name.startswith("web/")} == {"web/staff/approvals/ask.py"}


def test_each_operation_is_registered_and_has_its_texts():
    every = {one for one in subclasses(Operation) if "kind" in vars(one)}

    assert {one.kind: one for one in every} == dict(OPERATIONS)
    assert sorted(kind for kinds in GUARDED_TASKS for kind in kinds) == sorted(OPERATIONS)
    assert TITLES.keys() == WARNINGS.keys() == CODES["operation"].keys() == OPERATIONS.keys()


def test_the_permissions_of_operations_are_those_that_make_someone_an_approver():
    """Otherwise someone who gives roles could give such a permission alone."""
    found = {one.permission for one in OPERATIONS.values()}

    assert found - READER_PERMISSIONS == APPROVER_PERMISSIONS


def subclasses(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)
