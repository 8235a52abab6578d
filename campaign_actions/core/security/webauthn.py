"""Passkeys (WebAuthn): options for the browser, and verification of its responses.

The origin and relying party come from PUBLIC_URL, never from the Host header.
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

from campaign_actions.core.organization import default_name

TIMEOUT_MS = 5 * 60 * 1000  # how long the browser waits for the person


@dataclass(frozen=True)
class Challenge:
    """`options`: JSON for the script in the browser. `challenge`: to verify the response with."""

    options: str
    challenge: str


@dataclass(frozen=True)
class NewPasskey:
    """The stored part of a passkey. `is_user_verified`: it asked for a fingerprint, face or PIN."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    device_type: str
    is_backed_up: bool
    is_user_verified: bool


def origin() -> str:
    """The origin of this site. Passkeys cannot be for an IP address, so 127.0.0.1 becomes localhost."""
    parts = urlsplit(current_app.config["PUBLIC_URL"])
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{_host()}{port}"


def registration_challenge(
    *, handle: str, email: str, name: str, known: Iterable[bytes]
) -> Challenge:
    """Options for creating a passkey, if possible a discoverable one with user verification.

    `handle`: the user handle. `known`: ids of passkeys that the member already has.
    """
    challenge = secrets.token_urlsafe(32)
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=default_name(),
        user_id=handle.encode(),
        user_name=email,
        user_display_name=name or email,
        challenge=challenge.encode(),
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    return Challenge(webauthn.options_to_json(options), challenge)


def authentication_challenge(known: Iterable[bytes] = (), *, is_passwordless: bool) -> Challenge:
    """Options for logging in with one of the passkeys `known`, or with any.

    `is_passwordless`: it replaces the password too, so user verification is required.
    """
    challenge = secrets.token_urlsafe(32)
    requirement = UserVerificationRequirement
    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        challenge=challenge.encode(),
        timeout=TIMEOUT_MS,
        allow_credentials=_descriptors(known),
        user_verification=requirement.REQUIRED if is_passwordless else requirement.PREFERRED,
    )
    return Challenge(webauthn.options_to_json(options), challenge)


def credential_id_of(response: str) -> bytes:
    """The credential id that a response claims; b"" if there is none."""
    try:
        return base64url_to_bytes(json.loads(response)["rawId"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return b""


def user_handle_of(response: str) -> str:
    """The user handle that a response claims; "" if there is none."""
    try:
        return base64url_to_bytes(json.loads(response)["response"]["userHandle"]).decode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""


def verify_registration(response: str, challenge: str) -> NewPasskey | None:
    """The new passkey, if it was created on this site and for this challenge."""
    try:
        verified = webauthn.verify_registration_response(
            credential=response,
            expected_challenge=challenge.encode(),
            expected_origin=origin(),
            expected_rp_id=_host(),
        )
    except Exception:  # whatever invalid data a client sends
        return None
    return NewPasskey(
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        device_type=str(verified.credential_device_type.value),
        is_backed_up=verified.credential_backed_up,
        is_user_verified=verified.user_verified,
    )


def verify_authentication(
    response: str, challenge: str, *, public_key: bytes, sign_count: int, is_passwordless: bool
) -> VerifiedAuthentication | None:
    """The verified response; None if it is invalid. `is_passwordless`: requires user verification."""
    try:
        return webauthn.verify_authentication_response(
            credential=response,
            expected_challenge=challenge.encode(),
            expected_origin=origin(),
            expected_rp_id=_host(),
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=is_passwordless,
        )
    except Exception:  # whatever invalid data a client sends
        return None


def _host() -> str:
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or ""
    try:
        return "localhost" if ip_address(host).is_loopback else host
    except ValueError:
        return host


def _descriptors(ids: Iterable[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=credential_id) for credential_id in ids]
