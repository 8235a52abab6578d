"""A translatable message, and what can be wrong with a translation of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

SOURCE = "en"  # the language the messages are written in
Forms = tuple[str, ...]  # one per plural form; a single one without plurals; () = untranslated


@dataclass(frozen=True, kw_only=True)
class Message:
    """A text in the source language, with everything a translator should know about it."""

    context: str = ""  # gettext's msgctxt: distinguishes equal texts with different meanings
    source: str
    plural: str | None = None
    notes: tuple[str, ...] = ()  # for translators: where it appears, how long it may be
    places: tuple[str, ...] = ()  # files (interface) or pages (campaign copy)
    area: str = ""  # `form`, `errors`, `consent`, `mails`, `pages`, `staff`; or `copy`
    max_length: int | None = None  # characters
    # "html": HTML if the source is; "markdown": a block of campaign copy; "item": a list item, whose
    # first bold words are its heading; "text": plain
    markup: str = "html"

    @cached_property
    def key(self) -> str:
        """Its name in rows and addresses: a hash of context and source."""
        return sha256(f"{self.context}\x04{self.source}".encode()).hexdigest()

    @property
    def is_markdown(self) -> bool:
        return self.markup in {"markdown", "item"}

    @property
    def model(self) -> str:
        """The source that each plural form is compared with."""
        return self.plural or self.source


@dataclass(frozen=True)
class Issue:
    """A problem with a translation; `catalogs/validation/issue_texts` has a sentence for each code."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    form: int | None = None  # index of the plural form
