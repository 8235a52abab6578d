"""One-time codes of an authenticator app (TOTP), whose secrets are encrypted with SECRET_KEY."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_security import Totp
from markupsafe import Markup
from passlib.exc import TokenError
from passlib.totp import TOTP
from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode

from campaign_actions.core.security.secrets import fingerprint

DRIFT_SECONDS = 30  # seconds a clock may be wrong, in each direction
ENCRYPTION_COST = 8  # the key is a random one, no password: it need not be made slow
BORDER = 4  # modules of white around a QR code: ISO/IEC 18004


@dataclass(frozen=True)
class Match:
    """A code that was right: its number in time, and its secret as it is to be kept from now on."""

    counter: int
    secret: str


class OneTimeCodes(Totp):
    """Secrets are encrypted with the first key, and read with any. A key is named by its fingerprint."""

    def __init__(self, keys: list[str], issuer: str) -> None:
        secrets = {_tag(key): _derived(key) for key in keys}
        self._totp = TOTP.using(
            issuer=issuer.replace(":", " "),
            secrets=secrets,
            default_tag=_tag(keys[0]),
            encrypt_cost=ENCRYPTION_COST,
        )

    def match(self, code: str, secret: str, *, after: int | None, now: datetime) -> Match | None:
        """Whether a code is right now, and newer than the code that was used last.

        Never, when the key that a secret was encrypted with is gone.
        """
        try:
            found = self._totp.verify(
                code, secret, time=now, window=DRIFT_SECONDS, last_counter=after
            )
        except (TokenError, ValueError, KeyError):
            return None
        kept = self._totp.from_source(secret)
        return Match(found.counter, kept.to_json(encrypt=True) if kept.changed else secret)

    def code_at(self, secret: str, now: datetime) -> str:
        return str(self._totp.from_source(secret).generate(time=now).token)

    def keep(self, base32: str) -> str:
        """A secret as it is kept."""
        return str(self._totp(key=base32).to_json(encrypt=True))

    def in_groups(self, secret: str) -> str:
        """A secret to type by hand."""
        return str(self._totp.from_source(secret).pretty_key(sep=" "))


def one_time_codes() -> OneTimeCodes:
    """With the keys of this installation."""
    config = current_app.config
    keys = [config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]]
    return OneTimeCodes(keys, config["ORGANIZATION_NAME"])


def qr_code(text: str) -> Markup:
    """A QR code as SVG that needs no style: black squares, one path."""
    drawn = QRCode(error_correction=ERROR_CORRECT_L, border=BORDER)
    drawn.add_data(text)
    rows = drawn.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return Markup(
        '<svg class="qr" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" aria-hidden="true"'
        ' focusable="false"><rect width="{size}" height="{size}" fill="#fff"/>'
        '<path d="{path}" fill="#000"/></svg>'
    ).format(size=len(rows), path=path)


def _tag(key: str) -> str:
    return fingerprint(key)


def _derived(key: str) -> str:
    return hmac.digest(key.encode(), b"secrets of one-time codes", hashlib.sha256).hex()
