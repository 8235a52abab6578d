"""How much of a campaign each language has."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from campaign_actions.catalogs.store.repository import Catalog, campaign_catalog
from campaign_actions.catalogs.workflow.progress import Share, campaign_readiness
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.publishing.checks.needed_texts import (
    count_needed,
    missing_of_action,
    missing_of_campaign,
)
from campaign_actions.publishing.checks.results import hidden_results
from campaign_actions.publishing.findings import edit_url
from campaign_actions.publishing.queries import Plan


@dataclass(frozen=True)
class LanguageShare:
    """How much of the campaign a language has. `url`: where the rest is written or translated."""

    locale: str
    percent: int
    left: int
    url: str
    is_source: bool = False
    is_begun: bool = True

    @property
    def is_for_translators(self) -> bool:
        """Whether the rest is translated, and not written beside the source."""
        return self.url.startswith("/staff/translations/")

    @property
    def next_url(self) -> str:
        """The first string that is left, where they are translated."""
        return self.url.replace("/?show=", "/next/?show=") if self.is_for_translators else self.url


def make_language_shares(plan: Plan) -> tuple[LanguageShare, ...]:
    """The source, then the languages it is written in, then the others that the site has."""
    return tuple(_shares(plan, source_of(plan)))


def source_of(plan: Plan) -> str:
    """The campaign’s source language, or another if the source has no text."""
    source = plan.campaign.source_locale
    return source if source in plan.texts else next(iter(plan.texts), source)


def _shares(plan: Plan, source: str) -> Iterator[LanguageShare]:
    catalog = _without_hidden_results(plan, campaign_catalog(plan.campaign.id, only_pages=True))
    needed = count_needed(plan, source)
    if source in plan.texts:
        url = _url_of_missing(plan, source)
        yield LanguageShare(source, needed.percent, needed.left, url, is_source=True)
    for locale in dict.fromkeys((*plan.texts, *known_locales())):
        if locale != source and catalog:
            share = campaign_readiness(catalog, locale).share
            yield _share(plan, locale, share, unwritten=needed.left)


def _without_hidden_results(plan: Plan, catalog: Catalog | None) -> Catalog | None:
    """Nobody could read their translations, and they keep no language from being public."""
    if catalog is None:
        return None
    now = utc_now()
    hidden = hidden_results(plan, catalog, max(now, plan.campaign.published_at or now))
    shown = tuple(one for one in catalog.messages if one.context not in hidden)
    return replace(catalog, messages=shown)


def _url_of_missing(plan: Plan, source: str) -> str:
    """The texts of the campaign, or of the first action that lacks some when it lacks none itself."""
    lacking = (action.id for action in plan.actions if missing_of_action(action, source))
    is_complete = not missing_of_campaign(plan, source)
    return edit_url(plan.campaign.id, next(lacking, None) if is_complete else None)


def _share(plan: Plan, locale: str, share: Share, *, unwritten: int) -> LanguageShare:
    """A language is begun beside the source, or added for translators; then its strings are translated.

    `unwritten`: how many needed texts the source lacks. They will have to be translated as well.
    """
    waiting = f"/staff/translations/{locale}/campaign-{plan.campaign.id}/?show=waiting"
    beside = f"{edit_url(plan.campaign.id)}?right={locale}"
    is_begun = share.done > 0 or locale in plan.texts
    url = waiting if is_begun and share.left else beside
    whole = share + Share(0, unwritten)
    return LanguageShare(locale, whole.percent, whole.left, url, is_begun=is_begun)
