"""The language in which a signer reads an update."""

from collections.abc import Collection, Sequence


def fallback_locale(wanted: str, written: Collection[str], served: Sequence[str]) -> str | None:
    """The wanted language, or else the first served one that has a text, or else any.

    None: there is no text at all.
    """
    for tag in (wanted, *served):
        if tag in written:
            return tag
    return min(written, default=None)
