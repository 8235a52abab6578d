"""Filtering and sorting of listed campaigns: by state, tag and words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaign_actions.actions.listing.campaigns import ARCHIVED, ListedCampaign

SORTS = ("title", "confirmed", "today")  # any other: the order of the public site


@dataclass(frozen=True)
class Filter:
    """`state`: one of STATES; "" for all but archived ones. `tag`: "" for any. `query`: words."""

    state: str = ""
    tag: str = ""
    query: str = ""

    @property
    def words(self) -> list[str]:
        return self.query.casefold().split()

    def of(self, found: Sequence[ListedCampaign]) -> list[ListedCampaign]:
        return [
            one for one in self.without_state(found) if one.state == self.state or self._is_all(one)
        ]

    def without_state(self, found: Sequence[ListedCampaign]) -> list[ListedCampaign]:
        """Those that match the tag and the words."""
        words, tag = self.words, self.tag.casefold()
        return [
            one
            for one in found
            if (not tag or tag in map(str.casefold, one.tags)) and all(map(one.has, words))
        ]

    def _is_all(self, one: ListedCampaign) -> bool:
        return not self.state and one.state != ARCHIVED


def sort_campaigns(
    found: Sequence[ListedCampaign], by: str, *, today: Mapping[int, int]
) -> list[ListedCampaign]:
    """`by`: one of SORTS. `today`: by campaign, how many confirmed today. The largest number comes first."""
    if by == "title":
        return sorted(found, key=lambda one: one.title.casefold())
    if by == "confirmed":
        return sorted(found, key=lambda one: -one.confirmed)
    if by == "today":
        return sorted(found, key=lambda one: -today.get(one.id, 0))
    return list(found)


def count_by_state(found: Sequence[ListedCampaign]) -> Mapping[str, int]:
    return Counter(one.state for one in found)
