"""One-time codes of authenticator apps (TOTP). Their secrets are encrypted with SECRET_KEY."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_security import Totp
from passlib.exc import TokenError
from passlib.totp import TOTP

from campaign_actions.core.organization import default_name
from campaign_actions.core.security.secrets import fingerprint

DRIFT_SECONDS = 30  # how far a clock may be wrong in each direction
ENCRYPTION_COST = 8  # low, because the key is random rather than a password


@dataclass(frozen=True)
class Match:
    """A correct code: its time step, and the encrypted secret to store from now on."""

    counter: int
    secret: str


class OneTimeCodes(Totp):
    """Encrypts secrets with the first key, and decrypts with any. Keys are tagged by their fingerprint."""

    def __init__(self, keys: list[str], issuer: str) -> None:
        secrets = {_tag(key): _derive(key) for key in keys}
        self._totp = TOTP.using(
            issuer=issuer.replace(":", " "),
            secrets=secrets,
            default_tag=_tag(keys[0]),
            encrypt_cost=ENCRYPTION_COST,
        )

    def match(self, code: str, secret: str, *, after: int | None, now: datetime) -> Match | None:
        """Verify a code at this time; it must be newer than time step `after`, the last one used.

        None if it is wrong, or the key that the secret was encrypted with is gone.
        """
        try:
            found = self._totp.verify(
                code, secret, time=now, window=DRIFT_SECONDS, last_counter=after
            )
        except (TokenError, ValueError, KeyError):
            return None
        stored = self._totp.from_source(secret)
        return Match(found.counter, stored.to_json(encrypt=True) if stored.changed else secret)

    def code_at(self, secret: str, now: datetime) -> str:
        return str(self._totp.from_source(secret).generate(time=now).token)

    def encrypt(self, base32: str) -> str:
        """A secret in the form in which it is stored."""
        return str(self._totp(key=base32).to_json(encrypt=True))

    def in_groups(self, secret: str) -> str:
        """A secret in groups of characters, to be typed."""
        return str(self._totp.from_source(secret).pretty_key(sep=" "))


def one_time_codes() -> OneTimeCodes:
    """One-time codes with the keys of this installation."""
    config = current_app.config
    keys = [config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]]
    return OneTimeCodes(keys, default_name())


def _tag(key: str) -> str:
    return fingerprint(key)


def _derive(key: str) -> str:
    return hmac.digest(key.encode(), b"secrets of one-time codes", hashlib.sha256).hex()
