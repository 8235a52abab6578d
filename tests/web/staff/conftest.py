"""What several tests of the workspace use."""

import pytest

from tests.support.factories import make_staff
from tests.support.staff_client import log_in


@pytest.fixture
def staff(client):
    """A client that a campaigner has logged in with."""
    log_in(client, make_staff("campaigner"))
    return client
