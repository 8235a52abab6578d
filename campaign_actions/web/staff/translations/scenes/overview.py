"""Scenes of the overview: as the site starts, as it runs, and for someone with few rights."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from campaign_actions.actions.action_overview import State
from campaign_actions.actions.counts.new_signatures import NewSignatures
from campaign_actions.actions.listing.campaigns import ListedCampaign
from campaign_actions.actions.listing.filter_and_sort import Filter
from campaign_actions.catalogs.preview.sample_campaign import (
    COUNT,
    ID,
    NAME,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.content.drawings.sparkline import sparkline
from campaign_actions.staff.permissions import PERMISSIONS
from campaign_actions.web.staff.access.whom_to_ask import ROLE_SENTENCES, WhomToAsk
from campaign_actions.web.staff.campaign_table import CampaignRow
from campaign_actions.web.staff.translations.scenes.first_steps import first_step_scenes
from campaign_actions.web.staff.translations.scenes.samples import (
    COLLEAGUE,
    OTHER_ID,
    listed_campaign,
    listed_table,
    staff_scene,
)
from campaign_actions.web.staff.translations.scenes.switches import sample_off_items
from campaign_actions.web.staff.waiting.campaigns import NamedDate
from campaign_actions.web.staff.waiting.emails import LANE_NAMES
from campaign_actions.web.staff.waiting.item import MAX_COUNTED, WaitingItem

OVERVIEW = _l("Overview")
DAYS = ("2026-11-30", "2026-11-29")
SHOWN_STATES: tuple[State, ...] = ("open", "scheduled", "closed")


def overview_scenes() -> Iterator[Scene]:
    yield staff_scene("home", OVERVIEW, "home", _home)
    yield staff_scene("home-off", OVERVIEW, "home", _home_while_off)
    yield staff_scene("home-archived", OVERVIEW, "home", _home_after_all)
    yield from first_step_scenes()
    yield staff_scene("home-helper", OVERVIEW, "home", _home_with_few_rights)
    yield staff_scene("home-nothing", OVERVIEW, "home", _nothing_found)


def _home(sample: SampleCampaign) -> Values:
    rows = [
        CampaignRow(listed_campaign(sample, state), 5, sparkline([1, 3, 2]))
        for state in SHOWN_STATES
    ]
    listed = listed_campaign(sample, "archived")
    return {
        "now": sample.now,
        "off": [],
        **_waiting(sample, listed),
        "steps": [],
        "next_step": None,
        "days": DAYS,
        "figures": _figures(sample, pending=10),
        "confirmed": COUNT,
        "open_actions": 2,
        "dates": _dates(sample),
        "missing": [],
        "role_sentences": [],
        "table": listed_table(rows, [listed]),
        "may_write": True,
    }


def _figures(sample: SampleCampaign, *, pending: int) -> NewSignatures:
    then = sample.now - timedelta(days=1)
    return NewSignatures(5, 9, 4, then, 90, pending, {})


def _home_after_all(sample: SampleCampaign) -> Values:
    """All campaigns are over, and everyone has confirmed."""
    return {
        **_home(sample),
        "days": DAYS,
        "figures": _figures(sample, pending=0),
        "table": listed_table([], [listed_campaign(sample, "archived")]),
    }


def _home_while_off(sample: SampleCampaign) -> Values:
    return {**_home(sample), "off": sample_off_items(sample)}


def _waiting(sample: SampleCampaign, listed: ListedCampaign) -> Values:
    title, items = sample.campaign.title, []
    for what, button in _tasks():
        items.append(
            WaitingItem(2, what, [title, *map(str, LANE_NAMES.values())], button, "", (ID,))
        )
    changed_by = _("changed by %(name)s", name=NAME)
    items.append(
        replace(
            items[0], count=MAX_COUNTED + 1, where=[title, changed_by], campaign_ids=(OTHER_ID,)
        )
    )
    return {
        "items": items,
        "shown": items,
        "chips": [listed, replace(listed, id=OTHER_ID)],
        "chosen_campaign": None,
    }


def _tasks() -> list[tuple[str, str]]:
    """Some of the lines, as their modules write them: what waits for two, and its button."""
    return [*_reviews(), *_page_changes(), *_unfinished_texts(), *_people_to_help()]


def _reviews() -> list[tuple[str, str]]:
    """Of what people and programs have sent."""
    return [
        (ngettext("Suspicious cluster", "Suspicious clusters", 2), _("Review clusters")),
        (ngettext("Comment to read", "Comments to read", 2), _("Read comments")),
        (ngettext("Text to approve", "Texts to approve", 2), _("Review changes")),
        (_("Text sent back"), _("Read the note")),
        (ngettext("File to tick off", "Files to tick off", 2), _("Tick off")),
        (ngettext("Request to decide", "Requests to decide", 2), _("Review request")),
        (
            ngettext("Approved file to download", "Approved files to download", 2),
            _("Download file"),
        ),
        (ngettext("Email failed", "Emails failed", 2), _("See failed emails")),
    ]


def _page_changes() -> list[tuple[str, str]]:
    """Of pages with a draft, and of a time that did not or will not work."""
    return [
        (what, _("Publish changes…"))
        for what in (
            ngettext("Changed page to publish", "Changed pages to publish", 2),
            ngettext(
                "Changed page was not published at its time",
                "Changed pages were not published at their time",
                2,
            ),
            ngettext(
                "Changed page will not be published at its time",
                "Changed pages will not be published at their time",
                2,
            ),
        )
    ]


def _unfinished_texts() -> list[tuple[str, str]]:
    """Of campaigns, languages and updates that are not public or not sent."""
    unsent = ngettext("Update you have not sent", "Updates you have not sent", 2)
    stopped = ngettext(
        "Update was stopped before everyone got it",
        "Updates were stopped before everyone got them",
        2,
    )
    before = ngettext("Step left before it opens", "Steps left before it opens", 2)
    blocked = ngettext(
        "Problem keeps a campaign from opening", "Problems keep a campaign from opening", 2
    )
    return [
        (_("Closed action without a result"), _("Write the result")),
        (_("Campaign did not open at its time"), _("Fix the problems")),
        (blocked, _("Fix the problems")),
        (ngettext("Language to publish", "Languages to publish", 2), _("Check campaign")),
        (unsent, _("Go on writing")),
        (stopped, _("See update")),
        (_("Public campaign without an action"), _("Add an action")),
        (ngettext("Step left in a draft", "Steps left in a draft", 2), _("Open checklist")),
        (before, _("Open checklist")),
    ]


def _people_to_help() -> list[tuple[str, str]]:
    """Of members of staff."""
    without = ngettext("Person has no second factor", "People have no second factor", 2)
    locked = ngettext("Person is locked out of codes", "People are locked out of codes", 2)
    return [
        (ngettext("Invitation expired", "Invitations expired", 2), _("Invite again")),
        (without, _("See staff")),
        (locked, _("See person")),
        (ngettext("Member’s roles to confirm", "Members’ roles to confirm", 2), _("Confirm roles")),
    ]


def _home_with_few_rights(sample: SampleCampaign) -> Values:
    """Rights that other people have, and that nobody has."""
    missing = [
        WhomToAsk(task, able, administrators)
        for (able, administrators), task in zip(
            (([COLLEAGUE] * 2, [COLLEAGUE]), ([], [COLLEAGUE])), PERMISSIONS.values(), strict=False
        )
    ]
    empty = CampaignRow(replace(listed_campaign(sample, "draft"), tags=(), actions=()), 0, None)
    return {
        **_home(sample),
        "days": DAYS,
        "figures": NewSignatures(0, 0, 0, sample.now, 0, 0, {}),
        "missing": missing,
        "role_sentences": list(ROLE_SENTENCES.values()),
        "table": listed_table([empty], []),
        "may_write": False,
    }


def _nothing_found(sample: SampleCampaign) -> Values:
    """Nor does anything wait in the chosen campaign."""
    return {
        **_home(sample),
        "shown": [],
        "table": replace(listed_table([], []), chosen=Filter(tag="2026", query=NAME)),
    }


def _dates(sample: SampleCampaign) -> list[NamedDate]:
    later = sample.now + timedelta(days=3)
    return [
        NamedDate(later, change, sample.campaign.title, "/staff/")
        for change in ("opens", "closes", "changes", "sends")
    ]
