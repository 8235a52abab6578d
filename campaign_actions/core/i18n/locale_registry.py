"""Which languages there are and their catalogs, reloaded when someone has changed them.

A process checks every CATALOG_SECONDS; see core/reloaded.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from flask import Flask

from campaign_actions.core.i18n.catalog import GettextCatalog, Translations
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES, PseudoCatalog
from campaign_actions.core.reloaded import Reloaded, Source
from campaign_actions.core.services import Service

_override: ContextVar[GettextCatalog | None] = ContextVar("catalog override", default=None)


@dataclass(frozen=True)
class Languages:
    """All languages at one moment, as BCP 47 tags.

    `needs`: what each must have before it is served. `allowed`: those that may be served; empty: all.
    """

    served: tuple[str, ...]  # to the public, the source language first
    known: tuple[str, ...]  # also those that are still being translated
    translations: Mapping[str, Translations]
    needs: frozenset[str] = frozenset()
    allowed: tuple[str, ...] = ()
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

    def keep_catalogs_of(self, earlier: "Languages") -> None:
        """Take over the catalogs whose translations are the same, with the texts they have prepared."""
        for tag, catalog in tuple(earlier._catalogs.items()):
            if earlier.translations.get(tag) is self.translations.get(tag):
                self._catalogs[tag] = catalog


CatalogSource = Source[Languages]  # of the shipped catalogs and the database


class LocaleRegistry(Reloaded[Languages]):
    """The languages that a process has loaded."""

    def __init__(self, source: CatalogSource, seconds: float) -> None:
        super().__init__(source, seconds, name="languages")


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
