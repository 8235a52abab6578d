"""Which messages of a catalog somebody goes through, as an address names it."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaign_actions.catalogs.finding import Catalog
from campaign_actions.catalogs.strings import SHOWN, Entry, areas_of, chosen

LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Filter:
    show: str  # one of SHOWN
    query: str
    area: str

    def of(self, found: list[Entry]) -> list[Entry]:
        return chosen(found, show=self.show, query=self.query, area=self.area)

    @property
    def named(self) -> dict[str, str]:
        """As an address names it."""
        named = {"show": self.show, "q": self.query, "area": self.area}
        return {name: value for name, value in named.items() if value}


def read_filter(args: Mapping[str, str], catalog: Catalog, *, otherwise: str) -> Filter:
    """`otherwise`: what is shown if the address names nothing."""
    show, area = args.get("show", ""), args.get("area", "")
    return Filter(
        show if show in SHOWN else otherwise,
        args.get("q", "")[:LONGEST_SEARCH].strip(),
        area if area in areas_of(catalog) else "",
    )
