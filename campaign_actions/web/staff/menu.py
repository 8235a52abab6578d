"""The main menu of the workspace: its entries, which of them is open, and how much is waiting there.

Templates pass `may`, so that the previews for translators can show every entry.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from flask import Flask, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from campaign_actions.core.urls import path_for
from campaign_actions.web.staff.waiting.all_waiting import waiting_count

May = Callable[[str], bool]


class Page(NamedTuple):
    """A page that the menu leads to. `permission`: None means that every member may open it.

    `also`: the addresses of other pages for which no entry is closer, if the member has no entry of theirs.
    """

    endpoint: str
    name: LazyString
    permission: str | None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    address: str
    name: str
    current: str = ""  # as in `aria-current`
    count: int = 0


HOME = "staff_home.show"
CONSENT = "staff_translations_consent.index"
FROM_ALL = "all"  # the `back` in the address of a consent text
PAGES = (
    # Translators: the first page of the workspace: what is going on; not the summary of a text
    Page(HOME, _l("Overview"), None),
    Page(
        *("staff_campaigns_index.index", _l("Campaigns"), "campaigns.view"),
        also=("/staff/dashboard/", "/staff/preview/"),
    ),
    Page(
        *("staff_translations_overview.index", _l("Translations"), "translations.view"),
        also=("/staff/consent/",),
    ),
    Page(
        *("staff_exports.index", _l("Exported files"), "signatures.export"),
        also=("/staff/approvals/",),
    ),
    Page("staff_audit.index", _l("Audit log"), "audit.view"),
)
SETTINGS = (  # one entry of the menu; the pages have tabs
    Page("staff_people.index", _l("Staff"), "staff.manage"),
    Page("staff_approvals_requests.index", _l("Approvals"), "staff.manage"),
    Page("staff_organization_brand.edit", _l("Brand"), "organization.edit"),
    Page("staff_organization_time_zone.edit", _l("Time zone"), "organization.edit"),
    Page("staff_approvals_requests.two_people", _l("Two-person approval"), "staff.manage"),
    Page(CONSENT, _l("Consent texts"), "consent.edit"),
    Page("staff_status.show", _l("Status"), "system.watch"),
    Page("staff_switches.show", _l("Emergency switches"), "switches.use"),
)
# How much is waiting for the current member behind an entry, by its endpoint. Every page asks, so it
# has to be cheap.
COUNTS: dict[str, Callable[[], int]] = {HOME: waiting_count}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(main_entries=main_entries, settings_entries=settings_entries)


def main_entries(may: May) -> list[Entry]:
    """The entries of the menu that the member may use. One settings page goes by its own name."""
    pages = {path_for(page.endpoint): page for page in _allowed(PAGES, may)}
    entries = [_entry(page) for page in pages.values()]
    settings = settings_entries(may)
    if len(settings) == 1:
        entries += settings
    elif settings:
        # Translators: the entry of the menu for staff members, roles, consent texts and the like
        name, is_open = _("Settings"), any(page.current for page in settings)
        entries.append(Entry(settings[0].address, name, "true" if is_open else ""))
    if not any(entry.current for entry in entries):
        entries = [_nearest(entry, pages) for entry in entries]
    return entries


def settings_entries(may: May) -> list[Entry]:
    """The settings that the member may use. Of a page below another one, only its own entry is open."""
    entries = [_entry(page) for page in _allowed(SETTINGS, may)]
    if not any(entry.current == "page" for entry in entries):
        return entries
    return [entry if entry.current == "page" else replace(entry, current="") for entry in entries]


def _allowed(pages: Iterable[Page], may: May) -> list[Page]:
    return [page for page in pages if page.permission is None or may(page.permission)]


def _entry(page: Page) -> Entry:
    address, count = path_for(page.endpoint), COUNTS.get(page.endpoint)
    if request.path == address:
        current = "page"
    elif request.path.startswith(address) and _has_pages_below(page):
        current = "true"
    else:
        current = ""
    return Entry(address, str(page.name), current, count() if count else 0)


def _has_pages_below(page: Page) -> bool:
    """A consent text belongs to its language, unless it was opened from the page with all of them."""
    return page.endpoint != HOME and (page.endpoint != CONSENT or is_from_all())


def is_from_all() -> bool:
    """Whether a consent text was opened from the page with those of all languages, as its address says."""
    return request.args.get("back") == FROM_ALL


def _nearest(entry: Entry, pages: Mapping[str, Page]) -> Entry:
    """Marked if it is the closest to this page. `pages`: by address; the settings are not among them."""
    page = pages.get(entry.address)
    is_nearest = page is not None and request.path.startswith(page.also)
    return replace(entry, current="true") if is_nearest else entry
