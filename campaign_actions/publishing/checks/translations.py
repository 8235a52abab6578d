"""Checks for source texts that have no translation, and for those that have changed since."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.campaigns.models import CampaignText
from campaign_actions.catalogs.campaign_texts.alignment import find_unmatched, saved_forms
from campaign_actions.catalogs.campaign_texts.parts import context_in_words
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.workflow.entries import Entry, entries
from campaign_actions.core.db.session import db
from campaign_actions.core.i18n.locale import language_here
from campaign_actions.publishing.checks.left_out import find_left_out, left_out_finding
from campaign_actions.publishing.checks.link_texts import all_by_context, markdown_by_context
from campaign_actions.publishing.checks.results import hidden_results, owners_of
from campaign_actions.publishing.findings import Finding, PreflightContext, lacks_text
from campaign_actions.publishing.queries import Plan

Keys = set[tuple[str, str]]  # context and source of messages
Link = tuple[str, str]  # an address and its words; both empty without the right to translate


def check_translations(
    plan: Plan, catalog: Catalog, locale: str, context: PreflightContext
) -> Iterator[Finding]:
    """`catalog` is that of the campaign. Anyone who may translate it gets the link to the texts."""
    if locale == catalog.source:
        return
    wanted = list(_entries(plan, catalog, locale, context))
    found = [entry for entry in wanted if entry.is_untranslated]
    may_translate = context.may_translate(locale, catalog.name)
    address = f"/staff/translations/{locale}/{catalog.name}/" if may_translate else ""
    link = partial(_link, address, locale)
    fresh = [entry for entry in found if not entry.is_stale]
    hidden = _hidden_partners(plan, locale)
    covered = {_key(one) for one in fresh if one.message.context.partition(":")[0] in hidden}
    for finding, keys in _half_translated(plan, locale, fresh, context.now):
        covered |= keys
        if may_translate and finding.state == "warning":
            url, deed = link("waiting", [entry for entry in fresh if _key(entry) in keys])
            yield replace(finding, url=url, deed=deed, permission="translate")
        else:
            yield finding
    if not found:
        message = _("Every source text is translated, and none has changed since.")
        yield Finding("ok", message, is_of_all=True)
    unopened = _unopened(plan, catalog, context.now)
    found = [entry for entry in found if entry.message.context not in unopened]
    if stale := [entry for entry in found if entry.is_stale]:
        labels = dict.fromkeys(context_in_words(entry.message.context) for entry in stale)
        yield replace(_stale(len(stale), link("stale", stale)), details=tuple(labels))
    rest = (entry for entry in found if not entry.is_stale)
    if others := [entry for entry in rest if _key(entry) not in covered]:
        yield _untranslated(len(others), may_translate, link("waiting", others))
    yield from _copied(plan, catalog.source, locale, wanted)


def links_for_translators(
    findings: Sequence[Finding],
    plan: Plan,
    catalog: Catalog,
    locale: str,
    context: PreflightContext,
) -> list[Finding]:
    """The same, with a way to the strings to translate for those who can do only that."""
    is_theirs = context.may_translate(locale, catalog.name) and not context.may_edit(
        plan.campaign.id
    )
    if locale == catalog.source or not is_theirs:
        return list(findings)
    fresh = [
        entry
        for entry in _entries(plan, catalog, locale, context)
        if entry.is_untranslated and not entry.is_stale
    ]
    if not fresh:
        return list(findings)
    url, deed = _link(f"/staff/translations/{locale}/{catalog.name}/", locale, "waiting", fresh)
    theirs = partial(replace, url=url, deed=deed, permission="translate")
    return [theirs(one) if lacks_text(one, plan.campaign.id) else one for one in findings]


def _entries(
    plan: Plan, catalog: Catalog, locale: str, context: PreflightContext
) -> Iterator[Entry]:
    """Of the pages that are published, without results that nobody can read yet.

    A language that becomes public needs all pages.
    """
    public = plan.rows.text(locale, None) if plan.rows else None
    is_new = not (isinstance(public, CampaignText) and public.is_public)
    wanted = None if is_new else context.changed
    owners, hidden = owners_of(catalog), hidden_results(plan, catalog, context.opens_at)
    for entry in entries(catalog, locale):
        of = entry.message.context
        if of not in hidden and (wanted is None or owners.get(of) in wanted):
            yield entry


def _unopened(plan: Plan, catalog: Catalog, now: datetime) -> set[str]:
    """The contexts of the actions of an open campaign without a time to open, which no page shows."""
    if not plan.is_open(now):
        return set()
    ids = {action.id for action in plan.actions if action.published_at is None}
    if not ids:
        return set()
    return {context for context, owner in owners_of(catalog).items() if owner in ids}


def _link(address: str, locale: str, show: str, found: Sequence[Entry]) -> Link:
    """To the list of these strings, or at once to the only one; and its words."""
    if not address:
        return "", ""
    string = f"{found[0].message.key}/" if len(found) == 1 else ""
    deed = _("Translate into %(language)s", language=language_here(locale))
    return f"{address}{string}?show={show}", deed


def _stale(count: int, link: Link) -> Finding:
    message = ngettext(
        "%(num)d translation is older than its source text.",
        "%(num)d translations are older than their source texts.",
        count,
    )
    remedy = _("The page in this language shows the old text until it is translated again.")
    url, deed = link
    return Finding(
        "warning", message, remedy, url, deed=deed, permission="translate", is_of_all=True
    )


def _untranslated(count: int, may_translate: bool, link: Link) -> Finding:
    message = ngettext(
        "%(num)d source text has not been translated yet.",
        "%(num)d source texts have not been translated yet.",
        count,
    )
    remedy = remedy_of_untranslated(count, may_translate=may_translate)
    url, deed = link
    return Finding(
        "warning", message, remedy, url, deed=deed, permission="translate", is_of_all=True
    )


def _copied(plan: Plan, source: str, locale: str, wanted: Sequence[Entry]) -> Iterator[Finding]:
    """Each text with sentences left as they are in the source; en-GB may well repeat en."""
    is_other = locale.partition("-")[0] != source.partition("-")[0]
    copied = Counter(one.message.context for one in wanted if is_other and one.is_copied)
    places = all_by_context(plan, locale) if copied else {}
    for context in filter(places.__contains__, copied):
        _text, place = places[context]
        message = ngettext(
            "%(num)d paragraph reads the same as the source text.",
            "%(num)d paragraphs read the same as the source text.",
            copied[context],
        )
        remedy = _("Check whether this text should be the same in both languages.")
        yield place("warning", message, remedy)


def _hidden_partners(plan: Plan, locale: str) -> set[str]:
    """The names, in contexts, of partners that the language leaves out, which texts.py finds."""
    return {
        f"partner {partner.id}"
        for partner in plan.partners
        if not any(text.locale == locale and text.name.strip() for text in partner.texts)
    }


def _key(entry: Entry) -> tuple[str, str]:
    return entry.message.context, entry.message.source


def _half_translated(
    plan: Plan, locale: str, fresh: Sequence[Entry], now: datetime
) -> Iterator[tuple[Finding, Keys]]:
    """Each text that would be shown without a part of its source, with the missing parts among `fresh`.

    A text without any translation is a missing text, which texts.py finds.
    """
    missing = {_key(entry) for entry in fresh}
    if not missing:
        return
    sources = markdown_by_context(plan, plan.campaign.source_locale, with_emails=True)
    translated = markdown_by_context(plan, locale, with_emails=True)
    action_ids = {f"action {action.slug}": action.id for action in plan.actions}
    saved = saved_forms(db.session.connection(), plan.campaign.id, locale)
    for context, (text, place) in translated.items():
        source = sources[context][0] if context in sources else ""
        unmatched = find_unmatched(source, text, is_markdown=True, known=saved.texts[context])
        lacking = {
            unit for unit in unmatched.source_units if (context, unit) in missing and text.strip()
        }
        owner, _colon, name = context.rpartition(": ")
        action_id = action_ids.get(owner)
        left_out = find_left_out(
            plan, locale, name, action_id, pair=(source, text), lacking=lacking, now=now
        )
        if needed := lacking - left_out:
            message = ngettext(
                "%(num)d paragraph not translated",
                "%(num)d paragraphs not translated",
                unmatched.count_missing(needed),
            )
            remedy = _("Add the missing texts, or leave this language out.")
            finding = place("blocker", message, remedy, can_leave_out=True)
            yield finding, {(context, unit) for unit in needed}
        if left_out:
            keys = {(context, unit) for unit in left_out}
            yield left_out_finding(place, unmatched.count_missing(left_out)), keys


def remedy_of_untranslated(count: int, *, may_translate: bool) -> str:
    """Asks for a translator only if the reader is none."""
    words = (
        ngettext(
            "The page in this language may lack it.",
            "The page in this language may lack them.",
            count,
        )
        if may_translate
        else ngettext(
            "The page in this language may lack it. Ask a translator to add it.",
            "The page in this language may lack them. Ask a translator to add them.",
            count,
        )
    )
    return str(words)
