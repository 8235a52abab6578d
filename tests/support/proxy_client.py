"""A client of the proxy, which opens pages and signs, and does not follow redirects."""

import http.client
import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode

from tests.support.proxy import Proxy

PETITION = "/en/campaigns/racism/hate-crimes/"
OTHER_PETITION = "/en/campaigns/violence-against-women/protection-law/"
HIDDEN = re.compile(r'name="(csrf_token|consent_version)"[^>]*value="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    proxy: Proxy,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    to: str = "localhost",
    by: str = "",
) -> Answer:
    """One request over TLS, without following redirects or unpacking. `by`: the client's address."""
    connection = http.client.HTTPSConnection(
        to,
        proxy.ports.secure,
        context=proxy.trust,
        timeout=30,
        source_address=(by, 0) if by else None,
    )
    connection.request(method, path, body, headers or {})
    return _read(connection)


def ask_plain(proxy: Proxy, path: str) -> Answer:
    connection = http.client.HTTPConnection("localhost", proxy.ports.plain, timeout=30)
    connection.request("GET", path)
    return _read(connection)


def sign(
    proxy: Proxy, action: str = PETITION, *, email: str, by: str = "", **headers: str
) -> Answer:
    """Open the page of an action and submit its form as a browser does. `by`: the client's address."""
    body = signing(ask(proxy, action).text, email=email)
    return ask(proxy, action, method="POST", body=body, headers=BROWSER | headers, by=by)


def signing(page: str, *, email: str) -> bytes:
    """The form on a page, filled in."""
    hidden: Any = {name: unescape(value) for name, value in HIDDEN.findall(page)}
    return urlencode(hidden | {"given_name": "Ada", "email": email, "country": "RU"}).encode()


BROWSER = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Sec-Fetch-Site": "same-origin",
}


def _read(connection: http.client.HTTPConnection) -> Answer:
    answer = connection.getresponse()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    found = Answer(answer.status, headers, answer.read())
    connection.close()
    return found
