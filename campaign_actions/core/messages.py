"""What there is to translate: one message of a catalog, and the forms of its translation."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

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
    markup: str = "html"  # "html": as the source has it; "markdown": campaign copy; "text": plain

    @cached_property
    def key(self) -> str:
        """What rows and addresses name it by: it changes with the source and with nothing else."""
        return sha256(f"{self.context}\x04{self.source}".encode()).hexdigest()
