"""Rate limits by source. The source, an IP address, is stored only as a keyed hash."""

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
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, SlidingWindowCounterRateLimiter

from campaign_actions.config import WrongSetting
from campaign_actions.core.services import Service

MAX_WINDOWS = 200_000  # counts in memory, about 60 MB; the oldest are dropped first
STORE_TIMEOUT_SECONDS = 0.5  # how long a signer waits for Redis
STORE_RETRY_SECONDS = 5.0  # after a failure: one signer waits for the timeout, not all
# A /48 may make this many times the attempts of a /64. One customer often has a whole /48, with 65,536
# networks to switch between. A mobile operator gives each phone a /64, so a /48 may be a town: ten
# times is 6,000 signatures an hour from at most 65,536 phones, and a busy action sees far fewer.
NETWORK_FACTOR = 10

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    uri = app.config["RATELIMIT_STORAGE_URI"]
    try:
        rate_limiter.provide(app, RateLimiter(_open_storage(uri)))
    except ConfigurationError:
        raise WrongSetting(
            "RATELIMIT_STORAGE_URI must be memory:// or an address such as redis://localhost."
        ) from None
    try:
        parse_many(app.config["SIGN_LIMIT"])  # fail at the start, not at the first signature
    except ValueError:
        raise WrongSetting(
            "SIGN_LIMIT must be written like this: 30 per minute; 600 per hour"
        ) from None


def seconds_to_wait(
    limits: str, *scope: str, source: str = "", network_factor: int = NETWORK_FACTOR
) -> int:
    """Count one attempt in `scope`: 0 if it is allowed, else how many seconds to wait.

    The source is the client's address unless `source` is given. An IPv6 address counts twice: its /64
    against `limits`, and its /48 against `network_factor` times as much.

    Everyone is allowed while the store is unavailable: a few attempts too many do less harm than
    turning everyone away.
    """
    if not current_app.config["RATELIMIT_ENABLED"]:
        return 0
    sources = [source] if source else _client_networks()
    for name, factor in zip(sources, (1, network_factor), strict=False):
        if wait := rate_limiter().count(_parse(limits, factor), (*scope, name)):
            return wait
    return 0


class RateLimiter:
    """Counts attempts in a store, and leaves the store alone for a while after it failed."""

    def __init__(self, storage: Storage) -> None:
        self.storage: Any = storage  # each kind has more methods than the base class
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._single = FixedWindowRateLimiter(storage)
        self._retry_at = 0.0

    def count(self, limits: Sequence[RateLimitItem], key: tuple[str, ...]) -> int:
        """Count one attempt within each limit: 0 if it is allowed, else how many seconds to wait."""
        if time.monotonic() < self._retry_at:
            return 0
        try:
            for limit in limits:
                if wait := self._seconds_until(limit, key):
                    return wait
        except StorageError as error:
            self._retry_at = time.monotonic() + STORE_RETRY_SECONDS
            log.error("rate_limits_unavailable", kind=type(error.storage_error).__name__)
        return 0

    def _seconds_until(self, limit: RateLimitItem, key: tuple[str, ...]) -> int:
        if limit.amount == 1:
            return self._seconds_until_single(limit, key)
        if self._limiter.hit(limit, *key) or self._clear_if_stuck(limit, key):
            return 0
        reset_at = self._limiter.get_window_stats(limit, *key).reset_time
        return max(1, math.ceil(float(reset_at) - time.time()))

    def _seconds_until_single(self, limit: RateLimitItem, key: tuple[str, ...]) -> int:
        """The window of a single attempt begins with it, so that no two follow at the edge of windows."""
        if self._single.hit(limit, *key):
            return 0
        wait = math.ceil(float(self.storage.get_expiry(limit.key_for(*key))) - time.time())
        if wait <= limit.get_expiry():
            return max(1, wait)
        self._single.clear(limit, *key)  # the clock of the store was put back
        return 0

    def _clear_if_stuck(self, limit: RateLimitItem, key: tuple[str, ...]) -> bool:
        """Drop a count that outlives its window because the clock of the store was put back."""
        window = self.storage.get_sliding_window(limit.key_for(*key), limit.get_expiry())
        _previous, previous_ends_in, _current, current_ends_in = window
        if max(previous_ends_in, current_ends_in) <= 2 * limit.get_expiry():
            return False
        self._limiter.clear(limit, *key)
        return True


