"""A long list, a page at a time, by the number that the address names."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, request

MAX_PAGE = 10_000  # pages: nobody goes further, and a database would have to count that far


@dataclass(frozen=True)
class Page:
    """Which part of a list is shown: `size` rows of `count`."""

    number: int
    count: int
    size: int

    @property
    def pages(self) -> int:
        return -(-self.count // self.size)

    @property
    def part(self) -> Mapping[str, int]:
        """The arguments of a query that gives this part."""
        return {"skip": (self.number - 1) * self.size, "most": self.size}


def paginate(count: int, *, size: int) -> Page:
    """The page of a list that `?page=` names, the first one by itself; 404 for one behind the last."""
    page = Page(max(1, min(request.args.get("page", 1, int), MAX_PAGE)), count, size)
    if page.number > 1 and page.part["skip"] >= count:
        abort(404)
    return page
