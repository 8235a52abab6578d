"""Check for translations of source texts that have changed since."""

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.catalogs.store.repository import Catalog
from campaign_actions.catalogs.workflow.entries import count_by_filter, entries
from campaign_actions.publishing.findings import Finding


def check_translations(catalog: Catalog, locale: str) -> Iterator[Finding]:
    """`catalog` is that of the campaign."""
    if locale == catalog.source:
        return
    stale = count_by_filter(entries(catalog, locale))["stale"]
    if not stale:
        yield Finding("ok", _("No source text has changed since it was translated."))
        return
    yield Finding(
        "warning",
        ngettext(
            "%(num)d source text changed after it was translated.",
            "%(num)d source texts changed after they were translated.",
            stale,
        ),
        _("The public sees a translation of the old text. Ask a translator to check it."),
        f"/staff/translations/{locale}/{catalog.name}/?show=stale",
    )
