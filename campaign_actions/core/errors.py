"""Errors that people can meet, and what the error page says for each status."""

from collections.abc import Sequence
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


class DomainError(Exception):
    """Something that a person asked for cannot be done. Each subclass names the fact."""

    status: ClassVar[int] = 400
    title: ClassVar[LazyString] = _l("That didn’t work")
    message: LazyString
    retry_after: ClassVar[int] = 0  # seconds; 0: trying again later does not help
    typed: Sequence[tuple[str, str]] = ()  # labels and texts of a form that is lost, shown again


class Conflict(DomainError):
    """The state has changed since the person saw it, usually because someone else changed it."""

    status = 409


class NotFound(DomainError):
    """It never existed, or it has been removed."""

    status = 404
    title = _l("Page not found")
    message = _l("The address may be mistyped, or the page may have moved.")


STATUS_TEXTS: dict[int, tuple[LazyString, LazyString]] = {  # (title, message) by HTTP status
    400: (
        _l("Something went wrong"),
        _l("We couldn’t read what was sent, so nothing was saved. Please go back and try again."),
    ),
    403: (
        _l("This form came from another website"),
        _l("Nothing was saved. Please open the page on our website and fill in the form there."),
    ),
    404: (NotFound.title, NotFound.message),
    405: (
        _l("Please use the button on the page"),
        _l("Go back to the page and press its button."),
    ),
    409: (
        _l("This has changed"),
        _l(
            "Someone changed this after you opened the page. Please go back, reload the page and try"
            " again."
        ),
    ),
    410: (_l("Page no longer available"), _l("This page has been removed.")),
    413: (
        _l("This text is too long"),
        _l("Nothing was saved. Please go back, shorten the text and try again."),
    ),
    429: (_l("Too many attempts"), _l("Please wait a few minutes, then try again.")),
    500: (
        _l("Sorry, something went wrong"),
        _l("This is our fault, not yours. Please try again later."),
    ),
    503: (
        _l("Sorry, we can’t save anything right now"),
        _l("Nothing was saved. Please go back and try again in a minute."),
    ),
}
