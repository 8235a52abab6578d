"""How many strings are not translated, for the overview of the workspace."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from sqlalchemy import exists, func, or_, select, true

from campaign_actions.actions.models import Action
from campaign_actions.actions.newest.drafts import draft_contents
from campaign_actions.campaigns.models import Campaign, CampaignText
from campaign_actions.campaigns.queries import lacks_result
from campaign_actions.campaigns.texts import texts_in
from campaign_actions.catalogs.campaign_texts.alignment import catalog_name
from campaign_actions.catalogs.models import TranslationChange
from campaign_actions.catalogs.store.repository import INTERFACE, Catalog, find_catalog
from campaign_actions.catalogs.workflow.progress import count_untranslated
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.message import SOURCE

MAX_CAMPAIGNS = 20  # the newest

Key = tuple[
    str, str, int, int
]  # catalog, language, and what changes with its texts or translations
Kept = Callable[[Key, Callable[[], int]], int]


@dataclass(frozen=True)
class TranslatableCampaign:
    id: int
    source: str  # its source language
    version: int  # rises with each revision of the campaign or of an action
    locales: frozenset[str]  # with any text, public or in a draft; if archived, without the result
    is_archived: bool
    is_draft: bool  # not open yet


@dataclass(frozen=True)
class Untranslated:
    locale: str
    catalog: str
    campaign_id: int | None  # None: the interface
    count: int


def current_campaigns(
    ids: Collection[int] | None, *, now: datetime
) -> Sequence[TranslatableCampaign]:
    """The newest that are not archived, or lack the result in a language; of all if `ids` is None."""
    is_archived = func.coalesce(Campaign.archived_at <= now, False)
    is_lacking = exists().where(CampaignText.campaign_id == Campaign.id, lacks_result())
    campaigns = (
        select(
            Campaign.id,
            Campaign.source_locale,
            (Campaign.version + func.coalesce(func.sum(Action.version), 0)).label("version"),
            is_archived.label("is_archived"),
            func.coalesce(Campaign.published_at > now, True).label("is_draft"),
        )
        .outerjoin(Action, Action.campaign_id == Campaign.id)
        .where(
            true() if ids is None else Campaign.id.in_(ids),
            or_(~is_archived, is_lacking),
        )
        .group_by(Campaign.id, Campaign.source_locale, Campaign.version)
        .group_by(Campaign.archived_at, Campaign.published_at)
        .order_by(Campaign.id.desc())
    )
    rows = db.session.execute(campaigns.limit(MAX_CAMPAIGNS)).all()
    locales = _locales({row.id: row.is_archived for row in rows})
    return [
        TranslatableCampaign(
            *(row.id, row.source_locale, row.version, frozenset(locales[row.id])),
            is_archived=row.is_archived,
            is_draft=row.is_draft,
        )
        for row in rows
    ]


def _locales(are_archived: Mapping[int, bool]) -> Mapping[int, Collection[str]]:
    """`are_archived`: whether each campaign is, by its id."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    texts = select(
        CampaignText.campaign_id, CampaignText.locale, lacks_result().label("is_lacking")
    )
    for text in db.session.execute(texts.where(CampaignText.campaign_id.in_(are_archived))):
        if text.is_lacking or not are_archived[text.campaign_id]:
            found[text.campaign_id].add(text.locale)
    current = [campaign_id for campaign_id, is_over in are_archived.items() if not is_over]
    for campaign_id, content in draft_contents(current).items():
        found[campaign_id].update(texts_in(content))
    return found


def untranslated(
    campaigns: Sequence[TranslatableCampaign],
    languages: Collection[str] | None,
    *,
    interface: Collection[str],
    kept: Kept,
) -> Iterator[Untranslated]:
    """The rest of each catalog in each language, without those that are complete.

    `languages`: those in which campaigns are to be translated; None: the ones they have texts in. Drafts and
    archived campaigns are only to be translated into languages that they have texts in.
    `interface`: the languages into which the interface is. `kept`: a count that was kept under
    a key, or else that of the function.
    """
    change = db.session.scalar(select(func.max(TranslationChange.id))) or 0
    find = cache(find_catalog)  # reads a campaign once for all languages
    for locale in sorted(set(interface) - {SOURCE}):
        key = (INTERFACE, locale, 0, change)
        if count := kept(key, partial(_count, find, key)):
            yield Untranslated(locale, INTERFACE, None, count)
    for campaign in campaigns:
        catalog = catalog_name(campaign.id)
        wanted = campaign.locales if languages is None else set(languages)
        if campaign.is_archived or campaign.is_draft:
            wanted &= campaign.locales
        for locale in sorted(wanted - {campaign.source}):
            key = (catalog, locale, campaign.version, change)
            if count := kept(key, partial(_count, find, key)):
                yield Untranslated(locale, catalog, campaign.id, count)


def _count(find: Callable[[str], Catalog | None], key: Key) -> int:
    catalog, locale, *_versions = key
    found = find(catalog)
    return count_untranslated(found, locale) if found else 0
