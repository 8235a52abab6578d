"""The import rules of ARCHITECTURE.md, checked for every import of the program."""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from campaign_actions.web.blueprints import BLUEPRINTS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "campaign_actions"
FEATURES = (  # lowest first: a feature imports only those before it
    "exports",
    "backups",
    "outbox",
    "audit",
    "organization",
    "staff",
    "campaigns",
    "actions",
    "switches",
    "disclosures",
    "catalogs",
    "previews",
    "publishing",
    "updates",
    "approvals",
    "revocations",
    "monitoring",
    "demo",
)
LAYERS = ("config", "core", *FEATURES)
# These assemble the program and may import anything.
TOP = {"app", "cli", "server", "worker_tasks", "migrations"}
# The order of modules inside a feature, lowest first. All others are above.
INSIDE = {"permissions": 0, "models": 1, "forms": 2, "kinds": 3}
KNOWS_FLASK = {"staff.models"}  # the account class that Flask-Security requires
# The log, and the pages and commands that show, check or export it. All other code only adds entries.
READS_THE_AUDIT_LOG = (
    *("audit.", "web.staff.audit", "commands.audit", "migrations"),
    "web.staff.translations.scenes.audit",  # its example page for translators
    "web.staff.publishing.conflicts",  # names the faster of two people
)
# Anchors are imported to check whether signed copies arrive.
ADDS_TO_THE_AUDIT_LOG = ("audit.log", "audit.anchors")
MAX_MODULES = 15


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {
    module_name(path): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if "versions" not in path.parts and path.name != "__main__.py"
}


