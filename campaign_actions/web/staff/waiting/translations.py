"""Strings to translate: one line, with a link for each language."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.catalogs.workflow.untranslated import (
    Untranslated,
    current_campaigns,
    untranslated,
)
from campaign_actions.core.i18n.list_format import join_with_commas
from campaign_actions.core.i18n.locale import language_here
from campaign_actions.web.staff.access.authorization import allows, campaigns_of, current_languages
from campaign_actions.web.staff.access.translation_access import catalog_title, visible_languages
from campaign_actions.web.staff.publishing.open_steps import Link
from campaign_actions.web.staff.waiting.item import WaitingItem, first_few
from campaign_actions.web.staff.waiting.store import keep_strings


def strings_waiting(now: datetime) -> Iterator[WaitingItem]:
    """In the languages that a member is limited to, everything that is left in public campaigns. Drafts count
    in the languages they have texts in, and so do all campaigns for other members: no campaign has to be in
    all languages."""
    if found := _works(now):
        yield _line(found)


def link_to_next_strings(now: datetime, *, language: str) -> Link | None:
    """To what else waits for a translator who has finished a page: in this language, if anything does."""
    found = _works(now) if allows("translate") else {}
    if not found:
        return None
    locale = language if language in found else next(iter(found))
    place = _place(locale, found[locale])
    return Link(_("Next: %(step)s", step=place), _address(found[locale]))


def _works(now: datetime) -> Mapping[str, Sequence[Untranslated]]:
    """The strings that the member can translate, by language."""
    ids, mine = campaigns_of("translate"), current_languages()
    visible = visible_languages()
    found: defaultdict[str, list[Untranslated]] = defaultdict(list)
    for work in untranslated(
        current_campaigns(ids, now=now),
        None if mine is None else visible,
        interface=visible if ids is None else (),
        kept=keep_strings,
    ):
        if work.locale in visible:
            found[work.locale].append(work)
    return found


def _line(found: Mapping[str, Sequence[Untranslated]]) -> WaitingItem:
    """With a link for each language, if there are several."""
    works = [work for of_language in found.values() for work in of_language]
    count = sum(work.count for work in works)
    links = [(language_here(locale), _address(found[locale])) for locale in found]
    return WaitingItem(
        count,
        _words(count, links[0][0] if len(links) == 1 else ""),
        first_few(catalog_title(work.catalog) for work in _campaigns_first(works)),
        _("Translate"),
        links[0][1],
        {work.campaign_id for work in works if work.campaign_id is not None},
        links if len(links) > 1 else (),
        _place(*next(iter(found.items()))),
    )


def _place(locale: str, works: Sequence[Untranslated]) -> str:
    """Where the next string is: “Clean air, Russian”."""
    title = catalog_title(_campaigns_first(works)[0].catalog)
    return join_with_commas([title, language_here(locale)])


def _words(count: int, language: str) -> str:
    words: str
    if language:
        words = ngettext(
            "String to translate: %(language)s",
            "Strings to translate: %(language)s",
            count,
            language=language,
        )
    else:
        words = ngettext("String to translate", "Strings to translate", count)
    return words


def _address(works: Sequence[Untranslated]) -> str:
    """Of the next untranslated string: of a campaign, if one has any."""
    first = _campaigns_first(works)[0]
    return url_for(
        "staff_translations_strings.next_string",
        language=first.locale,
        catalog=first.catalog,
        show="waiting",
    )


def _campaigns_first(works: Sequence[Untranslated]) -> list[Untranslated]:
    return sorted(works, key=lambda work: work.campaign_id is None)
