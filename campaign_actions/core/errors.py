"""Errors that people can meet, and what the error page says for each status."""

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


class DomainError(Exception):
    """What a person asked for cannot be done. Each subclass names the fact."""

    status: ClassVar[int] = 400
    title: ClassVar[LazyString] = _l("This did not work")
    message: ClassVar[LazyString]
    retry_after: ClassVar[int] = 0  # seconds; 0: trying again later does not help


class Conflict(DomainError):
    """The state has changed since the person saw it, usually because someone else changed it."""

    status = 409


class NotFound(DomainError):
    """It never existed, or it has been removed."""

    status = 404
    title = _l("There is no page here")
    message = _l("The address may have a typing error, or the page has moved.")


STATUS_TEXTS: dict[int, tuple[LazyString, LazyString]] = {  # (title, message) by HTTP status
    400: (
        _l("We could not read that"),
        _l("Something in the request was broken. Nothing was stored."),
    ),
    403: (
        _l("This came from another site"),
        _l("Please open the page here and press the button again."),
    ),
    404: (NotFound.title, NotFound.message),
    405: (_l("This does not work this way"), _l("Please go back to the page and use its button.")),
    409: (
        _l("This has changed meanwhile"),
        _l(
            "Somebody changed it since you opened the page. Please go back, load it anew and try again."
        ),
    ),
    410: (_l("This page is gone"), _l("What was here has ended.")),
    413: (
        _l("That is too much text"),
        _l("Nothing was stored. Go back, shorten the text and press again."),
    ),
    429: (_l("Too many at once"), _l("Please wait a few minutes and press again.")),
    500: (
        _l("Something broke on our side"),
        _l("It is not your fault. We were told; please try again later."),
    ),
    503: (
        _l("We cannot store anything right now"),
        _l("Nothing was lost. Please try again in a minute."),
    ),
}