@cache
def imported_by(path: Path) -> frozenset[str]:
    """Full names of the modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{path}: a relative import"
            inside = {f"{node.module}.{name.name}" for name in node.names}
            ours = {name for name in inside if name.partition(".")[2] in MODULES}
            found |= ours or {node.module}
    return frozenset(found)


def our_imports(name: str) -> set[str]:
    """The modules of this package that a module imports, named as in MODULES."""
    prefix = "campaign_actions."
    found = {
        one.removeprefix(prefix) for one in imported_by(MODULES[name]) if one.startswith(prefix)
    }
    return found & MODULES.keys()


def pairs() -> Iterator[tuple[str, str]]:
    for name in MODULES:
        for other in our_imports(name):
            yield name, other


def layer(name: str) -> str:
    return name.partition(".")[0]


def test_features_and_core_import_only_what_is_below_them():
    upward = [
        (name, other)
        for name, other in pairs()
        if layer(name) in LAYERS
        if layer(other) not in LAYERS or LAYERS.index(layer(other)) > LAYERS.index(layer(name))
    ]

    assert upward == []


def test_web_and_commands_import_neither_each_other_nor_the_top():
    crossing = [
        (name, other)
        for name, other in pairs()
        if layer(name) in {"web", "commands"}
        if layer(other) not in {*LAYERS, layer(name)}
    ]

    assert crossing == []


def test_every_module_has_a_place():
    known = {*LAYERS, *TOP, "web", "commands", ""}

    assert {layer(name) for name in MODULES} - known == set()


def test_models_import_no_forms_and_forms_import_no_verbs():
    def rank(name: str) -> int:
        return min(
            (INSIDE[part] for part in name.split(".")[1:] if part in INSIDE), default=len(INSIDE)
        )

    upward = [
        (name, other)
        for name, other in pairs()
        if layer(name) == layer(other) and layer(name) in FEATURES and "." in other
        if rank(other) > rank(name)
    ]

    assert upward == []


def test_features_do_not_import_flask():
    knowing = {
        name
        for name, path in MODULES.items()
        if layer(name) in FEATURES
        if {"flask", "flask_security", "flask_login"}
        & {one.partition(".")[0] for one in imported_by(path)}
    }

    assert knowing == KNOWS_FLASK


def test_commands_about_signatures_load_only_what_they_need():
    """Flask-Security alone would double the time in which they start; all of these take 40 MB."""
    wanted = ["cli", "commands.signatures", "organization.load_time_zone"]
    loaded = set[str]()
    while wanted:
        name = wanted.pop()
        loaded.add(name)
        wanted += [one for one in our_imports(name) if one not in loaded]

    heavy = {"staff.models", "core.security.audit_key", "core.content.images", "core.mail.render"}
    assert heavy & loaded == set()


def test_there_are_no_circular_imports():
    order = TopologicalSorter({name: our_imports(name) for name in MODULES}).static_order()

    assert len(list(order)) == len(MODULES)


def test_nothing_is_imported_inside_a_function():
    hidden = [
        f"{name}: {function.name}, line {node.lineno}"
        for name, path in MODULES.items()
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def test_nothing_reads_the_audit_log_to_decide():
    others = [name for name in MODULES if not name.startswith(READS_THE_AUDIT_LOG)]
    reading = [
        (name, other)
        for name in others
        for other in our_imports(name)
        if layer(other) == "audit" and not other.startswith(ADDS_TO_THE_AUDIT_LOG)
    ]
    past_its_model = [name for name in others if "audit_entries" in MODULES[name].read_text()]

    assert reading == []
    assert past_its_model == []


def test_only_the_embargo_decides_whether_a_page_has_opened():
    deciding = [
        f"{name}:{node.lineno}"
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Compare)
        if re.fullmatch(
            r".*published_at <=? .*\bnow\b(?! \+).*|.*\bnow\b.* >=? .*published_at",
            ast.unparse(node),
        )
        if name != "campaigns.models.embargo"
    ]

    assert deciding == []


def test_every_token_is_made_and_read_by_one_module():
    signing = [name for name, path in MODULES.items() if "itsdangerous" in path.read_text()]

    assert signing == ["core.security.signed_tokens"]


def test_no_folder_has_too_many_modules():
    sizes = Counter(path.parent for path in MODULES.values() if path.name != "__init__.py")
    crowded = {str(folder.relative_to(ROOT)): n for folder, n in sizes.items() if n > MAX_MODULES}

    assert crowded == {}


def test_the_build_needs_no_library_that_only_the_program_needs():
    """On a new machine, `make setup` builds with `build-system.requires` and nothing else."""
    waiting = [
        one.removeprefix("campaign_actions.") for one in imported_by(ROOT / "hatch_build.py")
    ]
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in MODULES and name not in reached:
            reached.add(name)
            waiting += our_imports(name)
    needed = {
        one.partition(".")[0] for name in reached for one in imported_by(MODULES[name])
    } - sys.stdlib_module_names
    required = {
        "babel",
        "linkify_it",
        "lxml",
        "markdown_it",
        "mdit_py_plugins",
        "regex",
        "structlog",
    }

    assert needed - required - {"translate", "campaign_actions"} == set()
    assert "catalogs.files.compiler" in reached


def page_name(module: str) -> str:
    """The blueprint name for the module of a page: `staff_campaigns_edit` for `web.staff.campaigns.edit`."""
    parts = module.removeprefix("web.").removeprefix("public.").split(".")
    return "_".join(
        part for part, before in zip(parts, ["", *parts], strict=False) if part != before
    )


def test_a_blueprint_is_named_after_its_module():
    names = {
        blueprint.name: page_name(blueprint.import_name.removeprefix("campaign_actions."))
        for blueprint in BLUEPRINTS
    }

    assert names.pop("security") == "staff_access_login", "Flask-Security looks for this name"
    assert {name: wanted for name, wanted in names.items() if name != wanted} == {}


def test_a_staff_template_is_in_the_folder_of_its_page():
    elsewhere = {
        (name, folder)
        for name, path in MODULES.items()
        if name.startswith("web.staff.") and "scenes" not in name
        for folder in re.findall(r'"staff/(\w+)/[^"]+\.html"', path.read_text(encoding="utf-8"))
        if folder != name.split(".")[2]
    }

    assert elsewhere == set()


def test_tests_share_code_only_through_support():
    sharing = [
        (str(path.relative_to(ROOT)), name)
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for name in imported_names(path)
        if name.startswith("tests.") and not name.startswith("tests.support")
    ]

    assert sharing == []


def imported_names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
