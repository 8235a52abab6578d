"""What is a second old at most, even when its second ends while it is looked up."""

from itertools import count

from cachetools import TTLCache

from campaign_actions.core.ttl_cache import cached


def test_a_value_that_expires_while_it_is_looked_up_is_found_anew(app):
    seconds = count()  # each look at the clock is a second later
    app.extensions["recent"] = TTLCache(10, ttl=4, timer=lambda: next(seconds))
    try:
        found = [cached("key", lambda: "value") for _time in range(50)]
    finally:
        app.extensions["recent"] = TTLCache(10, ttl=app.config["CACHE_SECONDS"])

    assert found == ["value"] * 50
