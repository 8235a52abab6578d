"""Nothing that is guarded is reached by a door without an approval: read from the source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign_actions.approvals.describe import TITLES, WARNINGS
from campaign_actions.approvals.registry import OPERATIONS
from campaign_actions.audit.events import CODES
from campaign_actions.staff.dual_control import Operation
from campaign_actions.staff.permissions import APPROVING

PACKAGE = Path(__file__).parent.parent.parent / "campaign_actions"
MAKE_APPROVALS = {"staff/dual_control.py", "approvals/decide.py"}
APPLY = MAKE_APPROVALS
# What does the guarded thing itself, and the modules that may call it; a door needs an Approval for it.
PARTS = {
    "grant": {"staff/invitations.py", "staff/administration.py"},
    "give_languages": {"staff/invitations.py", "staff/administration.py"},
    "take_factors": {"staff/administration.py"},
    "lift_block": {"staff/administration.py"},
    "start_again": {"staff/administration.py", "staff/authentication/mfa_enrolment.py"},
    "erase_next_in_transaction": {
        "actions/signatures/invalidation/erase_batch.py",
        "approvals/use.py",
    },
    "erase_next": {"web/staff/signatures/bulk_invalidate.py"},
    "record_export": {"web/staff/actions/export.py"},
    "export_signatures": {"web/staff/actions/export.py", "commands/signatures.py"},
}
BY_COMMAND = {"commands/signatures.py"}  # whoever has the server needs nobody else
DOORS = {"admin", "views", "cli"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield str(path.relative_to(PACKAGE)), ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            yield called.id if isinstance(called, ast.Name) else getattr(called, "attr", ""), node


def is_door(name: str) -> bool:
    return bool(DOORS & set(name.removesuffix(".py").split("/")))


def test_an_approval_is_made_where_it_is_decided_and_nowhere_else():
    found = {name for name, tree in modules() for called, _ in calls(tree) if called == "Approval"}

    assert found == MAKE_APPROVALS


def test_an_operation_is_applied_where_it_is_decided_and_nowhere_else():
    found = {name for name, tree in modules() for called, _ in calls(tree) if called == "apply"}

    assert found == APPLY


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_of_an_operation_are_called_by_its_own_modules(part):
    found = {name for name, tree in modules() for called, _ in calls(tree) if called == part}

    assert found == PARTS[part]


def test_a_door_that_does_a_part_itself_has_an_approval_for_it():
    without = [
        f"{name}: {function.name}"
        for name, tree in modules()
        if is_door(name) and name not in BY_COMMAND
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and any(called in PARTS for called, _ in calls(function))
        and not takes_approval(function)
    ]

    assert without == []


def takes_approval(function: ast.FunctionDef) -> bool:
    every = (*function.args.args, *function.args.kwonlyargs)
    return any(isinstance(a.annotation, ast.Name) and a.annotation.id == "Approval" for a in every)


def test_pages_do_what_is_guarded_by_the_page_that_asks():
    """Not by the functions that do it on one word: those are for commands."""
    alone = {"do_alone", "invite", "invite_again", "change_roles", "reset_factor", "allow_codes"}
    pages = [pair for pair in modules() if is_door(pair[0]) and not pair[0].endswith("cli.py")]

    assert [name for name, tree in pages for called, _ in calls(tree) if called in alone] == []


def test_each_operation_is_in_the_registry_with_its_words():
    every = {one for one in subclasses(Operation) if "kind" in vars(one)}

    assert {one.kind: one for one in every} == dict(OPERATIONS)
    assert TITLES.keys() == WARNINGS.keys() == CODES["operation"].keys() == OPERATIONS.keys()


def test_each_operation_needs_a_permission_that_makes_somebody_a_second_person():
    """Or whoever gives roles could give it alone."""
    assert {one.permission for one in OPERATIONS.values()} == APPROVING


def subclasses(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)
