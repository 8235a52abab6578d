"""Niceness is absolute, not relative. tests/deploy has the case where it must not be changed."""

import subprocess
import sys

import pytest

LOWER_TWICE = """
import os
from contextlib import suppress
from campaign_actions.core.processes.priority import raise_niceness

with suppress(PermissionError):  # as root, start from 0
    os.setpriority(os.PRIO_PROCESS, 0, 0)
before = os.nice({steps})
raise_niceness(5)
raise_niceness(5)
print(before, os.getpriority(os.PRIO_PROCESS, 0))
"""


@pytest.mark.parametrize("steps", [0, 3, 5, 10])
def test_niceness_is_raised_to_the_value_but_never_lowered(steps):
    program = [sys.executable, "-c", LOWER_TWICE.format(steps=steps)]

    printed = subprocess.run(program, capture_output=True, text=True, check=True).stdout

    before, after = map(int, printed.split())
    assert after == max(before, 5)
