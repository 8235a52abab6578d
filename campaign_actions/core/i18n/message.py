"""What there is to translate, and what can be wrong with a translation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

SOURCE = "en"  # the language the messages are written in
Forms = tuple[str, ...]  # one for each plural form; one for a message without; () = nothing yet


@dataclass(frozen=True, kw_only=True)
class Message:
    """A text in the source language, with all that a translator should know of it."""

    context: str = ""  # gettext's msgctxt: tells equal words of two meanings apart
    source: str
    plural: str | None = None
    notes: tuple[str, ...] = ()  # for translators: where it appears, how long it may be
    places: tuple[str, ...] = ()  # files (interface) or pages (campaign copy)
    area: str = ""  # form, errors, consent, mails, pages, staff; or copy
    most: int | None = None  # characters it may have
    markup: str = "html"  # "html": as the source has it; "markdown": a block of campaign copy;
    # "item": one of a list, whose first words in bold are its head; "text": plain

    @cached_property
    def key(self) -> str:
        """What rows and addresses name it by: it changes with the source and with nothing else."""
        return sha256(f"{self.context}\x04{self.source}".encode()).hexdigest()

    @property
    def is_markdown(self) -> bool:
        return self.markup in {"markdown", "item"}

    @property
    def model(self) -> str:
        """The source that each form is held against: the one for many."""
        return self.plural or self.source


@dataclass(frozen=True)
class Issue:
    """What is wrong with a translation: `catalogs/validation/issue_texts` has words for each code."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    form: int | None = None  # which plural form has it
