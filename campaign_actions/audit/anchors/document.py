"""An anchor as a short text that people can read and keep.

    -----BEGIN CAMPAIGN ACTIONS AUDIT ANCHOR-----
    Version: 1
    Site: https://actions.example.org
    Entry: 1234
    Entries: 1234
    Hash: 6fd0…
    Time: 2026-11-27T05:00:00Z
    Public-Key: mF3q…
    Signature: x8Zs…
    -----END CAMPAIGN ACTIONS AUDIT ANCHOR-----

The Ed25519 signature covers the lines from BEGIN to Public-Key in UTF-8, each ended by a line feed. An
anchor can still be read after a mail program has wrapped or quoted lines or changed their ends.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from campaign_actions.core.security.audit_key import public_key_of

VERSION = 1
BEGIN = "-----BEGIN CAMPAIGN ACTIONS AUDIT ANCHOR-----"
END = "-----END CAMPAIGN ACTIONS AUDIT ANCHOR-----"
FIELDS = ("Version", "Site", "Entry", "Entries", "Hash", "Time", "Public-Key", "Signature")
LINE = re.compile(rf"({'|'.join(FIELDS)}): *(.*)")
QUOTE_PREFIX = re.compile(r"^[>\s]+", re.MULTILINE)  # how mail programs mark quoted lines
BLOCK = re.compile(rf"^{BEGIN}\s*$(.*?)^{END}\s*$", re.MULTILINE | re.DOTALL)
HASH = re.compile(r"[0-9a-f]{64}")
TIME = "%Y-%m-%dT%H:%M:%SZ"
SIGNATURE_LINE = 44  # characters; short enough for any mail program


class BadAnchor(ValueError):
    """A text that begins like an anchor but is not one. The message says what is wrong."""


@dataclass(frozen=True)
class Anchor:
    """The state of the log at a moment: its newest entry with its hash, and the number of entries."""

    site: str  # PUBLIC_URL
    entry: int  # the number of the newest entry
    entries: int
    hash: str
    made_at: datetime  # to the second
    public_key: str  # in base64
    signature: str = ""  # in base64

    @property
    def text(self) -> str:
        cut = range(0, len(self.signature), SIGNATURE_LINE)
        lines = "\n ".join(self.signature[at : at + SIGNATURE_LINE] for at in cut)
        return f"{self._signed}Signature: {lines}\n{END}\n"

    @property
    def digest(self) -> bytes:
        """SHA-256 of the text, which time stamps cover."""
        return hashlib.sha256(self.text.encode()).digest()

    @property
    def is_signature_valid(self) -> bool:
        try:
            key = Ed25519PublicKey.from_public_bytes(b64decode(self.public_key, validate=True))
            key.verify(b64decode(self.signature, validate=True), self._signed.encode())
        except (ValueError, InvalidSignature):
            return False
        return True

    def signed(self, key: Ed25519PrivateKey) -> "Anchor":
        own = replace(self, public_key=public_key_of(key))
        return replace(own, signature=b64encode(key.sign(own._signed.encode())).decode())

    @property
    def _signed(self) -> str:
        return (
            f"{BEGIN}\nVersion: {VERSION}\nSite: {self.site}\nEntry: {self.entry}\n"
            f"Entries: {self.entries}\nHash: {self.hash}\nTime: {self.made_at:{TIME}}\n"
            f"Public-Key: {self.public_key}\n"
        )


def printable_site(public_url: str) -> str:
    """An address in plain ASCII on one line, which every mail program leaves unchanged."""
    return "".join(public_url.split()).encode("ascii", "backslashreplace").decode()


def find_anchors(data: bytes) -> Iterator[Anchor | BadAnchor]:
    """The anchors in a file, plain text or a saved email. Unreadable ones are yielded as BadAnchor."""
    for text in _texts(data):
        for block in BLOCK.finditer(QUOTE_PREFIX.sub("", text.replace("\r\n", "\n"))):
            try:
                yield read_anchor(block[1].rpartition(BEGIN)[2])  # skips one that was cut off
            except BadAnchor as error:
                yield error


def read_anchor(block: str) -> Anchor:
    """The anchor in the lines between BEGIN and END, or with them. Raises BadAnchor."""
    values = _values(block)
    if missing := [name for name in FIELDS if not values.get(name)]:
        raise BadAnchor(f"it does not have {', '.join(missing)}")
    if values["Version"] != str(VERSION):
        raise BadAnchor(f"it has version {values['Version']}, but this program reads {VERSION}")
    if not HASH.fullmatch(values["Hash"]):
        raise BadAnchor("its hash is not valid")
    try:
        entry, entries = int(values["Entry"]), int(values["Entries"])
        made_at = datetime.strptime(values["Time"], TIME).replace(tzinfo=UTC)
        b64decode(values["Public-Key"], validate=True)
        b64decode(values["Signature"], validate=True)
    except (ValueError, NotBase64) as error:
        raise BadAnchor(f"it cannot be read ({error})") from None
    key, signature = values["Public-Key"], values["Signature"]
    return Anchor(values["Site"], entry, entries, values["Hash"], made_at, key, signature)


def _values(block: str) -> dict[str, str]:
    """Values by field name. A line without a name continues the previous one. Raises BadAnchor."""
    values: dict[str, str] = {}
    name = ""
    for line in (line.strip() for line in block.splitlines()):
        if found := LINE.fullmatch(line):
            name = found[1]
            if name in values:
                raise BadAnchor(f"it has two lines {name}")
            values[name] = found[2]
        elif name and line not in (BEGIN, END):
            values[name] += line
    return values


def _texts(data: bytes) -> Iterator[str]:
    """The text of a file, or the decoded plain-text parts of an email."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    if not message.keys():
        yield data.decode("utf-8-sig", errors="replace")
        return
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            body = part.get_payload(decode=True)
            yield body.decode(errors="replace") if isinstance(body, bytes) else ""
