"""The catalogs that ship with the program: compiled, read-only, read once a process."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from babel.messages import Message as BabelMessage
from babel.messages.mofile import read_mo

from campaign_actions.core import paths
from campaign_actions.core.messages import Forms
from campaign_actions.core.plurals import NoPluralRule, Rule, plural_rule

COMPILED = "*/LC_MESSAGES/messages.mo"


@cache
def shipped_locales() -> tuple[str, ...]:
    """BCP 47 tags of all catalogs there are, whether they are complete or not."""
    return tuple(tag_of(compiled) for compiled in sorted(paths.TRANSLATIONS.glob(COMPILED)))


@cache
def shipped(tag: str) -> Mapping[tuple[str, str], Forms]:
    """What the shipped catalog of a language says, by context and source; nothing if there is none."""
    compiled = paths.TRANSLATIONS / tag.replace("-", "_") / "LC_MESSAGES" / "messages.mo"
    return dict(_messages(compiled)) if compiled.exists() else {}


def tag_of(catalog: Path) -> str:
    """The language of a catalog file, by the folder it lies in."""
    return catalog.parts[-3].replace("_", "-")


def _messages(compiled: Path) -> Iterator[tuple[tuple[str, str], Forms]]:
    rule = plural_rule(tag_of(compiled))
    with compiled.open("rb") as file:
        catalog = read_mo(file)
    header = dict(catalog.mime_headers).get("Plural-Forms", "")
    for message in catalog:
        if message.id:
            source = message.id if isinstance(message.id, str) else message.id[0]
            if forms := _forms(message, rule, header):
                yield (message.context or "", source), forms


def _forms(message: BabelMessage, rule: Rule, header: str) -> Forms | None:
    """As the language counts here; None: what the catalog has is no good for that."""
    text = message.string or ""
    if isinstance(text, str):
        return (text,)
    try:
        return rule.adapt(tuple(text), header)
    except NoPluralRule:
        return None
