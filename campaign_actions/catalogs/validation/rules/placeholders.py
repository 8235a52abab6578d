"""Placeholders such as `%(name)s`: a translation has those of its source, written the same."""

import re
from collections.abc import Iterator

from campaign_actions.core.i18n.message import Issue, Message

PLACEHOLDER = re.compile(
    r"%(?:\((?P<name>[^()%]*)\))?[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+)?)?[hlL]?[a-zA-Z%]?"
)
NAMED = re.compile(r"%\([^()%]*\)[a-zA-Z]")
PERCENT_SIGN = "%%"
NUMBER_NAMES = ("num", "count", "total", "number")  # usual placeholders for the number of a plural


def placeholder_issues(message: Message, text: str, *, is_one_number: bool) -> Iterator[Issue]:
    """`is_one_number`: the form is for one number only and may leave it out, as in "one signature"."""
    if message.markup != "html":
        yield from _foreign(set(NAMED.findall(text)) - set(NAMED.findall(message.model)), set())
        return
    source = f"{message.source} {message.plural or ''}"
    expected, found = _placeholders(source), _placeholders(text)
    foreign = found - expected - ({PERCENT_SIGN} if expected else set())
    yield from _foreign(foreign, expected)
    missing = expected - found - {PERCENT_SIGN}
    if is_one_number:
        missing -= {_number_placeholder(expected)}
    missing = {each for each in missing if not _is_among(each, foreign)}
    if missing:
        yield Issue("placeholder_missing", {"names": sorted(missing)})


def _foreign(foreign: set[str], expected: set[str]) -> Iterator[Issue]:
    for each in sorted(foreign):
        if _name(each) is None:
            yield Issue("percent", {"found": each.strip()})
        elif meant := [other for other in expected if _name(other) == _name(each)]:
            yield Issue("placeholder_changed", {"found": each, "expected": meant[0]})
        else:
            yield Issue("placeholder_foreign", {"found": each, "names": sorted(expected)})


def _placeholders(text: str) -> set[str]:
    return {found[0] for found in PLACEHOLDER.finditer(text)}


def _name(placeholder: str) -> str | None:
    found = PLACEHOLDER.fullmatch(placeholder)
    return found and found["name"]


def _is_among(placeholder: str, others: set[str]) -> bool:
    return _name(placeholder) in {_name(other) for other in others}


def _number_placeholder(expected: set[str]) -> str | None:
    named = {_name(each): each for each in expected - {PERCENT_SIGN}}
    if len(named) == 1:
        return next(iter(named.values()))
    return next((named[name] for name in NUMBER_NAMES if name in named), None)
