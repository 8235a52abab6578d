"""Exporting a catalog, and writing it as a .po file for Poedit, Weblate and similar programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from translate.storage.pypo import pounit

from campaign_actions.catalogs.files.catalog_folder import catalog_in
from campaign_actions.catalogs.files.headers import CAMPAIGN_HEADER, VERSION_HEADER, headers_for
from campaign_actions.catalogs.files.po import PoFile, create_po, key_of, read_po
from campaign_actions.catalogs.files.sync import bring_up_to_date
from campaign_actions.catalogs.store.fuzzy_match import FormerTranslation, former_translations
from campaign_actions.catalogs.store.repository import Catalog, stored_translations
from campaign_actions.catalogs.store.version import file_version
from campaign_actions.core import paths
from campaign_actions.core.i18n.message import Forms, Message

GENERATOR = {"X-Generator": "Campaign Actions"}


@dataclass(frozen=True, kw_only=True)
class CatalogExport:
    """`forms`, `earlier`: by the keys of messages; a message is in one of them at most."""

    messages: Sequence[Message]
    source: str  # the language of the messages
    locale: str
    slug: str  # of the campaign; empty for the interface
    version: str
    forms: Mapping[str, Forms]
    earlier: Mapping[str, FormerTranslation]


def export_catalog(catalog: Catalog, locale: str) -> CatalogExport:
    """A catalog as it is now."""
    version = str(file_version(catalog, locale))
    forms = {key: each.forms for key, each in stored_translations(catalog, locale).items()}
    untranslated = [message for message in catalog.messages if message.key not in forms]
    earlier = former_translations(catalog, locale, untranslated)
    return CatalogExport(
        messages=catalog.messages,
        source=catalog.source,
        locale=locale,
        slug=catalog.slug,
        version=version,
        forms=forms,
        earlier={key: each for key, each in earlier.items() if each.source},
    )


def write_po(export: CatalogExport) -> bytes:
    """The interface starts from the shipped file, so that its comments and headers stay."""
    file = _shipped_or_new(export)
    bring_up_to_date(file, export.messages, export.locale)
    messages = {(message.context, message.source): message for message in export.messages}
    for unit in file.units:
        if not unit.isobsolete():
            _fill(unit, messages[key_of(unit)], export)
    campaign = {CAMPAIGN_HEADER: export.slug} if export.slug else {}
    file.set_headers({**campaign, VERSION_HEADER: export.version, **GENERATOR})
    return bytes(file)


def _shipped_or_new(export: CatalogExport) -> PoFile:
    shipped = catalog_in(paths.TRANSLATIONS, export.locale)
    if not export.slug and shipped.exists():
        return read_po(shipped.read_bytes())
    return create_po(headers_for(export.locale))


def _fill(unit: pounit, message: Message, export: CatalogExport) -> None:
    """Set the translation, or that of an earlier source, marked fuzzy."""
    forms, earlier = export.forms.get(message.key), export.earlier.get(message.key)
    if forms:
        _set_forms(unit, message, forms)
        unit.markfuzzy(False)
        unit.prev_source = ""
    elif earlier:
        _set_forms(unit, message, earlier.forms)
        unit.markfuzzy()
        unit.prev_source = earlier.source


def _set_forms(unit: pounit, message: Message, forms: Forms) -> None:
    unit.target = list(forms) if message.plural else forms[0]
