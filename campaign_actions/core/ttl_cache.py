"""What may be a second old: kept in the process for that long."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

from cachetools import LRUCache, TTLCache
from flask import Flask, current_app

MAX_BYTES = 16 * 1024 * 1024  # of files that are kept at once
Value = TypeVar("Value")
MAX_ENTRIES = 1024  # values kept at once


def init_app(app: Flask) -> None:
    app.extensions["recent"] = TTLCache(MAX_ENTRIES, ttl=app.config["CACHE_SECONDS"])
    app.extensions["recent_lock"] = Lock()
    app.extensions["recent_bytes"] = LRUCache(MAX_BYTES, getsizeof=len)


def cached(key: Hashable, find: Callable[[], Value]) -> Value:
    """What `find` gave for this key up to CACHE_SECONDS ago, else what it gives now."""
    cache, lock = current_app.extensions["recent"], current_app.extensions["recent_lock"]
    with lock:
        try:
            return cache[key]  # type: ignore[no-any-return]
        except KeyError:  # or it has expired at this moment: `in` is no promise
            pass
    value = find()
    with lock:
        cache[key] = value
    return value


def cached_bytes(key: Hashable, find: Callable[[], bytes | None]) -> bytes | None:
    """Bytes that never change under their key: those asked for last, so many that memory is bounded."""
    cache, lock = current_app.extensions["recent_bytes"], current_app.extensions["recent_lock"]
    with lock:
        if (kept := cache.get(key)) is not None:
            return bytes(kept)
    data = find()
    if data is not None and len(data) <= cache.maxsize:
        with lock:
            cache[key] = data
    return data
