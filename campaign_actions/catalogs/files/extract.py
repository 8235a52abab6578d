"""Extracting the messages of code and templates in a checkout, for the template of all catalogs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from campaign_actions.catalogs.files.areas import area_of
from campaign_actions.catalogs.files.entry import Key
from campaign_actions.catalogs.files.headers import TEMPLATE_HEADERS
from campaign_actions.catalogs.files.po import create_po, create_unit
from campaign_actions.core.i18n.message import Message

EXTRACTION_METHODS = [("campaign_actions/**.py", "python"), ("templates/**", "jinja2")]
EXTRACTION_OPTIONS = {"templates/**": {"silent": "false", "newstyle_gettext": "true"}}
KEYWORDS: Mapping[str, Any] = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    "lazy_npgettext": ((1, "c"), 2, 3),
}
TRANSLATOR_COMMENT_TAGS = ("Translators:",)
COMMENT = """Translations template for Campaign Actions.
Copyright (C) the Campaign Actions contributors
This file is distributed under the same license as the Campaign Actions project."""


@dataclass
class _Found:
    plural: str | None = None
    notes: dict[str, None] = field(default_factory=dict)  # an ordered set
    places: set[str] = field(default_factory=set)


def messages_of_source(checkout: Path) -> list[Message]:
    """Sorted by source, so that the order does not depend on the file system."""
    found: dict[Key, _Found] = {}
    for place, texts, notes, context in _extracted(checkout):
        source, plural = (texts, None) if isinstance(texts, str) else (texts[0], texts[1])
        each = found.setdefault((context or "", source), _Found())
        each.plural = each.plural or plural
        each.notes |= dict.fromkeys(notes)
        each.places.add(place)
    return [_message(key, found[key]) for key in sorted(found, key=lambda key: key[::-1])]


def template_of(messages: Iterable[Message]) -> bytes:
    """A .pot file. It has neither line numbers nor dates, so it changes only when messages do."""
    file = create_po(TEMPLATE_HEADERS, comment=COMMENT)
    for message in messages:
        file.store.addunit(create_unit(message, count=2))
    return bytes(file)


def _extracted(
    checkout: Path,
) -> Iterator[tuple[str, str | tuple[str, ...], list[str], str | None]]:
    """File, source (with its plural, a tuple), notes and context of each occurrence."""
    for folder in ("campaign_actions", "templates"):
        found = extract_from_dir(
            checkout / folder,
            method_map=[
                (pattern.removeprefix(f"{folder}/"), name) for pattern, name in EXTRACTION_METHODS
            ],
            options_map={
                pattern.removeprefix(f"{folder}/"): options
                for pattern, options in EXTRACTION_OPTIONS.items()
            },
            keywords=KEYWORDS,
            comment_tags=TRANSLATOR_COMMENT_TAGS,
            strip_comment_tags=True,
        )
        for name, _line, texts, notes, context in found:
            yield f"{folder}/{name}", texts, notes, context


def _message(key: Key, found: _Found) -> Message:
    places = tuple(sorted(found.places))
    return Message(
        context=key[0],
        source=key[1],
        plural=found.plural,
        notes=tuple(found.notes),
        places=places,
        area=area_of(places),
    )
