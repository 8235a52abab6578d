"""Which former source a new one was made from: its translation is a beginning, to be looked at."""

from collections.abc import Iterable
from difflib import get_close_matches

NEAR = 0.7  # of 1; below it a translation of the one helps nobody to translate the other


def nearest(source: str, formers: Iterable[str]) -> str | None:
    """The former source that is most like this one."""
    if not (candidates := list(formers)):  # as for most: the matcher would take the source apart
        return None
    found = get_close_matches(source, candidates, n=1, cutoff=NEAR)
    return found[0] if found else None
