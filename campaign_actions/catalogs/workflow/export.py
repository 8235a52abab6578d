"""A catalog in a language as a .po file: for Poedit, Weblate and their like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from translate.storage.pypo import pounit

from campaign_actions.catalogs.files.headers import headers_for
from campaign_actions.catalogs.files.layout import catalog_in
from campaign_actions.catalogs.files.po import PoFile, key_of, new_po, read_po
from campaign_actions.catalogs.files.sync import bring_up_to_date
from campaign_actions.catalogs.store.fuzzy_match import FormerTranslation, former_translations
from campaign_actions.catalogs.store.repository import Catalog, stored_translations
from campaign_actions.catalogs.store.version import file_version
from campaign_actions.core import paths
from campaign_actions.core.i18n.message import Forms, Message


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """`forms` and `earlier`: by the keys of messages; a message is in one of them at most."""

    messages: Sequence[Message]
    source: str  # the language of the messages
    locale: str
    slug: str  # of the campaign; empty for the program's own words
    version: str
    forms: Mapping[str, Forms]
    earlier: Mapping[str, FormerTranslation]


def outgoing(catalog: Catalog, locale: str) -> Outgoing:
    """A catalog as it is now."""
    version = str(file_version(catalog, locale))
    forms = {key: one.forms for key, one in stored_translations(catalog, locale).items()}
    lacking = [message for message in catalog.messages if message.key not in forms]
    earlier = former_translations(catalog, locale, lacking)
    return Outgoing(
        messages=catalog.messages,
        source=catalog.source,
        locale=locale,
        slug=catalog.slug,
        version=version,
        forms=forms,
        earlier={key: one for key, one in earlier.items() if one.source},
    )


CAMPAIGN = "X-Campaign"
VERSION = "X-Campaign-Actions-Version"
GENERATOR = {"X-Generator": "Campaign Actions"}


def write_po(out: Outgoing) -> bytes:
    """Of the program's own words, what ships is the beginning: remarks and headers in it stay."""
    file = _beginning(out)
    bring_up_to_date(file, out.messages, out.locale)
    messages = {(message.context, message.source): message for message in out.messages}
    for unit in file.units:
        if not unit.isobsolete():
            _fill(unit, messages[key_of(unit)], out)
    campaign = {CAMPAIGN: out.slug} if out.slug else {}
    file.set_headers({**campaign, VERSION: out.version, **GENERATOR})
    return bytes(file)


def _beginning(out: Outgoing) -> PoFile:
    shipped = catalog_in(paths.TRANSLATIONS, out.locale)
    if not out.slug and shipped.exists():
        return read_po(shipped.read_bytes())
    return new_po(headers_for(out.locale))


def _fill(unit: pounit, message: Message, out: Outgoing) -> None:
    """A translation, or the one of an earlier source, marked as programs of translators mark it."""
    forms, earlier = out.forms.get(message.key), out.earlier.get(message.key)
    if forms:
        _say(unit, message, forms)
        unit.markfuzzy(False)
        unit.prev_source = ""
    elif earlier:
        _say(unit, message, earlier.forms)
        unit.markfuzzy()
        unit.prev_source = earlier.source


def _say(unit: pounit, message: Message, forms: Forms) -> None:
    unit.target = list(forms) if message.plural else forms[0]
