"""Checks for source texts that have no translation, and for those that have changed since."""

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.workflow.entries import count_by_filter, entries
from campaign_actions.core.i18n.locale import language_here
from campaign_actions.publishing.findings import Finding, PreflightContext


def check_translations(
    catalog: Catalog, locale: str, context: PreflightContext
) -> Iterator[Finding]:
    """`catalog` is that of the campaign. Anyone who may translate it gets the link to the texts."""
    if locale == catalog.source:
        return
    counts = count_by_filter(entries(catalog, locale))
    stale, untranslated = counts["stale"], counts["waiting"] - counts["stale"]
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
