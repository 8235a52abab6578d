"""Values that may be a second old, kept in each process so that a crowd costs one query."""

from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, TypeVar

from cachetools import Cache, LRUCache, TTLCache
from flask import Flask

from campaign_actions.core.services import Service

MAX_ENTRIES = 1024  # values of all caches of an app
MAX_BYTES = 16 * 1024 * 1024  # of all bytes caches of an app

Key = TypeVar("Key")
Value = TypeVar("Value")


class TtlCache(Generic[Key, Value]):
    """Values by key, looked up again after CACHE_SECONDS. One module-level object for each use."""

    def get(self, key: Key, find: Callable[[], Value]) -> Value:
        """The value that `find` returned for this key up to CACHE_SECONDS ago, or returns now."""
        store, entry = value_store(), (self, key)
        with store.lock:
            try:
                value: Value = store.entries[entry]
            except KeyError:  # `in` would not do: it may expire in between
                pass
            else:
                return value
        value = find()
        with store.lock:
            store.entries[entry] = value
        return value


class BytesCache(Generic[Key]):
    """Bytes that never change under their key. The least recently used go first."""

    def get(self, key: Key, find: Callable[[], bytes | None]) -> bytes | None:
        """The bytes of this key, from `find` the first time; None is not kept."""
        store, entry = byte_store(), (self, key)
        with store.lock:
            kept: bytes | None = store.entries.get(entry)
        if kept is not None:
            return kept
        data = find()
        if data is not None and len(data) <= store.entries.maxsize:
            with store.lock:
                store.entries[entry] = data
        return data


class _Store:
    """The entries of all caches of one app: `entries` has the cache in each key."""

    def __init__(self, entries: Cache[object, Any]) -> None:
        self.entries, self.lock = entries, Lock()


value_store = Service[_Store]("value_store")
byte_store = Service[_Store]("byte_store")


def init_app(app: Flask) -> None:
    value_store.provide(app, _Store(TTLCache(MAX_ENTRIES, ttl=app.config["CACHE_SECONDS"])))
    byte_store.provide(app, _Store(LRUCache(MAX_BYTES, getsizeof=len)))
