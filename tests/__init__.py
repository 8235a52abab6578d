"""Tests of Campaign Actions. Their folders mirror those of the program; `support/` is shared."""

import pytest

# Failed assertions in tests.support show the values that they compared.
pytest.register_assert_rewrite("tests.support")
