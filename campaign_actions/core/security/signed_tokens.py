"""Signed tokens for links: anyone who has one may do the one thing it is for."""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, TimestampSigner

from campaign_actions.core.errors import DomainError
from campaign_actions.core.switches.email_clock import EmailClock

RUNNING = EmailClock()  # it never stopped


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


def make_token(purpose: str, subject: str) -> str:
    """A token for `subject` (opaque text without dots), valid for one `purpose`."""
    return token_signer(purpose).sign(subject).decode()


def read_token(
    purpose: str,
    token: str,
    *,
    max_age: timedelta | None = None,
    clock: EmailClock = RUNNING,
) -> str:
    """The subject of a token that was made for `purpose` at most `max_age` ago, by a clock.

    A token from the future is valid: it cannot be forged, so the clock has been put back.
    Raises LinkBroken, LinkExpired.
    """
    try:
        subject, made_at = token_signer(purpose).unsign(token, return_timestamp=True)
        text = subject.decode()
    except (BadSignature, UnicodeError) as error:
        raise LinkBroken from error
    if max_age is not None and clock.age(made_at, datetime.now(UTC)) > max_age:
        raise LinkExpired
    return text


def age(made_at: datetime) -> timedelta:
    """How long ago a token was made; negative if the clock has been put back."""
    return datetime.now(UTC) - made_at


def token_signer(purpose: str) -> TimestampSigner:
    """Signs with SECRET_KEY, and accepts signatures by SECRET_KEY_FALLBACKS."""
    config = current_app.config
    return _signer(purpose, (*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]))


@lru_cache(maxsize=64)
def _signer(purpose: str, keys: tuple[str, ...]) -> TimestampSigner:
    return TimestampSigner(list(keys), salt=purpose, digest_method=hashlib.sha256)
