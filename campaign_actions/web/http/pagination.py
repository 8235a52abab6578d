"""Pagination of long lists by page number."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, request

MAX_PAGE = 10_000  # beyond it the database would have to skip too many rows


@dataclass(frozen=True)
class Page:
    """One page of a list: `size` of `count` rows."""

    number: int
    count: int
    size: int

    @property
    def pages(self) -> int:
        return -(-self.count // self.size)

    @property
    def part(self) -> Mapping[str, int]:
        """The arguments for a query of this page's rows."""
        return {"offset": (self.number - 1) * self.size, "limit": self.size}


def paginate(count: int, *, size: int) -> Page:
    """The page that `?page=` names, by default the first; 404 for one after the last."""
    page = Page(max(1, min(request.args.get("page", 1, int), MAX_PAGE)), count, size)
    if page.number > 1 and page.part["offset"] >= count:
        abort(404)
    return page
