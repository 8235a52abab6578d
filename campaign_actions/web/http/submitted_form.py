"""The form that a request submits."""

from flask import request
from werkzeug.datastructures import MultiDict


def submitted_form() -> MultiDict[str, str] | None:
    """The fields of a POST, without JSON and files; None for a GET, as forms expect it."""
    return request.form if request.method == "POST" else None
