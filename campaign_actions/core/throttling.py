"""How often one source may try something. The source is hashed, never stored as it is."""

import hashlib
import hmac
import math
import time
from ipaddress import IPv6Address, ip_address

import structlog
from flask import Flask, current_app, request
from limits import parse_many
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    storage = storage_from_string(app.config["RATELIMIT_STORAGE_URI"], wrap_exceptions=True)
    app.extensions["limiter"] = SlidingWindowCounterRateLimiter(storage)
    parse_many(app.config["SIGN_LIMIT"])  # a mistake is told at the start, not to the first signer


def seconds_to_wait(limits: str, *scope: str) -> int:
    """Count one try of this request's source in `scope`; 0 if it may pass, else when to come back.

    When the store of the counts is away everyone passes: better a few too many than nobody.
    """
    if not current_app.config["RATELIMIT_ENABLED"]:
        return 0
    limiter = current_app.extensions["limiter"]
    try:
        for limit in parse_many(limits):
            if not limiter.hit(limit, *scope, _source()):
                reset_at = limiter.get_window_stats(limit, *scope, _source()).reset_time
                return max(1, math.ceil(float(reset_at) - time.time()))
    except StorageError as error:
        log.error("rate_limits_unavailable", kind=type(error.storage_error).__name__)
    return 0


def _source() -> str:
    """The client's address as a keyed hash; an IPv6 household is one source (its /64)."""
    address = ip_address((request.remote_addr or "127.0.0.1").partition("%")[0])
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64)
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(key, address.packed, hashlib.sha256).hex()[:24]
