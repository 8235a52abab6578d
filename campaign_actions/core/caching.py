"""What may be a second old: kept in the process for that long."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

from cachetools import TTLCache
from flask import Flask, current_app

Value = TypeVar("Value")
MOST = 1024  # values kept at once


def init_app(app: Flask) -> None:
    app.extensions["recent"] = TTLCache(MOST, ttl=app.config["CACHE_SECONDS"])
    app.extensions["recent_lock"] = Lock()


def recent(key: Hashable, find: Callable[[], Value]) -> Value:
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
