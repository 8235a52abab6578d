"""Opens encrypted exports with an age identity or an SSH private key."""

import re
from io import BufferedReader
from typing import Any, BinaryIO

import pyrage

MAGIC = b"age-encryption.org/"
ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"
AGE_IDENTITY = re.compile(r"^AGE-SECRET-KEY-.*$", re.MULTILINE)
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")


class DecryptionRefused(Exception):
    """A key or a file cannot be used; the text says why, and never contains any of the key."""


def parse_identities(data: bytes) -> list[Any]:
    """The secret keys in a file: lines as age-keygen writes them, or one SSH private key.

    Raises DecryptionRefused.
    """
    text = data.decode("utf-8", errors="replace")
    try:
        if PRIVATE_KEY.search(text):
            return [pyrage.ssh.Identity.from_buffer(data)]
        identities = [
            pyrage.x25519.Identity.from_str(line.strip()) for line in AGE_IDENTITY.findall(text)
        ]
    except pyrage.IdentityError as error:
        raise DecryptionRefused(_describe(str(error))) from None
    if not identities:
        raise DecryptionRefused(
            "It is not a secret key. It must be a file from age-keygen, or an SSH private key."
        )
    return identities


def decrypt(source: BufferedReader, target: BinaryIO, identities: list[Any]) -> None:
    """Write the contents, in constant memory.

    Raises OSError if the target cannot be written, and DecryptionRefused for all else. Part of the contents
    may then have been written: discard it.
    """
    if not source.peek(len(ARMOR)).startswith((MAGIC, ARMOR)):
        raise DecryptionRefused("It is not an encrypted export (an age file).")
    try:
        pyrage.decrypt_io(source, target, identities)
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise DecryptionRefused("It was encrypted for another key.") from None
        raise DecryptionRefused("It is damaged or incomplete.") from None
    except OSError as error:
        if error.errno is not None:  # from the target
            raise
        raise DecryptionRefused("It is damaged or incomplete.") from None


def _describe(reason: str) -> str:
    """The reason why pyrage refuses a key, with a remedy."""
    if "must be decrypted first" in reason or "EncryptedPem" in reason:
        return (
            "It is protected by a passphrase. Make a copy without it:"
            " `cp KEY COPY && ssh-keygen -p -N '' -f COPY`. Use that, then delete it."
        )
    if "unsupported key" in reason:
        return "SSH keys of this kind cannot decrypt files. Use an Ed25519 or RSA key."
    return "It is damaged or incomplete."
