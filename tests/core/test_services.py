"""What an app is given when it is made."""

import pytest
from flask import Flask

from campaign_actions.core import paths
from campaign_actions.core.services import Service


def test_each_app_has_its_own_value():
    greeting = Service[str]("greeting")
    one, other = Flask("one"), Flask("other")
    greeting.provide(one, "hello")
    greeting.provide(other, "hi")

    with one.app_context():
        assert greeting() == "hello"
    assert greeting.of(other) == "hi"


def test_an_app_that_was_not_given_a_value_says_which():
    with Flask("bare").app_context(), pytest.raises(KeyError, match="greeting"):
        Service[str]("greeting")()


def test_no_other_module_keeps_values_in_an_app():
    users = [
        path.relative_to(paths.PACKAGE).as_posix()
        for path in paths.PACKAGE.rglob("*.py")
        if ".extensions[" in path.read_text(encoding="utf-8")
    ]

    assert users == ["core/services.py"]
