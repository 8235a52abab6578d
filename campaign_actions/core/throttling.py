"""How often one source may try something. The source is hashed, never stored as it is."""

import hashlib
import hmac
import math
import time
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any

import structlog
from flask import Flask, current_app, request
from limits import RateLimitItem, parse_many
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from campaign_actions.config import WrongSetting
from campaign_actions.core.memory_counts import MemoryCounts

log = structlog.get_logger()
PATIENCE = 0.5  # seconds a signer waits for the store of the counts
# How many times the limits of one /64 a whole /48 gets. One customer often has a /48, with 65,536 of
# them to change through. A mobile operator gives each phone a /64, so a /48 may be a town: ten times is
# 6,000 signatures an hour from at most 65,536 phones, and a busy action sees far fewer.
NETWORK_FACTOR = 10
LEFT_ALONE = 5.0  # seconds the store is not asked after it failed: one signer waits, not all


def init_app(app: Flask) -> None:
    uri = app.config["RATELIMIT_STORAGE_URI"]
    try:
        storage = _storage(uri)
    except ConfigurationError:
        raise WrongSetting("RATELIMIT_STORAGE_URI must be memory:// or redis://…") from None
    app.extensions["limiter"] = SlidingWindowCounterRateLimiter(storage)
    app.extensions["limiter_away_until"] = 0.0
    try:
        parse_many(app.config["SIGN_LIMIT"])  # told at the start, not to the first signer
    except ValueError:
        raise WrongSetting("SIGN_LIMIT must be like: 30 per minute; 600 per hour") from None


def seconds_to_wait(
    limits: str, *scope: str, whose: str = "", network_factor: int = NETWORK_FACTOR
) -> int:
    """Count one try of this request's source in `scope`; 0 if it may pass, else when to come back.

    An IPv6 address counts twice: as its /64 within the limits, and as its /48 within `network_factor`
    times as much. `whose`: counted instead of the source.

    When the store of the counts is away everyone passes: better a few too many than nobody. It is
    left alone for a while then, so that a store which is silent does not hold up every signer.
    """
    if not current_app.config["RATELIMIT_ENABLED"] or _is_left_alone():
        return 0
    sources = [whose] if whose else _sources()
    try:
        for source, factor in zip(sources, (1, network_factor), strict=False):
            for limit in _parsed(limits, factor):
                if wait := _seconds_until(limit, (*scope, source)):
                    return wait
    except StorageError as error:
        current_app.extensions["limiter_away_until"] = time.monotonic() + LEFT_ALONE
        log.error("rate_limits_unavailable", kind=type(error.storage_error).__name__)
    return 0


def _storage(uri: str) -> Any:
    if uri.startswith("memory://"):
        return MemoryCounts()
    return storage_from_string(uri, wrap_exceptions=True, **_options(uri))


@lru_cache(maxsize=32)
def _parsed(limits: str, factor: int) -> Sequence[RateLimitItem]:
    return [
        type(limit)(limit.amount * factor, limit.multiples, limit.namespace)
        for limit in parse_many(limits)
    ]


def _seconds_until(limit: RateLimitItem, source: tuple[str, ...]) -> int:
    """Count one try within one limit; 0 if it may pass."""
    limiter = current_app.extensions["limiter"]
    if limiter.hit(limit, *source) or _is_stuck(limit, source):
        return 0
    reset_at = limiter.get_window_stats(limit, *source).reset_time
    return max(1, math.ceil(float(reset_at) - time.time()))


def _is_stuck(limit: RateLimitItem, source: tuple[str, ...]) -> bool:
    """Whether a count outlives its time, since the clock of the store was put back; it is forgotten."""
    limiter = current_app.extensions["limiter"]
    window = limiter.storage.get_sliding_window(limit.key_for(*source), limit.get_expiry())
    _before, before_ends_in, _now, now_ends_in = window
    if max(before_ends_in, now_ends_in) <= 2 * limit.get_expiry():
        return False
    limiter.clear(limit, *source)
    return True


def _is_left_alone() -> bool:
    return bool(time.monotonic() < current_app.extensions["limiter_away_until"])


def _options(uri: str) -> dict[str, Any]:
    """Without them the client of Redis waits for ever; options in the address itself win."""
    if not uri.startswith(("redis", "valkey")):
        return {}
    return {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}


def _sources() -> list[str]:
    """The client's address as a keyed hash; of IPv6 its household (/64) and its network (/48)."""
    text = request.remote_addr or ""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:  # a proxy that adds a port, or a name
        return [_hashed(text.encode())]
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if isinstance(address, IPv6Address):
        return [_hashed(address.packed[:8].ljust(16, b"\0")), _hashed(b"/48" + address.packed[:6])]
    return [_hashed(address.packed)]


def _hashed(source: bytes) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(key, source, hashlib.sha256).hex()[:24]
