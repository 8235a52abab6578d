"""Who watches what verbs change: a floor does not know those above that have to know of it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Connection

ChangeHook = Callable[..., AbstractContextManager[None]]


def init_app(app: Flask, hook: ChangeHook) -> None:
    """`hook`: called with all that witnessed() is called with; looks before the change and after it."""
    app.extensions["change_hook"] = hook


@contextmanager
def with_change_hook(
    connection: Connection,
    subject: Any,
    subject_id: int,
    *,
    staff_id: int | None,
    now: datetime,
) -> Iterator[None]:
    """A change to what has revisions, in the caller's transaction; the hook may write in it, too."""
    hook = current_app.extensions["change_hook"]
    with hook(connection, subject, subject_id, staff_id=staff_id, now=now):
        yield
