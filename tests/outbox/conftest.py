"""What the tests of the outbox share."""

from pathlib import Path

import pytest
from flask import Flask

from tests.outbox.post_office import PostOffice, office


@pytest.fixture
def post(app: Flask, tmp_path: Path) -> PostOffice:
    return office(tmp_path / "mail")
