"""Signed links for one purpose: whoever has the link has the right, and only that one."""

import hashlib
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

from campaign_actions.core.errors import DomainError


class LinkBroken(DomainError):
    status = 404
    title = _l("This link is not complete")
    message = _l(
        "Some mail programs cut long links. Copy the whole address from the mail into the browser."
    )


class LinkExpired(DomainError):
    status = 410
    title = _l("This link has run out")
    message = _l(
        "To be safe, links work for a limited time. Please sign once more: nobody is counted twice."
    )


def make_token(purpose: str, subject: str) -> str:
    """A token that names `subject` (opaque text without dots) and is good for `purpose` alone."""
    return signer(purpose).sign(subject).decode()


class Link(NamedTuple):
    """What a token says: for whom it is, and when it was made (to the second)."""

    subject: str
    made_at: datetime


def read_token(purpose: str, token: str, *, max_age: timedelta | None = None) -> Link:
    """A token that was made for `purpose` at most `max_age` ago.

    Raises LinkBroken, LinkExpired.
    """
    seconds = None if max_age is None else int(max_age.total_seconds())
    try:
        subject, made_at = signer(purpose).unsign(token, max_age=seconds, return_timestamp=True)
        return Link(subject.decode(), made_at)
    except SignatureExpired as error:
        raise LinkExpired from error
    except (BadSignature, UnicodeError) as error:
        raise LinkBroken from error


def signer(purpose: str) -> TimestampSigner:
    """Signs with SECRET_KEY; accepts what SECRET_KEY_FALLBACKS have signed."""
    config = current_app.config
    return _signer(purpose, (*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]))


@lru_cache(maxsize=64)
def _signer(purpose: str, keys: tuple[str, ...]) -> TimestampSigner:
    return TimestampSigner(list(keys), salt=purpose, digest_method=hashlib.sha256)
