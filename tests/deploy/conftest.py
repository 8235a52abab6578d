"""The demo behind the shipped proxy, once for each test process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Response

from campaign_actions import create_app
from campaign_actions.web.staff.access.device_cookie import remember_device
from tests.support.proxy import CDN, NGINX, Proxy, free_ports, proxying, require_program
from tests.support.servers import Server, free_port, run, serving, settings_as_environment

SIGN_LIMIT = "3 per minute"
SECRET = "a secret for tests"


@pytest.fixture(scope="session")
def nginx() -> str:
    """The path of nginx; without it the tests of the proxy cannot run."""
    return require_program("nginx", NGINX, "nginx-light")


@pytest.fixture
def environment(nginx: str, tmp_path: Path) -> dict[str, str]:
    """The demo's environment, with no limit on signatures, for a test that starts its own server."""
    settings = behind(free_port(), tmp_path) | {"RATELIMIT_ENABLED": 0}
    environment = settings_as_environment(**settings)
    run(environment, "db", "upgrade")
    run(environment, "demo", "load")
    return environment


@pytest.fixture
def unlimited_proxy(environment: dict[str, str]) -> Iterator[Proxy]:
    """The shipped proxy in front of a server with no limit on signatures."""
    with (
        serving(environment, "--no-outbox") as server,
        proxying(server.address, free_ports()) as proxy,
    ):
        yield proxy


@pytest.fixture(scope="session")
def server(nginx: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo, to be used behind a proxy, with a limit of three signatures a minute per source."""
    environment = settings_as_environment(
        **behind(free_port(), tmp_path_factory.mktemp("behind")), SIGN_LIMIT=SIGN_LIMIT
    )
    run(environment, "db", "upgrade")
    run(environment, "demo", "load")
    with serving(environment, "--no-outbox") as server:
        yield server


@pytest.fixture(scope="session")
def device() -> dict[str, str]:
    """The cookie of a device on which someone has logged in, which may send larger requests."""
    app = create_app({"SECRET_KEY": SECRET})
    with app.test_request_context():
        cookie = remember_device(Response(), "ada@example.org").headers["Set-Cookie"]
    return {"Cookie": cookie.partition(";")[0]}


@pytest.fixture(scope="session")
def proxy(server: Server) -> Iterator[Proxy]:
    """nginx in front of the server."""
    with proxying(server.address, free_ports()) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def proxy_without_app(nginx: str) -> Iterator[Proxy]:
    """nginx in front of a port on which nothing listens."""
    with proxying(f"127.0.0.1:{free_port()}", free_ports()) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def proxy_behind_cdn(server: Server) -> Iterator[Proxy]:
    """The same behind a CDN with the address CDN; requests from other addresses bypass it."""
    with proxying(server.address, free_ports(), cdn=CDN) as proxy:
        yield proxy


def behind(port: int, folder: Path) -> dict[str, object]:
    """The settings of a server behind one proxy."""
    return {
        "INSTANCE": folder,
        "PUBLIC_URL": f"https://localhost:{port}",
        "TRUSTED_PROXIES": 1,
        "MIN_FILL_SECONDS": 0,
        "SECRET_KEY": SECRET,
    }
