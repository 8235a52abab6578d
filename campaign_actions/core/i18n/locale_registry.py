"""Which languages there are and their catalogs, reloaded when someone has changed them.

Each process keeps what it loaded. Every CATALOG_SECONDS, on a request or an email, it asks whether the
stamp in the database has changed. So a translation is live everywhere within seconds, and a page
costs no query.
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

from campaign_actions.core.i18n.catalog import GettextCatalog, Translations
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES, PseudoCatalog
from campaign_actions.core.services import Service

log = structlog.get_logger()
_override: ContextVar[GettextCatalog | None] = ContextVar("catalog override", default=None)


@dataclass(frozen=True)
class Languages:
    """All languages at one moment, as BCP 47 tags."""

    served: tuple[str, ...]  # to the public, the source language first
    known: tuple[str, ...]  # also those that are still being translated
    translations: Mapping[str, Translations]
    _catalogs: dict[str, GettextCatalog] = field(default_factory=dict)

    def catalog(self, tag: str) -> GettextCatalog:
        catalog = self._catalogs.get(tag)
        if catalog is None:
            if tag in PSEUDO_LOCALES:
                catalog = PseudoCatalog(tag)
            else:
                catalog = GettextCatalog(tag, self.translations.get(tag, {}))
            self._catalogs[tag] = catalog
        return catalog


class CatalogSource(Protocol):
    """Where languages come from: the shipped catalogs and the database."""

    def stamp(self) -> Hashable:
        """A value that changes whenever a translation does; one query."""

    def load(self) -> Languages:
        """Everything, from the database and the shipped catalogs."""

    def shipped(self) -> Languages:
        """The shipped catalogs alone, without a database."""


class LocaleRegistry:
    """The languages that a process has loaded."""

    def __init__(self, source: CatalogSource, seconds: float) -> None:
        self._source, self._seconds = source, seconds
        self._lock = Lock()
        self._languages: Languages | None = None
        self._stamp: Hashable = None
        self._next_check = 0.0

    @property
    def current(self) -> Languages:
        return self._languages or self._load_first()

    def refresh(self) -> None:
        """Reload if it is time to check and something has changed. Only one thread does; none waits."""
        if monotonic() >= self._next_check and self._lock.acquire(blocking=False):
            try:
                self._reload_if_changed()
            finally:
                self._lock.release()

    def refresh_now(self) -> None:
        """Reload at once, after a change by this process."""
        with self._lock:
            self._reload_if_changed()

    def _load_first(self) -> Languages:
        with self._lock:
            if self._languages is None:
                self._reload_if_changed()
            return self._languages or self._source.shipped()

    def _reload_if_changed(self) -> None:
        """Keep what is loaded while the database is unavailable: pages do without its translations."""
        self._next_check = monotonic() + self._seconds
        try:
            stamp = self._source.stamp()
            if self._languages is None or stamp != self._stamp:
                self._languages, self._stamp = self._source.load(), stamp
        except SQLAlchemyError as error:
            log.warning("languages_not_loaded", error=type(error).__name__)


locale_registry = Service[LocaleRegistry]("locale_registry")


def init_app(app: Flask, source: CatalogSource) -> None:
    locale_registry.provide(app, LocaleRegistry(source, app.config["CATALOG_SECONDS"]))


def languages() -> Languages:
    return locale_registry().current


@contextmanager
def use_catalog(catalog: GettextCatalog) -> Iterator[None]:
    """Render everything in the block with this catalog, for a preview."""
    token = _override.set(catalog)
    try:
        yield
    finally:
        _override.reset(token)


def catalog_of(tag: str) -> GettextCatalog:
    """The catalog that pages in a language are rendered with."""
    return _override.get() or languages().catalog(tag)
