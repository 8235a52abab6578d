"""The check for translations that are older than the text they were made from."""

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.models import Action
from campaign_actions.catalogs.campaign_texts.alignment import find_unmatched, saved_forms
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.workflow.entries import Entry, entries
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.list_format import join_with_semicolons, label_value
from campaign_actions.core.i18n.locale import language_here
from campaign_actions.updates.models import Update
from campaign_actions.updates.queries import texts_of
from campaign_actions.updates.translations import catalog_of_update

MAX_EXCERPT = 80  # characters of a text that has changed


def outdated(update: Update) -> list[str]:
    """Sentences about the languages to review. The one that an update is translated from is none of them."""
    written = texts_of(update.id)
    if len(written) < 2:
        return []
    catalog = catalog_of_update(update)
    tags = [tag for tag in written if tag != catalog.source]
    return [words for tag in tags for words in _outdated(catalog, tag)]


def edit_url(update: Update) -> str:
    """The page on which its texts are written, and said to be still right."""
    campaign_id = db.session.get_one(Action, update.action_id).campaign_id
    return f"/staff/campaigns/{campaign_id}/actions/{update.action_id}/updates/{update.id}/"


def _outdated(catalog: Catalog, tag: str) -> Iterator[str]:
    found = [entry for entry in entries(catalog, tag) if entry.is_untranslated]
    if stale := [entry for entry in found if entry.is_stale]:
        yield stale_words(tag, (entry.message.source for entry in stale))
    if lacking := _count_lacking(catalog, tag, [entry for entry in found if not entry.is_stale]):
        words = ngettext(
            "%(num)d paragraph not translated", "%(num)d paragraphs not translated", lacking
        )
        yield label_value(language_here(tag), words)


def stale_words(tag: str, sources: Iterable[str]) -> str:
    """`sources`: the texts that have changed, as they are now."""
    words: str = _(
        "%(language)s: translated from an earlier text. Changed since then: %(texts)s",
        language=language_here(tag),
        texts=join_with_semicolons(map(_excerpt, sources)),
    )
    return words


def _excerpt(text: str) -> str:
    return text if len(text) <= MAX_EXCERPT else f"{text[:MAX_EXCERPT].rstrip()}…"


def _count_lacking(catalog: Catalog, tag: str, fresh: list[Entry]) -> int:
    """How many of these paragraphs have no match in the text."""
    (part,) = catalog.parts
    saved = saved_forms(db.session.connection(), catalog.campaign_id or 0, tag)
    count = 0
    for each in part.fields:
        pair = part.text(each, catalog.source), part.text(each, tag)
        known = saved.texts[part.context(each)]
        unmatched = find_unmatched(*pair, is_markdown=each.is_markdown, known=known)
        lacking = {
            entry.message.source for entry in fresh if entry.message.context == part.context(each)
        } & unmatched.source_units
        count += unmatched.count_missing(lacking) if lacking and pair[1].strip() else 0
    return count
