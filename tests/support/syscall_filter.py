"""Run a program under the system call filter of a unit: python syscall_filter.py UNIT PROGRAM …

Calls outside the filter fail with EPERM, as under systemd; calls unknown to systemd are allowed.
"""

import ctypes
import errno
import os
import re
import subprocess
import sys
from pathlib import Path

ALLOW = 0x7FFF0000
REFUSE = 0x00050000 | errno.EPERM


def main(unit: str, *command: str) -> None:
    lines = re.findall(r"^SystemCallFilter=(.+)$", Path(unit).read_text(), re.M)
    assert lines, unit
    refuse(names(["@known"]) - allowed(lines))
    os.execvp(command[0], command)


def allowed(lines: list[str]) -> set[str]:
    """The calls that these lines allow together: each adds calls, one with ~ removes those it names."""
    calls = names(["@default"])
    for line in lines:
        named = names(line.removeprefix("~").split())
        calls = calls - named if line.startswith("~") else calls | named
    return calls


def names(groups: list[str]) -> set[str]:
    """The system calls in these groups, and in the groups that they contain."""
    if not groups:
        return set()
    command = ["systemd-analyze", "--no-pager", "syscall-filter", *groups]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    members = {line.strip() for line in listed if line.startswith(" ") and "#" not in line}
    inner = {member for member in members if member.startswith("@")}
    return members - inner | names(sorted(inner))


def refuse(calls: set[str]) -> None:
    """Refuse these calls from now on, in this process and its children."""
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(seccomp.seccomp_init(ALLOW))
    for name in calls:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # otherwise this kind of machine does not have it
            assert seccomp.seccomp_rule_add(rules, REFUSE, number, 0) == 0, name
    assert seccomp.seccomp_load(rules) == 0


if __name__ == "__main__":
    main(*sys.argv[1:])
