"""Saying what of an upload was left: to who asked for it by a command."""

from collections.abc import Collection, Iterator

from campaign_actions.catalogs.importing import Item, Plan
from campaign_actions.catalogs.refusing import refusal_line, shown


def plan_lines(plan: Plan, *, file: str, tag: str, taken: Collection[str] = ()) -> Iterator[str]:
    """What of an upload is refused, or asks for somebody. `taken`: keys of what was asked for and taken."""
    yield from (refusal_line(refusal, file=file, tag=tag) for refusal in plan.refused)
    for item in plan.conflicts:
        if item.message.key not in taken:
            place = f"{file}:{item.line}" if item.line else file
            source, here, there = map(shown, (item.message.source, *_differing(item)))
            yield f"{place}: {source} was changed here, too: {here}, in the file {there}."
    for unknown in plan.unknown:
        place = f"{file}:{unknown.entry.line}"
        near = f" It may be a former text of {shown(unknown.near.source)}." if unknown.near else ""
        yield f"{place}: {shown(unknown.entry.source)} is no text here any more.{near}"


def _differing(item: Item) -> tuple[str, str]:
    """The first form in which two translations are not the same."""
    pairs = zip(item.stored, item.uploaded, strict=False)
    return next((pair for pair in pairs if pair[0] != pair[1]), (item.stored[0], item.uploaded[0]))
