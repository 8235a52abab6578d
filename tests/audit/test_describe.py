"""Every event, detail and code that the program records has a text."""

import ast
import re
from pathlib import Path

import pytest

from campaign_actions.audit.details import CODES, DETAILS
from campaign_actions.audit.events import EVENTS
from campaign_actions.audit.log import record
from campaign_actions.core.db.session import db
from tests.support.factories import NOON, make_campaign, make_staff
from tests.support.staff_client import log_in

PACKAGE = Path(__file__).parents[2] / "campaign_actions"
# Other modules that assemble details.
OTHER_SOURCES = {
    *("actions/duplicate.py", "actions/signatures/filters/filter.py", "audit/queries.py"),
    *("campaigns/versioning/restore.py", "staff/grant_roles.py"),
}
Nodes = list[ast.AST]


@pytest.fixture(scope="module")
def sources() -> dict[str, ast.Module]:
    """The syntax trees of the program, by path; kept no longer than needed, since they are large."""
    paths = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    return {
        name: ast.parse(path.read_text(encoding="utf-8"))
        for name, path in paths.items()
        if name not in {"audit/events.py", "audit/details.py", "audit/describe.py"}
        and "migrations" not in path.parts
    }


@pytest.fixture(scope="module")
def nodes(sources) -> Nodes:
    return [node for tree in sources.values() for node in ast.walk(tree)]


@pytest.fixture(scope="module")
def detail_nodes(sources) -> Nodes:
    return [
        node
        for path, tree in sources.items()
        if path in OTHER_SOURCES or "from campaign_actions.audit.log import" in ast.unparse(tree)
        for node in ast.walk(tree)
    ]


@pytest.fixture(scope="module")
def strings(nodes) -> set[str]:
    """All strings of the program, including parts of f-strings."""
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def recorders(nodes: Nodes) -> set[str]:
    """Functions that add entries, directly or by passing their keyword arguments on."""
    found = {"record", "add_entry", "save_changes"}
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef) and node.args.kwarg]
    for _round in range(4):
        found |= {one.name for one in functions if found & {called_name(c) for c in ast.walk(one)}}
    return found


def called_name(node: ast.AST) -> str:
    """The name of the called function."""
    return getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""


def detail_names(nodes: Nodes, detail_nodes: Nodes) -> set[str]:
    """The names of details in the source."""
    calls = recorders(nodes)
    found = set()
    for node in detail_nodes:
        if isinstance(node, ast.Call) and called_name(node) in calls:
            found |= {keyword.arg for keyword in node.keywords}
        elif isinstance(node, ast.Dict):
            found |= {getattr(key, "value", None) for key in node.keys}
        elif isinstance(node, ast.DictComp):
            found |= {getattr(part, "value", None) for part in ast.walk(node.generators[0].iter)}
        elif isinstance(node, ast.Subscript):
            found.add(getattr(node.slice, "value", None))
        elif isinstance(node, ast.ClassDef) and node.name in {"SignatureFilter", "AuditFilter"}:
            found |= {target.id for target in ast.walk(node) if isinstance(target, ast.Name)}
    return found


def strings_by_name(nodes: Nodes) -> dict[str, set[str]]:
    """Names of keyword arguments, keys and variables, with the strings assigned to them."""
    found: dict[str, set[str]] = {}
    for node in nodes:
        pairs: list[tuple[str, ast.expr]] = []
        if isinstance(node, ast.Call):
            pairs = [(one.arg, one.value) for one in node.keywords if one.arg]
        elif isinstance(node, ast.Dict):
            keys = zip(node.keys, node.values, strict=True)
            pairs = [(key.value, value) for key, value in keys if isinstance(key, ast.Constant)]
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            pairs = [(node.targets[0].id, node.value)]
        for name, value in pairs:
            found.setdefault(name, set()).update(strings_in(value))
    return found


def strings_in(value: ast.expr) -> set[str]:
    """A string, or those of both branches of a conditional expression."""
    if isinstance(value, ast.IfExp):
        return strings_in(value.body) | strings_in(value.orelse)
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return {value.value}
    return set()


def test_every_event_is_recorded_somewhere(strings):
    assert set(EVENTS) - strings == set()


def test_every_detail_is_recorded_somewhere(nodes, detail_nodes):
    """The reverse is checked by add_entry() itself."""
    made = {f"{name}_id" for name in ("campaign", "action")}  # named by the kind of subject

    assert set(DETAILS) - detail_names(nodes, detail_nodes) - made == set()


@pytest.mark.parametrize("name", ["via", "change", "did", "factor"])
def test_every_code_has_a_text(name, nodes):
    codes = {code for code in strings_by_name(nodes)[name] if code}

    assert codes - set(CODES[name]) == set()


@pytest.mark.parametrize("name", ["via", "change", "did", "factor", "searched"])
def test_there_are_no_texts_for_unused_codes(name, strings):
    parts = {code.removeprefix("password and ") for code in CODES[name]}

    assert parts - strings == set()


def shown_details(client, event="exported", **facts) -> str:
    """The text of an entry on the page, without markup and repeated spaces."""
    record(event, actor="grace@example.org", now=NOON, **facts)
    page = client.get("/staff/audit/").text
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def reader(app, client):
    app.config["TIMEZONE"] = "Europe/Moscow"
    log_in(client, make_staff("administrator", email="ada@example.org", locale="ru"))
    return client


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"whole": True}, "да"),
        ({"raw": False}, "нет"),
        ({"made_at": "2026-11-20T09:00:00+00:00"}, "12:00 (Москва)"),
        ({"bytes": 1234567}, "1 234 567"),
        ({"country": "DE"}, "Германия"),
        ({"sessions": 12345}, "12 345"),
        ({"public": ["en", "ru"]}, "английский, русский"),
        ({"alt": {"en": "A crowd", "ru": ""}}, "английский: A crowd"),
        ({"alt": {"en": "A crowd", "ru": "Люди"}}, "английский: A crowd, русский: Люди"),
        ({"fields": ["texts.en.title", "closes_at"]}, "(английский),"),
        ({"batch": "64dbbd1dc4000"}, "2026"),
        ({"format": "jsonl", "purpose": "handover"}, "JSON Lines"),
        (
            {"filter": {"event": "login", "since": "2026-11-20T09:00+00:00"}},
            "12:00 (Москва)",
        ),
        ({"signatures": [f"id-{number}" for number in range(13)]}, "id-9"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_details_are_formatted_in_the_reader_s_language(reader, facts, words):
    row = shown_details(reader, "action-saved", **facts)

    assert words in row
    assert "{" not in row
    assert "id-10" not in row
    assert "T09:00" not in row


def test_roles_are_shown_with_the_titles_of_their_campaigns(reader):
    campaign = make_campaign(locales=("ru",))

    row = shown_details(
        reader, "staff-changed", roles={"exporter": [campaign.id, 99], "reviewer": "all"}
    )

    db.session.rollback()
    assert "(Title of racism (ru), 99)" in row
