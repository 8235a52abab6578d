"""Which languages there are, and the words of each: looked up again when somebody changed them.

Each process keeps what it loaded and asks every CATALOG_SECONDS, at a request or a mail, whether the
stamp in the database has moved: so what a translator writes is everywhere within seconds, and
a page costs no query.
"""

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Protocol

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from campaign_actions.core.i18n.catalog import GettextCatalog, Ours
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES, PseudoWords
from campaign_actions.core.services import Service

log = structlog.get_logger()
_spoken: ContextVar[GettextCatalog | None] = ContextVar("spoken", default=None)


@dataclass(frozen=True)
class Languages:
    """All languages at one moment, as BCP 47 tags."""

    served: tuple[str, ...]  # the source language first
    known: tuple[str, ...]  # also those that are being worked on
    ours: Mapping[str, Ours]
    _words: dict[str, GettextCatalog] = field(default_factory=dict)

    def words(self, tag: str) -> GettextCatalog:
        found = self._words.get(tag)
        if found is None:
            pseudo = tag in PSEUDO_LOCALES
            found = PseudoWords(tag) if pseudo else GettextCatalog(tag, self.ours.get(tag, {}))
            self._words[tag] = found
        return found


class Source(Protocol):
    """Where languages come from: the shipped catalogs, and what was made on the web."""

    def stamp(self) -> Hashable:
        """Another one when anything changed; a look-up in the database."""

    def load(self) -> Languages:
        """Everything, from the database and the shipped catalogs."""

    def shipped(self) -> Languages:
        """What needs no database."""


class LocaleRegistry:
    """The languages of a process."""

    def __init__(self, source: Source, seconds: float) -> None:
        self._source, self._seconds = source, seconds
        self._lock = Lock()
        self._now: Languages | None = None
        self._stamp: Hashable = None
        self._due = 0.0

    @property
    def now(self) -> Languages:
        return self._now or self._first()

    def refresh(self) -> None:
        """Renew them if it is time to ask, and if something changed. Others go on meanwhile."""
        if monotonic() >= self._due and self._lock.acquire(blocking=False):
            try:
                self._renew()
            finally:
                self._lock.release()

    def refresh_now(self) -> None:
        """As look(), whatever the time: for who has just changed something."""
        with self._lock:
            self._renew()

    def _first(self) -> Languages:
        with self._lock:
            if self._now is None:
                self._renew()
            return self._now or self._source.shipped()

    def _renew(self) -> None:
        """On any trouble with the database what there is stays: pages need no translation from it."""
        self._due = monotonic() + self._seconds
        try:
            stamp = self._source.stamp()
            if self._now is None or stamp != self._stamp:
                self._now, self._stamp = self._source.load(), stamp
        except SQLAlchemyError as error:
            log.warning("languages_not_loaded", error=type(error).__name__)


locale_registry = Service[LocaleRegistry]("locale_registry")


def init_app(app: Flask, source: Source) -> None:
    locale_registry.provide(app, LocaleRegistry(source, app.config["CATALOG_SECONDS"]))


def languages() -> Languages:
    return locale_registry().now


@contextmanager
def use_catalog(words: GettextCatalog) -> Iterator[None]:
    """What is rendered meanwhile speaks these words instead: those of a preview."""
    token = _spoken.set(words)
    try:
        yield
    finally:
        _spoken.reset(token)


def catalog_of(tag: str) -> GettextCatalog:
    """The words that pages in a language speak."""
    return _spoken.get() or languages().words(tag)
