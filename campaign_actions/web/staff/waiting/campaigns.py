"""Languages that are not public yet, and results that are missing.

And, to know about, what opens, closes or changes soon.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.listing.dates import MAX_DATES, Date, dates_within
from campaign_actions.actions.listing.titles import titled_actions
from campaign_actions.actions.listing.without_result import (
    ActionWithoutResult,
    actions_without_result,
)
from campaign_actions.actions.newest.drafts import draft_contents
from campaign_actions.campaigns.queries import LanguagesLeft, languages_left
from campaign_actions.campaigns.texts import campaign_titles, texts_in
from campaign_actions.catalogs.store.repository import campaign_catalog
from campaign_actions.catalogs.workflow.progress import campaign_readiness
from campaign_actions.core.i18n.list_format import join_with_commas
from campaign_actions.core.i18n.locale import language_here, locales, locales_current_first
from campaign_actions.updates.schedule import ScheduledUpdate, scheduled_updates
from campaign_actions.web.staff.access.authorization import allows, campaigns_of
from campaign_actions.web.staff.waiting.item import WaitingItem

MAX_RESULTS = 10  # those that closed last; the page of each campaign has all of its own
DATES_SPAN = timedelta(days=14)  # shown beside the list


@dataclass(frozen=True)
class NamedDate:
    """With the title of what opens, closes, changes or is sent, and its page."""

    at: datetime
    change: str  # that of a Date, or "sends"
    title: str
    address: str


def named_dates(now: datetime) -> list[NamedDate]:
    """In the next two weeks, of the campaigns that the current member may see, earliest first."""
    named = [*_campaign_dates(now), *_update_dates(now)]
    return sorted(named, key=lambda each: each.at)[:MAX_DATES]


def languages_waiting(now: datetime) -> Iterator[WaitingItem]:
    """Languages of published campaigns that could be public, or in which the public misses the result."""
    found = languages_left(campaigns_of("campaigns.publish"), now)
    titles = campaign_titles(locales_current_first()) if found else {}
    for campaign_id, left in found.items():
        title = titles.get(campaign_id, "")
        if tags := _ready(campaign_id, left.hidden):
            yield WaitingItem(
                len(tags),
                ngettext("Language to publish", "Languages to publish", len(tags)),
                [title, join_with_commas(map(language_here, tags))],
                _("Check campaign"),
                url_for("staff_publishing_publish.show", campaign_id=campaign_id),
                (campaign_id,),
            )
    yield from result_lines(found, titles)


def _ready(campaign_id: int, tags: Sequence[str]) -> list[str]:
    """The languages that the site has and all pages of the campaign are translated into."""
    served = [tag for tag in tags if tag in locales()]
    catalog = campaign_catalog(campaign_id, only_pages=True) if served else None
    return [tag for tag in served if catalog and not campaign_readiness(catalog, tag).share.left]


def result_lines(
    found: Mapping[int, LanguagesLeft], titles: Mapping[int, str] | None = None
) -> Iterator[WaitingItem]:
    """For each archived campaign without its result in some language; without titles, on its own page.

    A result that is written but not published is a change to publish, and not missing.
    """
    lacking = {id_: left.without_result for id_, left in found.items() if left.without_result}
    drafts = draft_contents(lacking) if lacking else {}
    for campaign_id, tags in lacking.items():
        written = texts_in(drafts[campaign_id]) if campaign_id in drafts else {}
        unwritten = [tag for tag in tags if not written.get(tag, {}).get("result")]
        if unwritten:
            where = [] if titles is None else [titles.get(campaign_id, "")]
            yield _result_line(campaign_id, unwritten, where)


def results_waiting(now: datetime) -> Iterator[WaitingItem]:
    """Closed actions whose pages promise a result, by those that closed last."""
    mine = campaigns_of("campaigns.publish")
    found = actions_without_result(
        mine, locales=locales_current_first(), now=now, limit=MAX_RESULTS
    )
    titles = campaign_titles(locales_current_first()) if found else {}
    yield from (line for line in lines_without_result(found, titles) if line.address)


def lines_without_result(
    found: Iterable[ActionWithoutResult], titles: Mapping[int, str] | None = None
) -> Iterator[WaitingItem]:
    """Without an address for someone who may not write the result.

    Without titles, on the campaign’s own page.
    """
    for one in found:
        action, campaign_id = one.action, one.action.campaign_id
        rights = ("campaigns.publish", "campaigns.edit")
        address = url_for(
            "staff_campaigns_edit.edit_action",
            campaign_id=campaign_id,
            action_id=action.id,
            _anchor=f"texts.{one.locale}.result",
        )
        yield WaitingItem(
            1,
            _("Closed action without a result"),
            [action.title, *([] if titles is None else [titles.get(campaign_id, "")])],
            _("Write the result"),
            address if all(allows(right, campaign_id) for right in rights) else "",
            (campaign_id,),
        )


def _result_line(campaign_id: int, tags: Sequence[str], where: Sequence[str]) -> WaitingItem:
    """Each language with its field."""
    may_edit = allows("campaigns.edit", campaign_id)
    addresses = [_result_address(campaign_id, tag) if may_edit else "" for tag in tags]
    names = [language_here(tag) for tag in tags]
    return WaitingItem(
        len(tags),
        ngettext("Language without the result", "Languages without the result", len(tags)),
        [*where, *([] if may_edit and len(tags) > 1 else [join_with_commas(names)])],
        _("Add the result"),
        addresses[0],
        (campaign_id,),
        list(zip(names, addresses, strict=True)) if may_edit and len(tags) > 1 else (),
    )


def _result_address(campaign_id: int, tag: str) -> str:
    return url_for(
        "staff_campaigns_edit.edit_campaign",
        campaign_id=campaign_id,
        right=tag,
        _anchor=f"texts.{tag}.result",
    )


def _update_dates(now: datetime) -> list[NamedDate]:
    """The updates that are sent at a time, for those who may send them."""
    if not allows("updates.send"):
        return []
    ids = campaigns_of("updates.send")
    return [
        NamedDate(
            each.send_at, "sends", _("Update: %(subject)s", subject=each.subject), _edit(each)
        )
        for each in scheduled_updates(ids, since=now, until=now + DATES_SPAN)
    ]


def _edit(update: ScheduledUpdate) -> str:
    return url_for(
        "staff_updates_edit.edit",
        campaign_id=update.campaign_id,
        action_id=update.action_id,
        update_id=update.id,
    )


def _campaign_dates(now: datetime) -> list[NamedDate]:
    dates = dates_within(DATES_SPAN, campaigns_of("campaigns.view"), now=now)
    if not dates:
        return []
    titles = campaign_titles(locales_current_first())
    ids = [date.action_id for date in dates if date.action_id]
    actions = titled_actions(ids, locales=locales_current_first())
    names = {action.id: action.title for action in actions.values()}
    return [_named(date, titles, names) for date in dates]


def _named(date: Date, titles: Mapping[int, str], names: Mapping[int, str]) -> NamedDate:
    campaign_id, action_id = date.campaign_id, date.action_id
    if date.change == "changes":
        address = url_for("staff_publishing_changes.show", campaign_id=campaign_id)
    elif action_id is None:
        address = url_for("staff_campaigns_index.show", campaign_id=campaign_id)
    else:
        address = url_for("staff_actions_show.show", campaign_id=campaign_id, action_id=action_id)
    title = titles.get(campaign_id, "") if action_id is None else names.get(action_id, "")
    return NamedDate(date.at, date.change, title, address)
