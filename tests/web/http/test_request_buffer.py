"""Requests are buffered before they are worked on: long ones from known devices only, two uploads at once."""

from io import BytesIO
from threading import Event, Thread

import pytest
from werkzeug.test import create_environ

from campaign_actions import create_app
from campaign_actions.web.http.page_cache import PageCache
from campaign_actions.web.http.request_buffer import (
    MAX_CONCURRENT_UPLOADS,
    MAX_UPLOAD_BYTES,
    KnownClients,
    RequestBuffer,
)
from campaign_actions.web.staff.access.authorization import ROOT, UPLOADS
from tests.support.app import SETTINGS
from tests.support.factories import make_staff
from tests.support.staff_client import cookie_of, log_in_with_all_factors

PICTURE = "/staff/campaigns/7/appearance/"
TEXTS = "/staff/campaigns/7/edit/"
LIMIT, LIMIT_OF_KNOWN = 1000, 3000


class Body(BytesIO):
    """A request body, and how many bytes of it were read."""

    bytes_read = 0

    def read(self, size=-1):
        data = super().read(size)
        self.bytes_read += len(data)
        return data


def post(app, path: str, size: int, cookie: str = "known") -> tuple[list[bytes], Body, list[str]]:
    sent, said = Body(b"x" * size), []
    environ = create_environ(path, method="POST", headers={"Cookie": cookie})
    environ |= {"CONTENT_LENGTH": str(size), "wsgi.input": sent}
    body = app(environ, lambda status, headers, *error: said.append(status))
    return body, sent, said


def inner(environ, start_response):
    start_response("200 OK", [])
    return [b"done"]


def buffered(app=inner, **options) -> RequestBuffer:
    known = KnownClients(ROOT, LIMIT_OF_KNOWN, UPLOADS, is_known)
    return RequestBuffer(app, LIMIT, known=known, **options)


def is_known(environ) -> bool:
    """In these tests, a known device has the cookie `known`."""
    return environ.get("HTTP_COOKIE") == "known"


@pytest.mark.parametrize(
    ("path", "size", "is_read"),
    [
        ("/en/", LIMIT, True),
        ("/en/", LIMIT + 1, False),
        (TEXTS, LIMIT_OF_KNOWN, True),
        (TEXTS, LIMIT_OF_KNOWN + 1, False),
        (PICTURE, LIMIT_OF_KNOWN + 1, True),
        (PICTURE, 10 * 1024 * 1024, True),
        (PICTURE, MAX_UPLOAD_BYTES + 1, False),
        (f"{PICTURE}remove/", LIMIT_OF_KNOWN + 1, False),
        (f"/x{PICTURE}", LIMIT + 1, False),
        ("/staff/campaigns/x/appearance/", LIMIT_OF_KNOWN + 1, False),
    ],
)
def test_bodies_are_read_up_to_the_limit_for_the_address(path, size, is_read):
    body, sent, _said = post(buffered(), path, size)

    assert body == [b"done"]
    assert sent.bytes_read == (size if is_read else 0)


@pytest.mark.parametrize("path", [TEXTS, PICTURE])
def test_unknown_devices_have_the_limit_of_the_public(path):
    small, large = (post(buffered(), path, size, cookie="") for size in (LIMIT, LIMIT + 1))

    assert (small[1].bytes_read, large[1].bytes_read) == (LIMIT, 0)


@pytest.mark.parametrize("path", [TEXTS, PICTURE])
def test_a_device_is_known_by_its_signed_cookie(app, path):
    size = app.config["MAX_CONTENT_LENGTH"] + 1
    device = app.test_client()
    log_in_with_all_factors(device, make_staff("reviewer"))
    (cookie,) = {c.key for c in device._cookies.values() if c.key.startswith("device-")}
    signed = f"{cookie}={device.get_cookie(cookie, path='/staff').value}"

    heard = [
        post(app.wsgi_app, path, size, sent)[1].bytes_read
        for sent in ("", f"{signed[:-6]}forged", signed)
    ]

    assert heard == [0, 0, size]


@pytest.mark.parametrize("path", [TEXTS, PICTURE])
def test_a_member_is_known_by_the_session_of_a_first_visit(app, path):
    """After an invitation: the device is known from the next log-in on."""
    size = app.config["MAX_CONTENT_LENGTH"] + 1
    name, value = cookie_of(app, make_staff("reviewer"))

    heard = [
        post(app.wsgi_app, path, size, f"{name}={sent}")[1].bytes_read
        for sent in ("", f"{value[:-6]}forged", value)
    ]

    assert heard == [0, 0, size]


@pytest.mark.parametrize("length", ["", "-1", "many", "１"])
def test_an_invalid_content_length_is_passed_on(length):
    environ = {"CONTENT_LENGTH": length, "PATH_INFO": PICTURE, "wsgi.input": Body(b"x")}

    assert buffered()(environ, lambda *said: None) == [b"done"]


def test_the_number_of_uploads_in_memory_is_limited():
    go_on, at_work = Event(), []

    def slow(environ, start_response):
        at_work.append(1)
        assert go_on.wait(20)
        return inner(environ, start_response)

    app = buffered(slow, upload_timeout=0.1)
    threads = [
        Thread(target=post, args=(app, PICTURE, 4000)) for _ in range(MAX_CONCURRENT_UPLOADS)
    ]
    for thread in threads:
        thread.start()
    while len(at_work) < MAX_CONCURRENT_UPLOADS:
        go_on.wait(0.01)

    _body, sent, said = post(app, PICTURE, 4000)
    go_on.set()
    for thread in threads:
        thread.join()
    again = post(app, PICTURE, 4000)

    assert (sent.bytes_read, said) == (0, ["503 Service Unavailable"])
    assert again[2] == ["200 OK"]


def test_the_page_cache_is_the_next_layer(app):
    """Where benchmarks/peers.py takes its pages away, to measure how fast pages are rendered."""
    address = app.config["SQLALCHEMY_DATABASE_URI"]
    settings = SETTINGS | {"SQLALCHEMY_DATABASE_URI": address, "CACHE_SECONDS": 10}

    layers = create_app(settings).wsgi_app

    assert isinstance(layers, RequestBuffer)
    assert isinstance(layers.inner, PageCache)
    assert layers.inner.pages == {}
