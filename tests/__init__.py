"""Tests of Campaign Actions. Their folders mirror those of the program; `support/` is shared."""

import pytest

pytest.register_assert_rewrite("tests.support")  # a failed check there says what it compared
