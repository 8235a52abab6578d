"""Responses that many staff pages give."""

from flask import Response, flash, make_response, redirect
from flask.typing import ResponseReturnValue


def flash_and_redirect(
    message: str, address: str, *, category: str = "message"
) -> ResponseReturnValue:
    """`category`: "message"; "email", if one was queued; or "warning"."""
    flash(message, category)
    return redirect(address, 303)


def page_response(page: str, status: int = 200, *, retry_after: int = 0) -> Response:
    """A page with a status. `retry_after`: seconds until another attempt is allowed; 0: no limit."""
    response = make_response(page, status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response
