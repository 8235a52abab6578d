"""Passkeys (WebAuthn): what a browser is asked, and whether its answer is true.

Where a passkey is good for comes from PUBLIC_URL, never from the Host header.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from flask import current_app
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

TIMEOUT_MS = 5 * 60 * 1000  # milliseconds a browser waits for the person


@dataclass(frozen=True)
class Challenge:
    """What a browser is asked for: `options` for its script, `challenge` to hold its answer against."""

    options: str
    challenge: str


@dataclass(frozen=True)
class NewPasskey:
    """What is kept of a passkey. `is_user_verified`: it asked for a finger, a face or a PIN."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    device_type: str
    is_backed_up: bool
    is_user_verified: bool


def origin() -> str:
    """Where browsers show this site. No passkey can be for a bare address: 127.0.0.1 is localhost."""
    parts = urlsplit(current_app.config["PUBLIC_URL"])
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{_host()}{port}"


def registration_challenge(
    *, handle: str, email: str, name: str, known: Iterable[bytes]
) -> Challenge:
    """Ask for a new passkey: of this device, a phone or a key; one that can say who it is, if it can.

    `known`: the ids of the passkeys somebody has, so that none is made twice.
    """
    challenge = secrets.token_urlsafe(32)
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=current_app.config["ORGANIZATION_NAME"],
        user_id=handle.encode(),
        user_name=email,
        user_display_name=name or email,
        challenge=challenge.encode(),
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_named(known),
    )
    return Challenge(webauthn.options_to_json(options), challenge)


def authentication_challenge(known: Iterable[bytes] = (), *, alone: bool) -> Challenge:
    """Ask for a passkey: one of `known`, or whichever there is. `alone`: it stands for the password too."""
    challenge = secrets.token_urlsafe(32)
    needs = UserVerificationRequirement
    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        challenge=challenge.encode(),
        timeout=TIMEOUT_MS,
        allow_credentials=_named(known),
        user_verification=needs.REQUIRED if alone else needs.PREFERRED,
    )
    return Challenge(webauthn.options_to_json(options), challenge)


def credential_id_of(answer: str) -> bytes:
    """The id of the passkey that an answer is from, as it says; b"" if it says none."""
    try:
        return base64url_to_bytes(json.loads(answer)["rawId"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return b""


def user_handle_of(answer: str) -> str:
    """Whose passkey it is, as an answer says; "" if it does not say."""
    try:
        return base64url_to_bytes(json.loads(answer)["response"]["userHandle"]).decode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""


def verify_registration(answer: str, challenge: str) -> NewPasskey | None:
    """A new passkey, if it was made on this site and for this challenge."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge.encode(),
            expected_origin=origin(),
            expected_rp_id=_host(),
        )
    except Exception:  # whatever a client sends that is no answer
        return None
    return NewPasskey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        device_type=str(made.credential_device_type.value),
        is_backed_up=made.credential_backed_up,
        is_user_verified=made.user_verified,
    )


def verify_authentication(
    answer: str, challenge: str, *, public_key: bytes, sign_count: int, alone: bool
) -> VerifiedAuthentication | None:
    """Whether the holder of a passkey answered, here and now; `alone`: and has shown who they are."""
    try:
        return webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge.encode(),
            expected_origin=origin(),
            expected_rp_id=_host(),
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=alone,
        )
    except Exception:  # whatever a client sends that is no answer
        return None


def _host() -> str:
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or ""
    try:
        return "localhost" if ip_address(host).is_loopback else host
    except ValueError:
        return host


def _named(ids: Iterable[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=known) for known in ids]
