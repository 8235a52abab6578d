"""The English that people read, by kind."""

import ast
import itertools
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import click
from jinja2 import Environment

from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.cli import group
from campaign_actions.core import paths

LIST: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent.parent / "english_tics.toml").read_text(encoding="utf-8")
)
PLACEHOLDER = re.compile(r"%\(\w+\)[ds]")
TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
SHOWN_ATTRIBUTE = re.compile(r'\b(?:alt|aria-label|content|placeholder|title)="([^"]*)"')
COMMENT = re.compile(r"(?:(?:^|(?<=\s))(?:#|--)\s.*\n\s*)+", re.MULTILINE)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class Text(NamedTuple):
    where: str
    body: str


def messages() -> Iterator[Text]:
    for message in interface_messages():
        for text in filter(None, (message.source, message.plural)):
            yield Text(", ".join(message.places[:1]), PLACEHOLDER.sub("…", text))


def command_help() -> Iterator[Text]:
    yield from _help_of(group, click.Context(group, info_name="campaign-actions"))


def _help_of(command: click.Command, context: click.Context) -> Iterator[Text]:
    yield Text(context.command_path, command.help or "")
    for parameter in command.params:
        yield Text(f"{context.command_path} {parameter.name}", getattr(parameter, "help", "") or "")
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child
            yield from _help_of(child, click.Context(child, parent=context, info_name=name))


def pages() -> Iterator[Text]:
    """The text of templates outside their messages, and the pages of the proxy."""
    for where, source in _files("pages"):
        shown = []
        for line, kind, value in Environment().lex(source):
            if kind == "data":
                shown.append(value)
            elif kind == "variable_begin":
                shown.append("…")
            elif kind == "string" and _is_prose(value[1:-1]):
                yield Text(f"{where}:{line}", value[1:-1])
        yield Text(where, TAG.sub(_shown_attributes, "".join(shown)))


def _shown_attributes(tag: re.Match[str]) -> str:
    return "\n\n".join(("", *SHOWN_ATTRIBUTE.findall(tag[0]), ""))


def output() -> Iterator[Text]:
    """The sentences in the code that are neither messages nor docstrings: it prints, logs or raises them."""
    for where, source in _files("code"):
        for line, sentence in sentences(source):
            yield Text(f"{where}:{line}", PLACEHOLDER.sub("…", sentence))


def sentences(source: str) -> Iterator[tuple[int, str]]:
    tree = ast.parse(source)
    seen = {id(docstring) for docstring in _docstrings(tree)}
    for node in ast.walk(tree):  # an f-string before its parts
        if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in seen:
            text = _string(node)
            if _is_prose(text):
                yield node.lineno, text
        if isinstance(node, ast.JoinedStr):
            seen.update(map(id, node.values))


def _string(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_string, node.values))
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "…"


def comments() -> Iterator[Text]:
    """Comments and docstrings."""
    for where, source in _files("code"):
        for docstring in _docstrings(ast.parse(source)):
            yield Text(f"{where}:{docstring.lineno}", docstring.value)
        yield from _comments(where, source)
    for where, source in _files("pages"):
        for line, kind, value in Environment().lex(source):
            if kind == "comment":
                yield Text(f"{where}:{line}", value)


def deployment() -> Iterator[Text]:
    """Settings, service files and the like, which may contain texts outside their comments."""
    for where, source in _files("deployment"):
        yield from _comments(where, source)
        yield Text(where, source)


def _comments(where: str, source: str) -> Iterator[Text]:
    for comment in COMMENT.finditer(source):
        line = source.count("\n", 0, comment.start()) + 1
        yield Text(f"{where}:{line}", comment[0])


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node):
            yield node.body[0].value


def files_of(kind: str) -> Callable[[], Iterator[Text]]:
    return lambda: itertools.starmap(Text, _files(kind))


def _files(kind: str) -> Iterator[tuple[str, str]]:
    for pattern in LIST["files"][kind]:
        files = sorted(filter(Path.is_file, paths.CHECKOUT.glob(pattern)))
        assert files, pattern
        for file in files:
            yield str(file.relative_to(paths.CHECKOUT)), file.read_text(encoding="utf-8")


def _is_prose(text: str) -> bool:
    return len(text.split()) > 2 and text not in _message_texts()


@cache
def _message_texts() -> set[str]:
    return {text for message in interface_messages() for text in (message.source, message.plural)}


KINDS: dict[str, Callable[[], Iterator[Text]]] = {
    "messages": messages,
    "help": command_help,
    "pages": pages,
    "output": output,
    "comments": comments,
    "demo": files_of("demo"),
    "documents": files_of("documents"),
    "deployment": deployment,
}
