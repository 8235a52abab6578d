"""Saying what was refused: where, which message, what is wrong, what to do."""

from collections.abc import Iterator

from campaign_actions.catalogs.checking import Checked, Refusal
from campaign_actions.catalogs.refusal_texts import ALL
from campaign_actions.core.fault_words import MOST_SHOWN, Words, fault_words, form_words


def refusal_words(refusal: Refusal) -> Words:
    return fault_words(refusal.fault, ALL)


def report_lines(checked: Checked, *, file: str, tag: str) -> Iterator[str]:
    """What is refused, then what a person should look at; what waits for that anyway is only counted."""
    yield from (refusal_line(refusal, file=file, tag=tag) for refusal in checked.refusals)
    stale = [doubt for doubt in checked.doubts if doubt.fault.code == "fuzzy"]
    yield from (
        f"{refusal_line(doubt, file=file, tag=tag)} (used all the same)"
        for doubt in checked.doubts
        if doubt not in stale
    )
    if stale:
        yield f"{file}: {len(stale)} marked fuzzy are not used."


def refusal_line(refusal: Refusal, *, file: str, tag: str) -> str:
    """As compilers write: editors jump to `file:line`."""
    place = f"{file}:{refusal.line}" if refusal.line else file
    words = refusal_words(refusal)
    message = _message(refusal, tag)
    return f"{place}: {message}{words.what} {words.remedy}"


def _message(refusal: Refusal, tag: str) -> str:
    if not refusal.source:
        return ""
    form = "" if refusal.fault.form is None else f" ({form_words(tag, refusal.fault.form)})"
    return f"{shown(refusal.source)}{form}: "


def shown(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text if len(text) <= MOST_SHOWN else f'{text[: MOST_SHOWN - 1]}…'}”"
