"""Campaign Actions: an online campaign platform that any human-rights organisation can host."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """`create_app` is loaded when it is asked for: most commands start without the pages."""
    if name == "create_app":
        return import_module("campaign_actions.app").create_app
    raise AttributeError(name)
