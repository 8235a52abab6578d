"""The rules by which signatures of some minutes are a suspicious cluster, compared with the usual ones.

Nothing here reads the database, and nothing here decides: staff do.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import NamedTuple, Self, TypeVar

from campaign_actions.actions.models.clusters import CLUSTER_RULES
from campaign_actions.actions.signatures.clusters.fill_time import USUAL
from campaign_actions.actions.signatures.filters.filter import SignatureFilter

MINUTE = timedelta(minutes=1)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Thresholds:
    """From how many signatures of so many minutes each rule applies; 0: never.

    `odds` and `rate`: how many times the usual odds, and the usual number in a minute, are unusual.
    """

    text: int
    domain: int
    source: int
    minute: int
    burst: int
    odds: int
    rate: int
    window_minutes: int

    @classmethod
    def by(cls, settings: Mapping[str, int]) -> Self:
        return cls(**{one.name: settings[f"CLUSTER_{one.name.upper()}"] for one in fields(cls)})

    @property
    def lowest(self) -> int:
        """Fewer signatures than this are never a cluster; 0: there are no rules."""
        numbers = [getattr(self, rule) for rule in CLUSTER_RULES]
        return min(filter(None, numbers), default=0)


class Cell(NamedTuple):
    """Similar signatures of one minute. `domain` is empty if there is no address."""

    minute: datetime
    domain: str
    source: str
    fill_time: str
    number: int


@dataclass(frozen=True)
class Group:
    """Signatures that a rule found. `wanted`: what they have in common, without the period.

    `common`: a text that is the same for all clusters with this in common; empty: the filter says it.
    """

    rule: str
    wanted: SignatureFilter
    since: datetime
    until: datetime
    number: int
    cells: Sequence[Cell] = field(default=(), repr=False)
    common: str = ""

    @property
    def key(self) -> str:
        common = self.common or sorted(self.wanted.filter().items())
        return hashlib.sha256(f"{self.rule} {common}".encode()).hexdigest()


@dataclass(frozen=True)
class Usual:
    """The cells of signatures that came before, and in how many minutes they came."""

    cells: Sequence[Cell]
    minutes: float


@dataclass(frozen=True)
class Share:
    """So many of a total."""

    number: int
    total: int

    @property
    def odds(self) -> float:
        """With one more on each side, so that what never happened before is rare but not impossible."""
        return (self.number + 1) / (self.total - self.number + 1)

    def is_unusual(self, usual: "Share", times: int) -> bool:
        """Whether the odds are so many times as high.

        Large providers have high odds anyway. Shares would not do: twice 60 per cent does not exist.
        """
        return self.odds >= times * usual.odds


def find_groups(cells: Sequence[Cell], usual: Usual, thresholds: Thresholds) -> Iterator[Group]:
    """The clusters among these signatures. No signature is in two of them.

    The rule that says most comes first, and those after it look only at the signatures that it left.
    """
    left = list(cells)
    for rule in (_domains, _sources, _minutes, _bursts):
        groups = list(rule(left, usual, thresholds))
        yield from groups
        taken = {id(cell) for group in groups for cell in group.cells}
        left = [cell for cell in left if id(cell) not in taken]


def _domains(cells: Sequence[Cell], usual: Usual, thresholds: Thresholds) -> Iterator[Group]:
    """Domains of email addresses with an unusual share."""
    now, before = (_count(some, lambda cell: cell.domain) for some in (cells, usual.cells))
    total, total_before = now.total(), before.total()
    for domain, number in now.most_common():
        if not domain or not _reaches(number, thresholds.domain):
            continue
        if Share(number, total).is_unusual(Share(before[domain], total_before), thresholds.odds):
            own = [cell for cell in cells if cell.domain == domain]
            yield _group("domain", SignatureFilter(domain=domain), own)


def _sources(cells: Sequence[Cell], usual: Usual, thresholds: Thresholds) -> Iterator[Group]:
    """Sources whose forms are filled in fast, or slowly, much more often than usual.

    A source alone says nothing: each newsletter is one.
    """
    found = _unusual_fill_times(
        cells, lambda cell: cell.source, usual, thresholds.source, thresholds.odds
    )
    for (source, fill_time), own in found.items():
        if source:
            yield _group("source", SignatureFilter(source=source, fill_time=fill_time), own)


def _minutes(cells: Sequence[Cell], usual: Usual, thresholds: Thresholds) -> Iterator[Group]:
    """Minutes in which forms are filled in fast, or slowly, much more often than usual."""
    found = _unusual_fill_times(
        cells, lambda cell: cell.minute, usual, thresholds.minute, thresholds.odds
    )
    of_fill_time: defaultdict[str, list[Cell]] = defaultdict(list)
    for (_minute, fill_time), own in found.items():
        of_fill_time[fill_time] += own
    for fill_time, own in of_fill_time.items():
        yield _group("minute", SignatureFilter(fill_time=fill_time), own)


def _bursts(cells: Sequence[Cell], usual: Usual, thresholds: Thresholds) -> Iterator[Group]:
    """Minutes with very many signatures that no shared link has brought."""
    direct = [cell for cell in cells if not cell.source]
    before = sum(cell.number for cell in usual.cells if not cell.source)
    a_minute = before / usual.minutes if usual.minutes else 0.0
    numbers = _count(direct, lambda cell: cell.minute)
    own = [
        cell
        for cell in direct
        if _reaches(numbers[cell.minute], thresholds.burst)
        and numbers[cell.minute] >= thresholds.rate * a_minute
    ]
    if own:
        yield _group("burst", SignatureFilter(without="source"), own)


def _unusual_fill_times(
    cells: Sequence[Cell],
    key: Callable[[Cell], Key],
    usual: Usual,
    threshold: int,
    odds: int,
) -> dict[tuple[Key, str], list[Cell]]:
    """The cells that have the same key, and an unusual share of which is filled in fast, or slowly."""
    known = [cell for cell in cells if cell.fill_time]
    before = _count((cell for cell in usual.cells if cell.fill_time), lambda cell: cell.fill_time)
    totals, numbers = _count(known, key), _count(known, lambda cell: (key(cell), cell.fill_time))
    found = {}
    for (value, fill_time), number in numbers.most_common():
        usually = Share(before[fill_time], before.total())
        if fill_time == USUAL or not _reaches(number, threshold):
            continue
        if Share(number, totals[value]).is_unusual(usually, odds):
            own = [cell for cell in known if (key(cell), cell.fill_time) == (value, fill_time)]
            found[value, fill_time] = own
    return found


def _group(rule: str, wanted: SignatureFilter, cells: Sequence[Cell]) -> Group:
    minutes = [cell.minute for cell in cells]
    number = sum(cell.number for cell in cells)
    return Group(rule, wanted, min(minutes), max(minutes) + MINUTE, number, tuple(cells))


def _count(cells: Iterable[Cell], key: Callable[[Cell], Key]) -> Counter[Key]:
    """How many signatures have each key."""
    numbers: Counter[Key] = Counter()
    for cell in cells:
        numbers[key(cell)] += cell.number
    return numbers


def _reaches(number: int, threshold: int) -> bool:
    return bool(threshold) and number >= threshold
