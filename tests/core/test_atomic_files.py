"""Files that are complete or not there at all."""

import resource

import pytest

from campaign_actions.core.atomic_files import write_draft


@pytest.fixture
def full_disk():
    """No file of this process may grow beyond 10 bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_draft_lies_beside_its_file_for_its_owner_only(tmp_path):
    draft = write_draft(tmp_path / "key", b"secret")

    assert draft.parent == tmp_path
    assert draft.read_bytes() == b"secret"
    assert draft.stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_of_a_draft_that_does_not_fit(tmp_path, full_disk):
    with pytest.raises(OSError, match="File too large"):
        write_draft(tmp_path / "key", b"longer than ten bytes")

    assert list(tmp_path.iterdir()) == []
