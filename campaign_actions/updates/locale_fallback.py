"""Which language of an update somebody reads."""

from collections.abc import Collection, Sequence


def fallback_locale(wanted: str, written: Collection[str], in_order: Sequence[str]) -> str | None:
    """The language that was signed in; where it has no text, the first of `in_order` that has one.

    `in_order` are the languages served. None: there is no text at all.
    """
    for tag in (wanted, *in_order):
        if tag in written:
            return tag
    return min(written, default=None)
