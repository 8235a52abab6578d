"""Proofs of work: a browser solves a puzzle before a form is accepted, so that thousands of fakes cost much.

The challenges are those of ALTCHA (https://altcha.org/docs/v2/): the browser tries numbers until a key
derived from one has a given beginning. Nothing about the person is in a challenge or in a proof.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from altcha import Payload, create_challenge, verify_solution
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection

from campaign_actions.core.errors import DomainError
from campaign_actions.core.security.used_challenges import use_challenge

LIFETIME = timedelta(minutes=10)
ALGORITHM = "PBKDF2/SHA-256"
COST = 2000  # iterations for each number that is tried
# The number to find is between half of this and this, so that the time is limited for people, and never
# short for a program. `python -m benchmarks proofs` compares it with five seconds on a phone of 2018.
MAX_TRIES = 600
_UNREADABLE = ValueError, KeyError, TypeError, AttributeError, RecursionError


class ProofRefused(DomainError):
    """A proof is too old, was used before, or is not one of ours. The page then makes a new one."""

    message = _l("The check of this form has expired. Press the button again.")


def new_challenge(subject: str, *, now: datetime) -> dict[str, object]:
    """A challenge as JSON for the widget. Its proof is valid for ten minutes, for one subject."""
    number = MAX_TRIES - secrets.randbelow(MAX_TRIES // 2)
    key = current_app.config["SECRET_KEY"]
    challenge: dict[str, object] = create_challenge(
        ALGORITHM,
        COST,
        counter=number,
        expires_at=now + LIFETIME,
        data={"subject": subject},
        hmac_secret=_derive(key, "challenge"),
        hmac_key_secret=_derive(key, "solution"),
    ).to_dict()
    return challenge


def use_proof(connection: Connection, proof: str, subject: str, *, now: datetime) -> None:
    """Accept a proof for `subject`, once on all machines. Raises ProofRefused."""
    try:
        payload = Payload.from_base64(proof)
        is_valid = any(_is_solved(payload, key) for key in _keys())
    except _UNREADABLE:
        raise ProofRefused from None
    known = payload.challenge.parameters
    if not is_valid or known.data != {"subject": subject}:
        raise ProofRefused
    if not use_challenge(connection, f"proof {known.nonce}", now=now):
        raise ProofRefused


def _is_solved(payload: Payload, key: str) -> bool:
    """Whether we have made the challenge, at most ten minutes ago, and the solution is right."""
    return bool(
        verify_solution(
            payload, _derive(key, "challenge"), hmac_key_secret=_derive(key, "solution")
        ).verified
    )


def _keys() -> tuple[str, ...]:
    config = current_app.config
    return config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]


def _derive(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), f"proof of work: {purpose}".encode(), hashlib.sha256)
