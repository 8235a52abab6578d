"""Public pages are cached for a second, for everyone; nothing else is."""

import gzip
from threading import Event, Thread
from time import monotonic

import pytest
from flask import Response
from werkzeug.test import Client

from campaign_actions.actions.counts.ledger import fold
from campaign_actions.actions.signatures.confirm import confirm
from campaign_actions.core.observability.metrics import (
    PAGE_CACHE_HITS,
    PAGE_CACHE_MISSES,
    PAGE_CACHE_STALE,
)
from campaign_actions.web.http.page_cache import (
    MAX_PAGES,
    MAX_STALE_SECONDS,
    RUSH_POSTS,
    YIELD_SECONDS,
    PageCache,
)
from campaign_actions.web.http.security_headers import PAGE_CACHE
from tests.support.factories import NOON, make_action, make_signature

ACTION = "/en/campaigns/racism/hate-crimes/"
COUNT = f"{ACTION}count.json"
STAFF = "/staff/"


class Inner:
    """An application that makes pages and counts how many."""

    def __init__(self):
        self.made = 0
        self.status = 200
        self.headers = {"Cache-Control": PAGE_CACHE}

    def __call__(self, environ, start_response):
        self.made += 1
        page = Response(f"page {self.made}", self.status, self.headers)
        return page(environ, start_response)


@pytest.fixture
def inner():
    return Inner()


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds

    def shift(self, seconds):
        self.seconds += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def reader(inner, clock):
    return Client(PageCache(inner, 1, staff_prefix=STAFF, clock=clock))


def test_a_page_is_rendered_once_a_second_for_everyone(reader, inner, clock):
    first = reader.get("/en/")
    second = reader.get("/en/")
    clock.shift(1.01)
    third = reader.get("/en/")

    assert [first.text, second.text, third.text] == ["page 1", "page 1", "page 2"]
    assert inner.made == 2


def test_the_query_is_not_part_of_the_key(reader, inner, clock):
    reader.get("/en/")

    answers = {reader.get(f"/en/?source={number}").text for number in range(50)}

    assert answers == {"page 1"}
    assert inner.made == 1


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {"Cache-Control": "no-store"}),
        (200, {"Cache-Control": PAGE_CACHE, "Set-Cookie": "who=ada"}),
        (404, {"Cache-Control": PAGE_CACHE}),
        (302, {"Cache-Control": PAGE_CACHE, "Location": "/en/"}),
        (200, {}),
    ],
)
def test_only_cacheable_pages_are_kept(reader, inner, status, headers):
    inner.status, inner.headers = status, headers

    answers = [reader.get("/en/confirm/token/").text for _time in range(2)]

    assert answers == ["page 1", "page 2"]


def test_a_post_is_never_answered_from_the_cache(reader, inner, clock):
    reader.get("/en/")

    answer = reader.post("/en/")

    assert answer.text == "page 2"
    assert reader.get("/en/").text == "page 1"


def test_head_gets_the_headers_of_the_page(reader, inner, clock):
    page = reader.get("/en/")

    head = reader.head("/en/")

    assert head.data == b""
    assert head.headers == page.headers
    assert inner.made == 1


def test_a_first_head_request_fills_the_cache(reader, inner, clock):
    head = reader.head("/en/")

    page = reader.get("/en/")

    assert (head.data, page.text) == (b"", "page 1")
    assert inner.made == 1


def test_head_has_no_body_when_the_page_is_not_cacheable(reader, inner):
    inner.status = 404

    assert reader.head("/en/").data == b""
    assert reader.head("/en/").status_code == 404


def test_a_matching_etag_gets_304(reader, inner, clock):
    etag = reader.get("/en/").headers["ETag"]

    again = reader.get("/en/", headers={"If-None-Match": f'"another", W/{etag}'})
    changed = reader.get("/en/", headers={"If-None-Match": '"another"'})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Cache-Control"] == PAGE_CACHE
    assert "Content-Length" not in again.headers
    assert (changed.status_code, changed.text) == (200, "page 1")


def test_readers_get_the_stale_page_for_a_while_when_rendering_fails(reader, inner, clock):
    reader.get("/en/")
    inner.status = 503

    clock.shift(MAX_STALE_SECONDS - 0.1)
    soon = reader.get("/en/")
    clock.shift(0.2)
    late = reader.get("/en/")

    assert (soon.status_code, soon.text) == (200, "page 1")
    assert late.status_code == 503


def test_an_unpublished_page_does_not_come_back_after_an_error(reader, inner, clock):
    reader.get("/en/")
    answers = []

    for status in (404, 503, 404):
        clock.shift(2)
        inner.status = status
        answers.append(reader.get("/en/").status_code)

    assert answers == [404, 503, 404]


def test_others_get_the_stale_page_while_one_request_renews_it(inner, clock):
    is_asked, may_go_on = Event(), Event()

    def slow(environ, start_response):
        if inner.made == 1:
            is_asked.set()
            assert may_go_on.wait(10)
        return inner(environ, start_response)

    reader = Client(PageCache(slow, 1, staff_prefix=STAFF, clock=clock))
    reader.get("/en/")
    clock.shift(2)
    first = Thread(target=reader.get, args=("/en/",))
    first.start()
    assert is_asked.wait(10)

    meanwhile = reader.get("/en/").text
    may_go_on.set()
    first.join()

    assert meanwhile == "page 1"
    assert reader.get("/en/").text == "page 2"


