"""Fixtures for the tests of the translators' workspace."""

import pytest

from tests.support.staff_client import log_in
from tests.support.translators import begin, make_translator


@pytest.fixture
def ada(client):
    """A translator into Ukrainian, who is logged in."""
    begin()
    member = make_translator("uk", name="Ada")
    log_in(client, member)
    return member
