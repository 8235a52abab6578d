"""How much of a catalog is translated."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from campaign_actions.core.messages import Message


@dataclass
class Share:
    done: int = 0
    all: int = 0

    @property
    def percent(self) -> int:
        """Whole per cent; 100 only when nothing is missing."""
        return self.done * 100 // self.all if self.all else 100

    @property
    def left(self) -> int:
        return self.all - self.done

    def __add__(self, other: "Share") -> "Share":
        return Share(self.done + other.done, self.all + other.all)


def count_by_area(messages: Iterable[Message], translated: Collection[str]) -> dict[str, Share]:
    """The share of each area. `translated`: keys of messages."""
    shares: dict[str, Share] = {}
    for message in messages:
        share = shares.setdefault(message.area, Share())
        share.all += 1
        share.done += message.key in translated
    return shares
