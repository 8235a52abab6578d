"""Who tests of the translators' workspace log in as."""

import pytest

from tests.catalogs.working import begin, make_translator
from tests.staff.logging_in import log_in


@pytest.fixture
def ada(client):
    """Who is logged in, and translates into Ukrainian."""
    begin()
    member = make_translator("uk", name="Ada")
    log_in(client, member)
    return member