def test_hits_misses_and_stale_pages_are_counted(reader, inner, clock):
    results = (PAGE_CACHE_HITS, PAGE_CACHE_MISSES, PAGE_CACHE_STALE)
    before = [counter._value.get() for counter in results]

    for seconds, status in ((0, 200), (0, 200), (2, 200), (2, 503)):
        clock.shift(seconds)
        inner.status = status
        reader.get("/en/")

    after = [counter._value.get() for counter in results]
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 2, 1]


def test_readers_yield_while_someone_signs(inner, clock):
    is_asked, may_go_on = Event(), Event()

    def slow_post(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST":
            is_asked.set()
            assert may_go_on.wait(10)
        return inner(environ, start_response)

    cache = PageCache(slow_post, 1, staff_prefix=STAFF, clock=clock)
    reader = Client(cache)
    reader.get("/en/")
    signer = Thread(target=reader.post, args=("/en/",))
    signer.start()
    assert is_asked.wait(10)

    before = monotonic()
    page = reader.get("/en/").text
    waited = monotonic() - before
    may_go_on.set()
    signer.join()

    assert page == "page 1"
    assert waited >= YIELD_SECONDS
    assert cache.open_posts == 0


def test_in_a_rush_readers_yield_between_posts_too(inner, clock, monkeypatch):
    naps = []
    monkeypatch.setattr("campaign_actions.web.http.page_cache.sleep", naps.append)
    reader = Client(PageCache(inner, 60, staff_prefix=STAFF, clock=clock))
    reader.get("/en/")

    for posts in (RUSH_POSTS - 1, 1):
        for _time in range(posts):
            reader.post("/en/")
        reader.get("/en/")
    in_a_rush = list(naps)
    clock.shift(1)
    reader.get("/en/")

    assert in_a_rush == [YIELD_SECONDS]
    assert naps == in_a_rush


def test_posts_by_staff_do_not_count_as_a_rush(inner, clock, monkeypatch):
    naps = []
    monkeypatch.setattr("campaign_actions.web.http.page_cache.sleep", naps.append)
    reader = Client(PageCache(inner, 60, staff_prefix=STAFF, clock=clock))
    reader.get("/en/")

    for _time in range(RUSH_POSTS + 1):
        reader.post("/staff/campaigns/1/edit/")
    reader.get("/en/")

    assert naps == []


def test_a_failed_post_delays_nobody_afterwards(inner, clock):
    def failing(environ, start_response):
        raise OSError

    cache = PageCache(failing, 1, staff_prefix=STAFF, clock=clock)

    with pytest.raises(OSError):
        Client(cache).post("/en/")

    assert cache.open_posts == 0


def test_the_number_of_cached_pages_is_limited(inner, clock):
    cache = PageCache(inner, 1, staff_prefix=STAFF, clock=clock)
    reader = Client(cache)

    for number in range(MAX_PAGES + 10):
        reader.get(f"/en/campaigns/{number}/")

    assert len(cache.pages) == MAX_PAGES
    assert reader.get(f"/en/campaigns/{MAX_PAGES + 9}/").text == f"page {MAX_PAGES + 10}"


def test_browsers_get_an_encoding_that_they_accept(app):
    make_action()
    reader = Client(PageCache(app.wsgi_app, 1, staff_prefix=STAFF))

    small = reader.get(ACTION, headers={"Accept-Encoding": "gzip;q=0.1, identity"})
    plain = reader.get(ACTION, headers={"Accept-Encoding": "gzip;q=0"})
    again = reader.get(ACTION, headers={"Accept-Encoding": "br, gzip"})

    assert small.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(small.data).startswith(b"<!DOCTYPE html>")
    assert plain.data.startswith(b"<!DOCTYPE html>")
    assert again.data == small.data
    assert small.headers["ETag"] != plain.headers["ETag"]
    assert small.headers["Vary"] == "Accept-Encoding"


def test_cached_pages_have_the_security_headers(app):
    make_action()
    reader = Client(PageCache(app.wsgi_app, 1, staff_prefix=STAFF))

    pages = [reader.get(COUNT) for _time in range(2)]

    for page in pages:
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_a_confirmed_signature_is_on_the_page_within_a_second(app, clock):
    action = make_action()
    signature = make_signature(action)
    reader = Client(PageCache(app.wsgi_app, 1, staff_prefix=STAFF, clock=clock))
    before = reader.get(COUNT).json["count"]

    confirm(signature, now=NOON)
    fold()
    clock.shift(1.01)

    assert before == 0
    assert reader.get(COUNT).json["count"] == 1


def test_the_cache_is_on_unless_cache_seconds_is_0(app):
    assert app.config["CACHE_SECONDS"] == 0
    assert not isinstance(app.wsgi_app, PageCache)


def test_a_new_generation_uses_no_page_of_the_one_before(inner, clock):
    """Not even while it is renewed, or when renewing fails."""
    generations = [1]
    reader = Client(
        PageCache(inner, 1, staff_prefix=STAFF, clock=clock, generation=lambda: generations[-1])
    )
    before = reader.get(ACTION).text
    generations.append(2)

    after = reader.get(ACTION).text
    again = reader.get(ACTION).text
    inner.status = 503
    generations.append(3)

    assert (before, after, again) == ("page 1", "page 2", "page 2")
    assert reader.get(ACTION).status_code == 503
