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
        yield Finding("ok", _("No source has changed since it was translated."))
        return
    yield Finding(
        "warning",
        ngettext(
            "%(num)d text was changed after it had been translated.",
            "%(num)d texts were changed after they had been translated.",
            stale,
        ),
        _("The public reads the translation of what was there before: have it looked at."),
        f"/staff/translations/{locale}/{catalog.name}/?show=stale",
    )
