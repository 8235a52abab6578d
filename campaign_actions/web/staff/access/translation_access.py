"""The languages and catalogs that the current member may see."""

from collections.abc import Iterator, Mapping, Sequence

from flask import current_app, g
from flask_babel import gettext as _

from campaign_actions.campaigns.queries import finished_campaigns
from campaign_actions.campaigns.texts import campaign_titles
from campaign_actions.catalogs.store.repository import INTERFACE, Catalog, find_catalog
from campaign_actions.catalogs.workflow.progress import Readiness, readiness
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.errors import NotFound
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.locale_registry import languages, locale_registry
from campaign_actions.core.i18n.pseudo import PSEUDO_LOCALES
from campaign_actions.web.staff.access.authorization import (
    allows_at,
    campaigns_of,
    current_languages,
)


def check_language(tag: str) -> None:
    """Raises NotFound unless the language, with the newest catalogs, can be translated."""
    locale_registry().refresh_now()
    if tag in PSEUDO_LOCALES or tag not in languages().known:
        raise NotFound


def readiness_here(tag: str) -> Readiness:
    """Whether a language can go public by the settings of this site, and the parts that it lacks."""
    settings = current_app.config
    return readiness(tag, settings["LOCALE_NEEDS"], allowed=settings["LOCALES"])


def find_catalog_for(name: str, tag: str) -> Catalog:
    """A catalog that can be translated into a language. Raises NotFound."""
    check_language(tag)
    catalog = find_catalog(name)
    if catalog is None or catalog.source == tag:
        raise NotFound
    return catalog


def may_see_catalog(catalog: str) -> bool:
    """Whether the current member may see the translations of a catalog."""
    return allows_at("translations.view", catalog=catalog)


def visible_languages() -> tuple[str, ...]:
    """In the order of the registry."""
    locale_registry().refresh_now()
    mine = current_languages()
    tags = (tag for tag in languages().known if tag not in PSEUDO_LOCALES)
    return tuple(tag for tag in tags if mine is None or tag in mine)


def visible_campaigns() -> dict[int, str]:
    """Titles of the campaigns whose translations the current member may see, by id, without finished ones."""
    ids = campaigns_of("translations.view")
    titles, finished = campaign_titles(locales_current_first()), finished_campaigns(utc_now())
    return {
        one: title
        for one, title in titles.items()
        if one not in finished and (ids is None or one in ids)
    }


def visible_catalogs(campaign_ids: Sequence[int]) -> Iterator[Catalog]:
    """The catalogs of the interface and of campaigns that the current member may see."""
    for name in (INTERFACE, *(f"campaign-{one}" for one in campaign_ids)):
        if may_see_catalog(name) and (catalog := find_catalog(name)):
            yield catalog


def visible_catalog_names() -> frozenset[str] | None:
    """None: all."""
    ids = campaigns_of("translations.view")
    return None if ids is None else frozenset(f"campaign-{one}" for one in ids)


def catalog_title(name: str) -> str:
    """The title of a catalog on pages."""
    if name == INTERFACE:
        return str(_("Interface"))
    number = name.removeprefix("campaign-")
    if "campaign_titles" not in g:
        g.campaign_titles = campaign_titles(locales_current_first())
    titles: Mapping[int, str] = g.campaign_titles
    return titles.get(int(number), name) if number.isdecimal() else name
