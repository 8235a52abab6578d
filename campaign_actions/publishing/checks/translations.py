"""Checks for source texts that have no translation, and for those that have changed since."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.catalogs.campaign_texts.alignment import aligned_blocks, translatable_units
from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.workflow.entries import Entry, count_by_filter, entries
from campaign_actions.core.i18n.locale import language_here
from campaign_actions.publishing.checks.link_texts import markdown_by_context
from campaign_actions.publishing.findings import Finding, PreflightContext
from campaign_actions.publishing.queries import Plan


def check_translations(
    plan: Plan, catalog: Catalog, locale: str, context: PreflightContext
) -> Iterator[Finding]:
    """`catalog` is that of the campaign. Anyone who may translate it gets the link to the texts."""
    if locale == catalog.source:
        return
    found = entries(catalog, locale)
    counts = count_by_filter(found)
    halves = dict(_half_translated(plan, locale, found))
    yield from halves
    stale = counts["stale"]
    untranslated = counts["waiting"] - stale - sum(halves.values())
    may_translate = context.may_translate(locale, catalog.name)
    address = f"/staff/translations/{locale}/{catalog.name}/" if may_translate else ""
    deed = _("Translate into %(language)s", language=language_here(locale))
    if not counts["waiting"]:
        yield Finding("ok", _("Every source text is translated, and none has changed since."))
    if stale:
        yield Finding(
            "warning",
            ngettext(
                "%(num)d source text changed after it was translated.",
                "%(num)d source texts changed after they were translated.",
                stale,
            ),
            _("The page in this language shows the old text until it is translated again."),
            address and f"{address}?show=stale",
            deed=deed,
        )
    if untranslated:
        yield Finding(
            "warning",
            ngettext(
                "%(num)d source text has not been translated yet.",
                "%(num)d source texts have not been translated yet.",
                untranslated,
            ),
            remedy_of_untranslated(untranslated, may_translate=may_translate),
            address and f"{address}?show=waiting",
            deed=deed,
        )


def _half_translated(
    plan: Plan, locale: str, found: Sequence[Entry]
) -> Iterator[tuple[Finding, int]]:
    """Each text that would be shown without a part of its source, with the number of missing parts.

    A text without any translation is a missing text, which texts.py finds.
    """
    missing = {
        (entry.message.context, entry.message.source)
        for entry in found
        if entry.is_untranslated and not entry.is_stale
    }
    if not missing:
        return
    sources = markdown_by_context(plan, plan.campaign.source_locale, with_emails=True)
    translated = markdown_by_context(plan, locale, with_emails=True)
    for context, (text, place) in translated.items():
        source = sources[context][0] if context in sources else ""
        aligned = {ours for ours, _theirs in aligned_blocks(source, text, is_markdown=True)}
        units = {*translatable_units(source, is_markdown=True)} - aligned
        count = sum((context, unit) in missing for unit in units)
        if text.strip() and count:
            # Which paragraph is missing may not be known, but how many are.
            there = max(0, len(translatable_units(text, is_markdown=True)) - len(aligned))
            message = ngettext(
                "%(num)d paragraph not translated",
                "%(num)d paragraphs not translated",
                max(1, count - there),
            )
            remedy = _("Add the missing texts, or leave this language out.")
            yield place("blocker", message, remedy, can_leave_out=True), count


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