rate_limiter = Service[RateLimiter]("rate_limiter")


class MemoryCounts(MemoryStorage):
    """Counts in memory, of two adjacent windows for each key: the previous and the current one.

    Counts of single attempts have one window, which begins with the first of them.
    """

    STORAGE_SCHEME = []  # noqa: RUF012 - created here, not found by its scheme

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._windows: OrderedDict[str, tuple[int, int, int]] = OrderedDict()
        self._singles: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """Count `amount` unless it would exceed the limit together with the weighted previous window."""
        now = time.time()
        with self._lock:
            window, previous, current = self._windows_at(key, expiry, now)
            if int(previous * (1 - now / expiry % 1) + current) + amount > limit:
                return False
            self._windows[key] = (window, previous, current + amount)
            _keep_newest(self._windows, key)
        return True

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` in the window of `key`; the first attempt begins one of `expiry` seconds."""
        now = time.time()
        with self._lock:
            ends_at, count = self._singles.get(key, (0.0, 0))
            if ends_at <= now:
                ends_at, count = now + expiry, 0
            self._singles[key] = (ends_at, count + amount)
            _keep_newest(self._singles, key)
        return count + amount

    def get_expiry(self, key: str) -> float:
        return self._singles.get(key, (0.0, 0))[0]

    def clear(self, key: str) -> None:
        with self._lock:
            self._singles.pop(key, None)

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """The counts of both windows, each with the seconds until it no longer matters."""
        now = time.time()
        with self._lock:
            _window, previous, current = self._windows_at(key, expiry, now)
        left = (1 - now / expiry % 1) * expiry
        return previous, left if previous else 0.0, current, left + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        with self._lock:
            self._windows.pop(key, None)

    def _windows_at(self, key: str, expiry: int, now: float) -> tuple[int, int, int]:
        """The number of the current window, and both counts; other windows are ignored."""
        window = int(now / expiry)
        known, previous, current = self._windows.get(key, (window, 0, 0))
        if known == window:
            return window, previous, current
        return window, current if known == window - 1 else 0, 0


def _keep_newest(counts: OrderedDict[str, Any], key: str) -> None:
    counts.move_to_end(key)
    while len(counts) > MAX_WINDOWS:
        counts.popitem(last=False)


def _open_storage(uri: str) -> Storage:
    if uri.startswith("memory://"):
        return MemoryCounts()
    options: dict[str, float] = {}
    if uri.startswith(("redis", "valkey")):  # whose client would wait for ever
        options = {
            "socket_timeout": STORE_TIMEOUT_SECONDS,
            "socket_connect_timeout": STORE_TIMEOUT_SECONDS,
        }
    storage: Any = storage_from_string(uri, wrap_exceptions=True, **options)
    return storage  # type: ignore[no-any-return]


@lru_cache(maxsize=32)
def _parse(limits: str, factor: int) -> Sequence[RateLimitItem]:
    return [
        type(limit)(limit.amount * factor, limit.multiples, limit.namespace)
        for limit in parse_many(limits)
    ]


def _client_networks() -> list[str]:
    """The client's address, hashed; for IPv6 its household (/64) and its network (/48)."""
    text = request.remote_addr or ""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:  # a proxy that adds a port, or a name
        return [_hash(text.encode())]
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if isinstance(address, IPv6Address):
        return [_hash(address.packed[:8].ljust(16, b"\0")), _hash(b"/48" + address.packed[:6])]
    return [_hash(address.packed)]


def _hash(source: bytes) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(key, source, hashlib.sha256).hex()[:24]
