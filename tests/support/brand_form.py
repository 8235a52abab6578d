"""The form of the brand page, posted as a browser does."""

import io
import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.support.images import picture
from tests.support.staff_client import token_of

ADDRESS = "/staff/organization/brand/"


def send(
    client: FlaskClient,
    *,
    before: str = "",
    logo: bytes | None = None,
    icon: bytes | None = None,
    **fields: str,
) -> TestResponse:
    """Post the form after `before`, or the page as it is now."""
    page = before or client.get(ADDRESS).text
    given: dict[str, Any] = {**_hidden(page), "csrf_token": token_of(page), **fields}
    for name, data in {"logo": logo, "icon": icon}.items():
        if data is not None:
            given[name] = FileStorage(io.BytesIO(data), f"{name}.png")
    boundary, body = encode_multipart(given)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(ADDRESS, data=body, content_type=kind)


def _hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form."""
    form = page[page.index('enctype="multipart/form-data"') :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


def wordmark() -> bytes:
    return picture(900, 200, form="PNG")


def square() -> bytes:
    return picture(200, 200, form="PNG")
