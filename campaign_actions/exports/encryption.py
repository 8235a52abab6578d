"""Encrypts exports for one recipient, while they are sent, in the format of https://age-encryption.org/v1."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Self

import pyrage
from flask_babel import lazy_gettext as _l

from campaign_actions.core.errors import DomainError
from campaign_actions.exports.streaming import closing_source

# Also a key without its first line: the Base64 of each OpenSSH private key begins with its format.
SECRET_KEY = re.compile(
    r"AGE-SECRET-KEY-|AGE-PLUGIN-|PRIVATE KEY-----|PuTTY-User-Key|b3BlbnNzaC1rZXktdjE",
    re.IGNORECASE,
)


class InvalidRecipientKey(DomainError):
    """The text is not a public key that a file can be encrypted for."""

    message = _l(
        "This is not a public key that we can use. Enter one that looks like “age1…”, or an SSH public"
        " key that looks like “ssh-ed25519 …” or “ssh-rsa …”. Copy all of it, without a line break."
    )


class SecretKeyEntered(InvalidRecipientKey):
    """The text contains a secret key. It must not be shown again, stored or logged."""

    message = _l(
        "This key is secret and must not be entered here. It was not saved. Enter the public key that"
        " belongs to it, which looks like “age1…”, “ssh-ed25519 …” or “ssh-rsa …”."
    )


@dataclass(frozen=True)
class Recipient:
    """A public key. `text` is the key alone: the comment of an SSH key often names a person."""

    text: str
    key: Any = field(repr=False, compare=False)


def parse_recipient(text: str) -> Recipient:
    """Raises InvalidRecipientKey, or its subclass SecretKeyEntered. Neither contains the text."""
    if SECRET_KEY.search(text):
        raise SecretKeyEntered
    words = text.split() if "\n" not in text.strip() else []
    key = _parse(words)
    if key is None:  # raised here, outside of `except`, so that no error of the library is attached
        raise InvalidRecipientKey
    is_ssh = isinstance(key, pyrage.ssh.Recipient)
    return Recipient(" ".join(words[:2]) if is_ssh else str(key), key)


def encrypt(chunks: Iterator[bytes], recipient: Recipient) -> Generator[bytes]:
    """The chunks as an encrypted file.

    Each call of `next` generates chunks in its own thread and context, so they may use its database session.
    Their errors are raised unchanged. Closing the file closes them and ends the thread that encrypts.
    """
    with closing_source(chunks), _Encryption(recipient) as encryption:
        for chunk in filter(None, chunks):
            if encrypted := encryption.exchange(chunk):
                yield encrypted
        yield encryption.exchange(b"") + encryption.rest()


class _Encryption:
    """Runs pyrage, which reads its input and writes its output by calling us, in a thread of its own.

    The thread encrypts one chunk while the caller generates the next, and is never more than one ahead.
    """

    def __init__(self, recipient: Recipient) -> None:
        self._recipient = recipient
        self._inputs: SimpleQueue[bytes | None] = SimpleQueue()  # b"": the end, None: stop
        self._outputs: SimpleQueue[bytes | BaseException] = SimpleQueue()  # one for each input
        self._chunk, self._position = b"", 0
        self._is_at_end = False
        self._encrypted: list[bytes] = []
        self._thread = Thread(target=self._run, name="encryption", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._inputs.put(None)
        self._thread.join()

    def exchange(self, chunk: bytes) -> bytes:
        """Hand over the next chunk, and get the bytes encrypted before it, if there are any."""
        encrypted = self.rest()
        self._inputs.put(chunk)
        return encrypted

    def rest(self) -> bytes:
        """Wait until the thread needs more input or has finished, and get the bytes it has encrypted."""
        encrypted = self._outputs.get()
        if isinstance(encrypted, BaseException):
            raise encrypted
        return encrypted

    def _run(self) -> None:
        try:
            pyrage.encrypt_io(self, self, [self._recipient.key])
        except BaseException as error:  # raised in the thread that waits for the output
            self._outputs.put(error)
        else:
            self._outputs.put(self._take_encrypted())

    def read(self, size: int) -> bytes:
        """Called by pyrage."""
        if self._position >= len(self._chunk) and not self._is_at_end:
            self._outputs.put(self._take_encrypted())
            chunk = self._inputs.get()
            if chunk is None:
                raise _Stopped
            self._chunk, self._position, self._is_at_end = chunk, 0, not chunk
        start, self._position = self._position, self._position + size
        return self._chunk[start : self._position]

    def write(self, encrypted: bytes) -> int:
        """Called by pyrage."""
        self._encrypted.append(encrypted)
        return len(encrypted)

    def flush(self) -> None:
        """Called by pyrage."""

    def _take_encrypted(self) -> bytes:
        encrypted = b"".join(self._encrypted)
        self._encrypted.clear()
        return encrypted


class _Stopped(Exception):
    """Nobody takes the rest of the file."""


def _parse(words: list[str]) -> Any:
    """The key for pyrage, or None."""
    try:
        if len(words) == 1:
            return pyrage.x25519.Recipient.from_str(words[0])
        return pyrage.ssh.Recipient.from_str(" ".join(words[:2]))
    except pyrage.RecipientError:
        return None
