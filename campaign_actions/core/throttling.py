"""How often one source may try something. The source is hashed, never stored as it is."""

import hashlib
import hmac
import math
import time
from ipaddress import IPv6Address, ip_address

import structlog
from flask import Flask, current_app, request
from limits import RateLimitItem, parse_many
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from campaign_actions.config import WrongSetting

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    try:
        storage = storage_from_string(app.config["RATELIMIT_STORAGE_URI"], wrap_exceptions=True)
    except ConfigurationError:
        raise WrongSetting("RATELIMIT_STORAGE_URI must be memory:// or redis://…") from None
    app.extensions["limiter"] = SlidingWindowCounterRateLimiter(storage)
    try:
        parse_many(app.config["SIGN_LIMIT"])  # told at the start, not to the first signer
    except ValueError:
        raise WrongSetting("SIGN_LIMIT must be like: 30 per minute; 600 per hour") from None


def seconds_to_wait(limits: str, *scope: str) -> int:
    """Count one try of this request's source in `scope`; 0 if it may pass, else when to come back.

    When the store of the counts is away everyone passes: better a few too many than nobody.
    """
    if not current_app.config["RATELIMIT_ENABLED"]:
        return 0
    limiter, source = current_app.extensions["limiter"], (*scope, _source())
    try:
        for limit in parse_many(limits):
            if limiter.hit(limit, *source) or _is_stuck(limit, source):
                continue
            reset_at = limiter.get_window_stats(limit, *source).reset_time
            return max(1, math.ceil(float(reset_at) - time.time()))
    except StorageError as error:
        log.error("rate_limits_unavailable", kind=type(error.storage_error).__name__)
    return 0


def _is_stuck(limit: RateLimitItem, source: tuple[str, ...]) -> bool:
    """Whether a count outlives its time, since the clock of the store was put back; it is forgotten."""
    limiter = current_app.extensions["limiter"]
    window = limiter.storage.get_sliding_window(limit.key_for(*source), limit.get_expiry())
    _before, before_ends_in, _now, now_ends_in = window
    if max(before_ends_in, now_ends_in) <= 2 * limit.get_expiry():
        return False
    limiter.clear(limit, *source)
    return True


def _source() -> str:
    """The client's address as a keyed hash; an IPv6 household is one source (its /64)."""
    text = request.remote_addr or ""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:  # a proxy that adds a port, or a name
        return _hashed(text.encode())
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64)
    return _hashed(address.packed)


def _hashed(source: bytes) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(key, source, hashlib.sha256).hex()[:24]
