"""A process yields to a priority, not by one, and runs on where it may not."""

import subprocess
import sys

import pytest

LOWER_TWICE = (
    "import os\n"
    "from campaign_actions.core.priority import yield_to_others\n"
    "{before}\n"
    "yield_to_others(5)\n"
    "yield_to_others(5)\n"
    "print(os.getpriority(os.PRIO_PROCESS, 0))\n"
)


@pytest.mark.parametrize(
    ("before", "after"), [("", 5), ("os.nice(5)", 5), ("os.nice(3)", 5), ("os.nice(10)", 10)]
)
def test_a_process_ends_at_the_priority_that_was_named_or_a_lower_one(before, after):
    program = [sys.executable, "-c", LOWER_TWICE.format(before=before)]

    printed = subprocess.run(program, capture_output=True, text=True, check=True).stdout

    assert int(printed) == after
