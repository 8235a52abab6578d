"""Logging in as tests do it: by the real form."""

import re

from tests.factories import PASSWORD


def log_in(client, member) -> None:
    page = client.get("/staff/login").text
    fields = {"email": member.email, "password": PASSWORD, "csrf_token": token_of(page)}
    answer = client.post("/staff/login", data=fields)
    assert answer.status_code == 302, answer.text


def token_of(page: str) -> str:
    """The form token of a staff page."""
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
