"""The floor plan of ARCHITECTURE.md, kept true: imports point down only."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "campaign_actions"
FLOORS = [
    "config",
    "core",
    "backups",
    "exports",
    "outbox",
    "audit",
    "staff",
    "campaigns",
    "actions",
    "approvals",
    "catalogs",
    "previews",
    "publishing",
    "updates",
    "monitoring",
    "pages",
    "demo",
]
ROOF = {
    "app",
    "blueprints",
    "serving",
    "cli",
    "migrations",
}  # puts the house together: may import anything
ROOMS = {
    "permissions": 0,
    "models": 0,
    "forms": 1,
    "kinds": 2,
}  # inside a feature; queries and verbs: 3
DOORS = {"views", "admin", "v1", "cli"}
KNOW_FLASK = DOORS | {
    "guards",
    "logging_in",
    "guessing",
    "asking",
    "receiving",
    "recognizing",
    "keeping",
    "failing",
    "ask_page",
}
MODULES = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if path.name not in {"__init__.py", "__main__.py"}
    and path.relative_to(PACKAGE).with_suffix("").parts[0] not in ROOF
)
each_module = pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found += [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
        elif isinstance(node, ast.Import):
            found += [name.name for name in node.names]
    return found


@each_module
def test_imports_point_down(path):
    floor, *room = path.relative_to(PACKAGE).with_suffix("").parts
    is_door = bool(room) and room[0] in DOORS
    for name in imports(path):
        package, *target = name.split(".")
        if package != "campaign_actions" or not target:
            continue
        assert target[0] not in ROOF, f"looks up to {name}"
        assert not DOORS & set(target[1:2]), f"enters by the door {name}"
        if not is_door:
            assert FLOORS.index(target[0]) <= FLOORS.index(floor), f"looks up to {name}"
            if room and target[1:] and target[0] == floor:
                assert ROOMS.get(target[1], 3) <= ROOMS.get(room[0], 3), f"looks up to {name}"


@each_module
def test_only_the_doors_and_the_core_know_flask(path):
    floor, *room = path.relative_to(PACKAGE).with_suffix("").parts
    if floor != "core" and room and room[0] not in KNOW_FLASK:
        assert "flask" not in {name.split(".")[0] for name in imports(path)}


@each_module
def test_nothing_is_imported_inside_a_function(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    hidden = [
        f"{function.name}, line {node.lineno}"
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []
