"""The compiled catalogs that ship with the program, each read once per process."""

from collections.abc import Mapping
from functools import cache

from campaign_actions.catalogs.files.catalog_folder import catalog_in, compiled_in
from campaign_actions.catalogs.files.compiler import read_compiled
from campaign_actions.catalogs.files.interface_messages import interface_messages
from campaign_actions.core import paths
from campaign_actions.core.i18n.message import Forms


@cache
def shipped_locales() -> tuple[str, ...]:
    """BCP 47 tags of all shipped catalogs, complete or not."""
    return tuple(compiled_in(paths.TRANSLATIONS))


@cache
def shipped_translations(tag: str) -> Mapping[tuple[str, str], Forms]:
    """By context and source; empty if there is no catalog."""
    file = catalog_in(paths.TRANSLATIONS, tag).with_suffix(".mo")
    if not file.exists():
        return {}
    return read_compiled(file, tag=tag, messages=interface_messages())
