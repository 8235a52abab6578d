"""A software passkey, which answers the WebAuthn requests of pages with its own key.

Its counter stays 0, like that of synchronised passkeys.
"""

import hashlib
import html
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

from tests.support.staff_client import token_of

ORIGIN = "http://actions.example.org"
HOST = "actions.example.org"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # flags of WebAuthn, 6.1


@dataclass
class Authenticator:
    """`verifies_user`: whether it claims user verification, such as by fingerprint."""

    verifies_user: bool = True
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, challenge: str) -> str:
        """The answer to a page that asks for a new passkey."""
        data = self._data(ATTESTED) + bytes(16) + len(self.credential).to_bytes(2, "big")
        data += self.credential + cbor2.dumps(self._public_key())
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = _client_data("webauthn.create", challenge)
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def get(self, challenge: str) -> str:
        """The answer to a page that asks for a passkey."""
        data, client = self._data(), _client_data("webauthn.get", challenge)
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _data(self, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies_user else 0)
        return hashlib.sha256(HOST.encode()).digest() + bytes([flags]) + bytes(4)

    def _public_key(self) -> dict[int, Any]:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return {1: 2, 3: -7, -1: 1, -2: x, -3: y}

    def _answer(self, **response: bytes) -> str:
        name = bytes_to_base64url(self.credential)
        parts = {part: bytes_to_base64url(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})


@dataclass(frozen=True)
class PasskeyRequest:
    """The request of a page: all that is needed to answer it, and to answer it again."""

    challenge: str
    fields: dict[str, str]


def request_on(page: str) -> PasskeyRequest:
    """The request in the text of a page."""
    options = json.loads(html.unescape(re.search(r'data-options="([^"]*)"', page)[1]))
    asked = re.search(r'name="asked" value="([^"]*)"', page)[1]
    return PasskeyRequest(options["challenge"], {"csrf_token": token_of(page), "asked": asked})


def add(client, passkey: Authenticator, name: str = "key"):
    """Add a passkey on its page; returns the response."""
    asked = request_on(client.get("/staff/account/passkeys/new/").text)
    fields = asked.fields | {"answer": passkey.create(asked.challenge), "name": name}
    return client.post("/staff/account/passkeys/new/", data=fields)


def show(client, passkey: Authenticator, page: str, *, to: str = "") -> tuple[Any, dict[str, str]]:
    """Use a passkey on a page; returns the response, and the fields that were sent."""
    asked = request_on(client.get(page).text)
    fields = asked.fields | {"answer": passkey.get(asked.challenge)}
    return client.post(to or page, data=fields), fields


def _client_data(kind: str, challenge: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": ORIGIN}).encode()
