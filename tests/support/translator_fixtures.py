"""Who tests of the translators' workspace log in as."""

import pytest

from tests.support.staff_client import log_in
from tests.support.translators import begin, make_translator


@pytest.fixture
def ada(client):
    """Who is logged in, and translates into Ukrainian."""
    begin()
    member = make_translator("uk", name="Ada")
    log_in(client, member)
    return member
