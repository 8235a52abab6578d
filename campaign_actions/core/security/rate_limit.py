"""How often one source may try something. The source is hashed, never stored as it is."""

import hashlib
import hmac
import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Any

import structlog
from flask import Flask, current_app, request
from limits import RateLimitItem, parse_many
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from campaign_actions.config import WrongSetting

MOST = 200_000  # sources and limits, about 60 MB; who came first is forgotten first


class MemoryCounts(MemoryStorage):
    """Two neighbouring windows of each key: how many came in the one before, and in this one."""

    STORAGE_SCHEME = []  # noqa: RUF012 - made by us, not found by its name

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._windows: OrderedDict[str, tuple[int, int, int]] = OrderedDict()
        self._lock = Lock()

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """Count one more, if with the part of the former window that still counts it is not too many."""
        now = time.time()
        with self._lock:
            window, before, count = self._windows_at(key, expiry, now)
            if int(before * (1 - now / expiry % 1) + count) + amount > limit:
                return False
            self._windows[key] = (window, before, count + amount)
            self._windows.move_to_end(key)
            while len(self._windows) > MOST:
                self._windows.popitem(last=False)
        return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """The counts of both windows, each with the seconds for which it goes on to count."""
        now = time.time()
        with self._lock:
            _window, before, count = self._windows_at(key, expiry, now)
        left = (1 - now / expiry % 1) * expiry
        return before, left if before else 0.0, count, left + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        with self._lock:
            self._windows.pop(key, None)

    def _windows_at(self, key: str, expiry: int, now: float) -> tuple[int, int, int]:
        """What is known of a key; counts of a window that is over, or not begun, are of no use."""
        window = int(now / expiry)
        known, before, count = self._windows.get(key, (window, 0, 0))
        if known == window:
            return window, before, count
        return window, count if known == window - 1 else 0, 0


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
