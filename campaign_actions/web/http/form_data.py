"""The fields that a form sent."""

from flask import request
from werkzeug.datastructures import MultiDict


def submitted_form() -> MultiDict[str, str] | None:
    """The fields of a POST, without JSON or files; None for any other method."""
    return request.form if request.method == "POST" else None
