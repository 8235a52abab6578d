"""The languages and catalogs that who is logged in works on, by their names in addresses."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.catalogs.store.repository import INTERFACE, Catalog, find_catalog
from campaign_actions.core.errors import NotFound
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES
from campaign_actions.core.i18n.registry import languages, locale_registry
from campaign_actions.web.staff.access.authorization import (
    allows_at,
    campaigns_of,
    current_languages,
)


def look_at(tag: str) -> None:
    """A language that is being worked on, as it is by now. Raises NotFound."""
    locale_registry().refresh_now()
    if tag in PSEUDO_LOCALES or tag not in languages().known:
        raise NotFound


def catalog_into(name: str, tag: str) -> Catalog:
    """A catalog to be translated into a language. Raises NotFound."""
    look_at(tag)
    catalog = find_catalog(name)
    if catalog is None or catalog.source == tag:
        raise NotFound
    return catalog


def may_see(catalog: str) -> bool:
    """Whether who is logged in may see the translations of a catalog."""
    return allows_at("translations.view", catalog=catalog)


def own_languages() -> tuple[str, ...]:
    """Those that who is logged in may see, in their order."""
    locale_registry().refresh_now()
    mine = current_languages()
    tags = (tag for tag in languages().known if tag not in PSEUDO_LOCALES)
    return tuple(tag for tag in tags if mine is None or tag in mine)


def own_campaigns() -> dict[int, str]:
    """The titles of the campaigns whose translations one may see, by their ids, in their order."""
    ids = campaigns_of("translations.view")
    titles = campaign_titles(locales_current_first())
    return {one: title for one, title in titles.items() if ids is None or one in ids}


def own_catalogs(campaign_ids: Sequence[int]) -> Iterator[Catalog]:
    """The interface, if one may see it, and those of campaigns."""
    for name in (INTERFACE, *(f"campaign-{one}" for one in campaign_ids)):
        if may_see(name) and (catalog := find_catalog(name)):
            yield catalog


def visible_names() -> frozenset[str] | None:
    """The names of the catalogs that one may see; None: all."""
    ids = campaigns_of("translations.view")
    return None if ids is None else frozenset(f"campaign-{one}" for one in ids)


def catalog_title(name: str) -> str:
    """What to call a catalog on a page."""
    if name == INTERFACE:
        return str(_("Words of the program"))
    number = name.removeprefix("campaign-")
    titles = campaign_titles(locales_current_first())
    return titles.get(int(number), name) if number.isdecimal() else name
