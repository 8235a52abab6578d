"""A digest of each value that a page showed: they tell which values have changed when its form comes back."""

import hashlib
from collections.abc import Mapping


def digests_of(values: Mapping[str, str]) -> dict[str, str]:
    """By the same names, which have no colons or spaces."""
    return {name: digest_of(value) for name, value in values.items()}


def digest_of(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:16]


def write_digests(digests: Mapping[str, str]) -> str:
    """For a hidden field."""
    return " ".join(f"{name}:{digest}" for name, digest in sorted(digests.items()))


def read_digests(text: str | None) -> dict[str, str]:
    """By name. A browser can send anything, so other text is left out."""
    pairs = (pair.partition(":") for pair in (text or "").split())
    return {name: digest for name, _colon, digest in pairs if digest}
