"""Services: an app is given them when it is made, and anything that runs inside it may ask for them."""

from typing import Generic, TypeVar

from flask import Flask, current_app

Value = TypeVar("Value")


class Service(Generic[Value]):
    """One such value. Defined next to its type, provided by create_app(), and called to get it:

    `locale_registry = Service[LocaleRegistry]("locale_registry")`, then `locale_registry().refresh()`.
    `Service[` finds them all.
    """

    def __init__(self, name: str) -> None:
        self.key = f"campaign_actions.{name}"  # in app.extensions

    def provide(self, app: Flask, value: Value) -> None:
        app.extensions[self.key] = value

    def of(self, app: Flask) -> Value:
        value: Value = app.extensions[self.key]
        return value

    def __call__(self) -> Value:
        """The value of the current app. Raises KeyError if it was not given one."""
        value: Value = current_app.extensions[self.key]
        return value
