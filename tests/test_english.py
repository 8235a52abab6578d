"""Texts that people read keep clear of turns of phrase that make English sound translated."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest

from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.cli import group
from campaign_actions.core import paths

TICS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "english_tics.toml").read_text(encoding="utf-8")
)["tic"]
PLACEHOLDER = re.compile(r"%\(\w+\)[ds]")
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`|\]\([^)]*\)|<[^>]*>", re.MULTILINE | re.DOTALL)


class Text(NamedTuple):
    where: str
    body: str


def messages() -> Iterator[Text]:
    for message in interface_messages():
        for text in filter(None, (message.source, message.plural)):
            yield Text(", ".join(message.places[:1]), PLACEHOLDER.sub("…", text))


def command_help() -> Iterator[Text]:
    yield from help_of(group, click.Context(group, info_name="campaign-actions"))


def help_of(command: click.Command, context: click.Context) -> Iterator[Text]:
    yield Text(context.command_path, " ".join((command.help or "").split()))
    for parameter in command.params:
        yield Text(f"{context.command_path} {parameter.name}", getattr(parameter, "help", "") or "")
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child
            yield from help_of(child, click.Context(child, parent=context, info_name=name))


def demo_copy() -> Iterator[Text]:
    for file in sorted((paths.PACKAGE / "demo" / "content").glob("*.en.toml")):
        yield Text(file.name, file.read_text(encoding="utf-8"))


def proxy_pages() -> Iterator[Text]:
    for file in sorted((paths.CHECKOUT / "deploy/nginx").rglob("*.html")):
        yield Text(file.name, CODE.sub(" ", file.read_text(encoding="utf-8")))


def documents() -> Iterator[Text]:
    for file in sorted((*paths.CHECKOUT.glob("*.md"), *paths.CHECKOUT.glob("docs/**/*.md"))):
        if file.name == "glossary.md":  # most of its words are not English
            continue
        text = CODE.sub(" ", file.read_text(encoding="utf-8"))
        yield Text(str(file.relative_to(paths.CHECKOUT)), re.sub(r"\s*\n(?!\n)\s*", " ", text))


KINDS = {
    "messages": messages,
    "help": command_help,
    "demo": demo_copy,
    "pages": proxy_pages,
    "documents": documents,
}


def tics_in(text: str, kind: str) -> list[str]:
    found = []
    for tic in TICS:
        if kind not in tic.get("where", KINDS):
            continue
        rest = text
        for right in tic.get("except", ()):
            rest = re.sub(right, " ", rest, flags=re.IGNORECASE)
        for match in re.finditer(tic["pattern"], rest, flags=re.IGNORECASE):
            around = rest[max(match.start() - 40, 0) : match.end() + 40]
            found.append(f"“{match[0]}” in “{around}” (write: {tic['use']})")
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_has_a_tic(kind):
    texts = list(KINDS[kind]())
    found = [f"{text.where}: {tic}" for text in texts for tic in tics_in(text.body, kind)]

    assert texts
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "is_tic"),
    [
        ("Somebody has signed.", True),
        ("Write your e-mail address.", True),
        ("We send one mail.", True),
        ("The mail server does not answer.", False),
        ("Who takes the signature back leaves the count.", True),
        ("Who can see this?", False),
        ("This is no JPEG.", True),
        ("There is no campaign here.", False),
        ("It is no longer public.", False),
        ("This text waits for approval.", True),
        ("Please wait a few minutes.", False),
    ],
)
def test_the_list_tells_tics_from_good_english(text, is_tic):
    assert bool(tics_in(text, "messages")) == is_tic
