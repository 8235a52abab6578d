"""Values that may be a second old, each cache apart from the others."""

from itertools import count

import pytest
from cachetools import TTLCache

from campaign_actions.core import ttl_cache
from campaign_actions.core.ttl_cache import BytesCache, TtlCache, value_store

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def caching(app):
    """The app with caches that keep values for a minute."""
    app.config["CACHE_SECONDS"] = 60
    ttl_cache.init_app(app)
    yield
    app.config["CACHE_SECONDS"] = 0
    ttl_cache.init_app(app)


def test_a_value_is_looked_up_once_while_it_is_fresh(caching):
    cache, numbers = TtlCache[str, int](), count()

    assert [cache.get("key", lambda: next(numbers)) for _time in range(3)] == [0, 0, 0]


def test_two_caches_never_share_an_entry(caching):
    names, titles = TtlCache[int, str](), TtlCache[int, str]()
    files, drafts = BytesCache[int](), BytesCache[int]()

    assert (names.get(1, lambda: "name"), titles.get(1, lambda: "title")) == ("name", "title")
    assert (files.get(1, lambda: b"file"), drafts.get(1, lambda: b"draft")) == (b"file", b"draft")


def test_bytes_that_were_missing_are_looked_up_again(caching):
    cache = BytesCache[int]()

    assert (cache.get(1, lambda: None), cache.get(1, lambda: b"new")) == (None, b"new")


def test_a_value_that_expires_during_the_lookup_is_looked_up_again(app, caching):
    seconds = count()  # each look at the clock is a second later
    value_store.of(app).entries = TTLCache(10, ttl=4, timer=lambda: next(seconds))
    cache = TtlCache[str, str]()

    assert [cache.get("key", lambda: "value") for _time in range(50)] == ["value"] * 50
