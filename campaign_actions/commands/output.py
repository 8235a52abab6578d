"""Output that several commands share: help of options, numbers of things, progress. And who runs them."""

import os
import pwd
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

FORMAT_HELP = "The format of the file."
OUTPUT_HELP = "The file to write, or - for standard output."
BY_HELP = "The staff member responsible, by email address."
YES_HELP = "Do not ask for confirmation."
DATABASE_REMEDY = (
    "Check that the database is running. To create or upgrade its tables, run `campaign-actions db upgrade`."
    " If that does not help, a development version may have created them. CHANGELOG.md says what to do."
)


def count_of(number: int, noun: str, *, plural: str = "") -> str:
    """Like `1 email` or `1,200 emails`. `plural`: only if it is not the noun with an s."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def system_user() -> str:
    """The login name of the person who runs a command on this machine, also if they used sudo."""
    try:
        return os.environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # as in a container with a user of its own
        return str(os.getuid())


@contextmanager
def progress_bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A bar, on a terminal only. Call what it yields with the number of steps done."""
    is_hidden = not sys.stderr.isatty()
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=is_hidden) as bar:
        yield bar.update
