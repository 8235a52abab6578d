"""Keeps what counting took long: in each process, for a minute at most."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TypeVar

from cachetools import TTLCache
from flask import Flask, Response, request, session

from campaign_actions.actions.counts.new_signatures import NewSignatures
from campaign_actions.catalogs.workflow.untranslated import Key as StringsKey
from campaign_actions.core.services import Service
from campaign_actions.web.staff.access.authorization import ROOT, SAFE_METHODS

SECONDS = 60
FIGURE_SECONDS = 10
FiguresKey = tuple[frozenset[int], datetime]  # actions, and when the day of the reader began
K = TypeVar("K")
V = TypeVar("V")
MAX_STRINGS, MAX_MEMBERS, MAX_CAMPAIGNS = 4096, 1024, 256
# A draft: its id and version, those of its actions, its opening time, the campaigns a member sees, and the
# steps that were left out.
StepsKey = tuple[
    int, int, tuple[tuple[int, int], ...], datetime | None, frozenset[int] | None, frozenset[str]
]


@dataclass(frozen=True)
class DraftProgress:
    """How far a draft is: steps of its checklist, and the name of the next one; "" if all are done.

    Steps that were skipped are not among `steps`.

    `awaits_email`: nothing can be done before the people who run the server have set up email.
    `problems`: those that the checks found in what is to open, and the page of the first.
    """

    done: int
    steps: int
    next_step: str
    problems: int = 0
    problem_url: str = ""
    awaits_email: bool = False

    @property
    def left(self) -> int:
        return self.steps - self.done


class WaitingStore:
    """`strings`: untranslated strings by catalog, language and versions.

    `lines`: how many lines each member's overview has, by the member's uniquifier. `figures`: of new
    participants, by the ids of their actions and the reader's day. `steps`: how far the checklist of a
    draft is. `unopened`: what the actions of an open campaign lack that have not opened.
    """

    def __init__(self, *, is_kept: bool) -> None:
        self.strings: TTLCache[StringsKey, int] = TTLCache(MAX_STRINGS, ttl=SECONDS * is_kept)
        self.lines: TTLCache[str, int] = TTLCache(MAX_MEMBERS, ttl=SECONDS * is_kept)
        self.figures: TTLCache[FiguresKey, NewSignatures] = TTLCache(
            MAX_MEMBERS, ttl=FIGURE_SECONDS * is_kept
        )
        self.steps: TTLCache[StepsKey, DraftProgress] = TTLCache(
            MAX_CAMPAIGNS, ttl=SECONDS * is_kept
        )
        self.unopened: TTLCache[StepsKey, Mapping[int, str]] = TTLCache(
            MAX_CAMPAIGNS, ttl=SECONDS * is_kept
        )
        self.lock = Lock()


waiting_store = Service[WaitingStore]("waiting_store")


def init_app(app: Flask) -> None:
    waiting_store.provide(app, WaitingStore(is_kept=app.config["CACHE_SECONDS"] > 0))
    app.after_request(_forget_after_change)


def find_count(uniquifier: str) -> int | None:
    with waiting_store().lock:
        count: int | None = waiting_store().lines.get(uniquifier)
        return count


def keep_count(uniquifier: str, count: int) -> None:
    with waiting_store().lock:
        waiting_store().lines[uniquifier] = count


def keep_figures(key: FiguresKey, find: Callable[[], NewSignatures]) -> NewSignatures:
    """The figures under a key, as found up to FIGURE_SECONDS ago or now."""
    return _keep(waiting_store().figures, key, find)


def keep_strings(key: StringsKey, find: Callable[[], int]) -> int:
    """The number of untranslated strings under a key, as found up to SECONDS ago or now."""
    return _keep(waiting_store().strings, key, find)


def keep_steps(
    key: StepsKey, find: Callable[[], DraftProgress], *, is_new: bool = False
) -> DraftProgress:
    """How far a draft is, as found up to SECONDS ago or now. `is_new`: find it again."""
    return _keep(waiting_store().steps, key, find, is_new=is_new)


def keep_unopened(key: StepsKey, find: Callable[[], Mapping[int, str]]) -> Mapping[int, str]:
    """The pages of what actions lack that have not opened, as found up to SECONDS ago or now."""
    return _keep(waiting_store().unopened, key, find)


def _keep(cache: TTLCache[K, V], key: K, find: Callable[[], V], *, is_new: bool = False) -> V:
    with waiting_store().lock:
        kept: V | None = None if is_new else cache.get(key)
    if kept is None:
        kept = find()
        with waiting_store().lock:
            cache[key] = kept
    return kept


def _forget_after_change(response: Response) -> Response:
    """Members see at once that what they have just done no longer waits. The database is not asked."""
    if request.method not in SAFE_METHODS and request.path.startswith(ROOT):
        with waiting_store().lock:
            waiting_store().lines.pop(session.get("_user_id", ""), None)
            waiting_store().steps.clear()
            waiting_store().unopened.clear()
    return response
