"""Signed tokens for links: anyone who has one may do the one thing it is for."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, TimestampSigner

from campaign_actions.core.errors import DomainError
from campaign_actions.core.switches.email_clock import EmailClock

RUNNING = EmailClock()  # it never stopped
SEPARATOR = "~"  # between the parts of a subject
MIN_RANDOM_LENGTH = 20  # of an id that may have digits only, by chance


class LinkBroken(DomainError):
    status = 404
    title = _l("This link is incomplete")
    message = _l(
        "Some email programs cut long links. Copy the whole address from the email into your browser."
    )


class LinkExpired(DomainError):
    status = 410
    title = _l("This link has expired")
    message = _l(
        "For your safety, links work for a limited time. To get a new one, fill in the form again."
        " Nobody is counted twice."
    )


@dataclass(frozen=True)
class TokenKind:
    """Tokens for one purpose. `lifetime`: a period, or a setting in days; None if they have no end."""

    purpose: str
    lifetime: timedelta | str | None = None

    def make(self, *subject: str) -> str:
        """A token for opaque text without dots: random or keyed ids, never the number of a row.

        After a restore, the database gives a number to another row, which an old link would then open.
        """
        if any(part.isdecimal() and len(part) < MIN_RANDOM_LENGTH for part in subject):
            raise ValueError("A token must not name the number of a row.")
        return self._signer.sign(SEPARATOR.join(subject)).decode()

    def read(self, token: str, *, clock: EmailClock = RUNNING) -> str:
        """The subject of a token of this kind that is not too old by a clock; its parts have SEPARATOR.

        Raises LinkBroken, LinkExpired.
        """
        subject, made_at = self.read_dated(token)
        lifetime = self.lifetime
        if isinstance(lifetime, str):
            lifetime = timedelta(days=current_app.config[lifetime])
        if lifetime is not None and clock.age(made_at, datetime.now(UTC)) > lifetime:
            raise LinkExpired
        return subject

    def read_dated(self, token: str) -> tuple[str, datetime]:
        """The subject of a token of any age, and when it was made. Raises LinkBroken.

        A token from the future is valid: it cannot be forged, so the clock has been put back.
        """
        try:
            subject, made_at = self._signer.unsign(token, return_timestamp=True)
            return subject.decode(), made_at
        except (BadSignature, UnicodeError) as error:
            raise LinkBroken from error

    @property
    def _signer(self) -> TimestampSigner:
        """Signs with SECRET_KEY, and accepts signatures by SECRET_KEY_FALLBACKS."""
        config = current_app.config
        return _signer(self.purpose, (*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]))


@lru_cache(maxsize=64)
def _signer(purpose: str, keys: tuple[str, ...]) -> TimestampSigner:
    return TimestampSigner(list(keys), salt=purpose, digest_method=hashlib.sha256)
