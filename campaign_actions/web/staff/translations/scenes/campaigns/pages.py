"""Scenes of campaigns and actions and how they do, and of their history."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from campaign_actions.actions.action_overview import State
from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.counts.states.figures import States
from campaign_actions.actions.field_labels import LABELS, field_label
from campaign_actions.actions.newest.schedules import ARCHIVED, CHECKS, CLOSED, REASONS, Schedule
from campaign_actions.campaigns.forms import make_copy_form
from campaign_actions.campaigns.models import DECISIONS
from campaign_actions.campaigns.tags.forms import TagsForm
from campaign_actions.campaigns.tags.models import MAX_TAG_LENGTH, MAX_TAGS
from campaign_actions.campaigns.versioning.differences import Difference
from campaign_actions.campaigns.versioning.events import EventName, HistoryRow, PageEvent
from campaign_actions.campaigns.versioning.revision_overview import RevisionOverview
from campaign_actions.campaigns.versioning.row_changes import NewEnd
from campaign_actions.catalogs.preview.sample_campaign import ID, NAME, PLACEHOLDER, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.web.staff.campaign_table import CampaignRow
from campaign_actions.web.staff.campaigns.revision_changes import changed_labels, kept_words
from campaign_actions.web.staff.translations.scenes.campaigns.changes import (
    PICTURE,
    make_draft,
    sample_questions,
)
from campaign_actions.web.staff.translations.scenes.campaigns.dashboards import dashboard_scenes
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_LOCALE,
    PAGE,
    listed_campaign,
    listed_table,
    make_action,
    make_campaign,
    make_empty_campaign,
    staff_scene,
    with_errors,
)
from campaign_actions.web.staff.waiting.item import WaitingItem
from campaign_actions.web.staff.waiting.store import DraftProgress

CAMPAIGNS, HISTORY = _l("Campaigns"), _l("History")
STATES: tuple[State, ...] = ("open", "draft", "scheduled", "closed", "archived")
NOT_COUNTED = States(pending=12_345, withdrawn=2, invalid=1)
CHANGES = ("added", "replaced", "removed", "focused")  # to a picture

QUESTION = "qplaces"
FIELD_STARTS = {
    "texts": f"texts.{SOURCE}.",
    "partners": f"partners.{ID}.",
    "questions": f"questions.{QUESTION}.",
}


def campaign_scenes() -> Iterator[Scene]:
    yield staff_scene("campaigns", CAMPAIGNS, "campaigns/index", _campaigns)
    yield staff_scene("campaigns-none", CAMPAIGNS, "campaigns/index", _no_campaigns)
    for state in STATES:
        values = partial(_show, state=state)
        yield staff_scene(f"campaign-{state}", CAMPAIGNS, "campaigns/show", values)
    for schedule in ("", "planned", "changed", "failed", "early", "archived"):
        values = partial(_changed, schedule=schedule)
        yield staff_scene(
            f"campaign-changed-{schedule}".rstrip("-"), CAMPAIGNS, "campaigns/show", values
        )
    yield staff_scene("campaign-empty", CAMPAIGNS, "campaigns/show", _show_empty)
    yield staff_scene("campaign-complete", CAMPAIGNS, "campaigns/show", _show_complete)
    yield staff_scene("tags", CAMPAIGNS, "campaigns/tags", partial(_tags, sent="2026"))
    too_many = ",".join(map(str, range(MAX_TAGS + 1)))
    yield staff_scene("tags-wrong", CAMPAIGNS, "campaigns/tags", partial(_tags, sent=too_many))
    long = partial(_tags, sent="x" * (MAX_TAG_LENGTH + 1))
    yield staff_scene("tags-long", CAMPAIGNS, "campaigns/tags", long)
    yield staff_scene("copy", CAMPAIGNS, "campaigns/copy", partial(_copy, sent=None))
    same = {f"title_{SOURCE}": NAME, "slug": "Not a slug"}
    yield staff_scene("copy-wrong", CAMPAIGNS, "campaigns/copy", partial(_copy, sent=same))
    yield staff_scene("copy-empty", CAMPAIGNS, "campaigns/copy", partial(_copy, sent={}))
    yield from dashboard_scenes()
    yield from _history()


def _campaigns(sample: SampleCampaign) -> Values:
    rows = [
        CampaignRow(listed_campaign(sample, state), 5, None, is_changed=True) for state in STATES
    ]
    blocked = DraftProgress(3, 7, "checks", problems=2, problem_url="/")
    rows += [
        replace(
            rows[STATES.index("scheduled")], progress=blocked, actions_off=2, languages_off=[SOURCE]
        ),
        replace(rows[STATES.index("draft")], progress=blocked, missed_at=sample.now),
        replace(rows[0], publishes_at=sample.now),
    ]
    rows += [replace(row, found_actions=row.campaign.actions) for row in rows[:1]]
    index = {"endpoint": "staff_campaigns_index.index", "sort": ""}
    return {"table": listed_table(rows, [], **index), "may_write": True}


def _no_campaigns(_sample: SampleCampaign) -> Values:
    return {"table": listed_table([], [], total=0), "may_write": True}


def _changed(sample: SampleCampaign, *, schedule: str) -> Values:
    """With changes that the public does not see yet."""
    later = sample.now + timedelta(days=1)
    schedules = {
        "planned": Schedule(sample.now, 3, NAME),
        "changed": Schedule(sample.now, 2, NAME),
        "failed": Schedule(sample.now, 3, NAME, sample.now, CHECKS),
        "early": Schedule(later, 3, NAME, sample.now, CLOSED),
        "archived": Schedule(later, 3, NAME, sample.now, ARCHIVED),
    }
    draft = make_draft(sample, is_known=schedule != "", schedule=schedules.get(schedule))
    return _show_values(make_campaign(sample, draft=draft))


def _copy(sample: SampleCampaign, *, sent: dict[str, str] | None) -> Values:
    form_class = make_copy_form({SOURCE: NAME, OTHER_LOCALE: NAME})
    form = form_class(None) if sent is None else with_errors(form_class(MultiDict(sent)))
    return {"campaign": make_campaign(sample), "form": form}


def _tags(sample: SampleCampaign, *, sent: str) -> Values:
    form = with_errors(TagsForm(MultiDict({"tags": sent})))
    return {"campaign": make_campaign(sample), "form": form, "used": ["2026", NAME]}


def _show(sample: SampleCampaign, *, state: State) -> Values:
    return _show_values(make_campaign(sample, state=state))


def _show_empty(sample: SampleCampaign) -> Values:
    return _show_values(make_empty_campaign(sample))


def _show_complete(sample: SampleCampaign) -> Values:
    """Nothing is left to do."""
    return _show_values(make_campaign(sample, locales=(SOURCE,), without_consent=()))


def _show_values(campaign: CampaignOverview) -> Values:
    facts = {"not_counted": {ID: NOT_COUNTED}, "may_write": True}
    what = ngettext("Step of the checklist left", "Steps of the checklist left", 2)
    task = WaitingItem(2, what, [], _("Open checklist"), "/staff/")
    tasks = [task] if campaign.without_consent and campaign.state != "archived" else []
    facts |= {"tags": (NAME,) if tasks else (), "tasks": tasks}
    return {"campaign": campaign, **facts}


def _history() -> Iterator[Scene]:
    yield staff_scene("history", HISTORY, "campaigns/history", _revisions)
    yield staff_scene("history-empty", HISTORY, "campaigns/history", _no_revisions)
    for subject in ("campaign", "action"):
        values = partial(_revision, subject=subject)
        yield staff_scene(f"revision-{subject}", HISTORY, "campaigns/revision", values)
    yield staff_scene("revision-first", HISTORY, "campaigns/revision", _first_revision)
    yield staff_scene("revision-not-restored", HISTORY, "campaigns/revision", _not_restored)


def _revisions(sample: SampleCampaign) -> Values:
    now = sample.now
    revisions = [RevisionOverview(1, now, "")]
    revisions += [RevisionOverview(4, now, NAME, is_draft=True)]
    revisions += [RevisionOverview(3, now, NAME, is_public=True)]
    revisions += [RevisionOverview(2, now, NAME, picture=change) for change in CHANGES]
    revisions += [RevisionOverview(3, now, NAME, accent=accent) for accent in ("", "#1f5f8b")]
    revisions += [RevisionOverview(4, now, NAME, end=end) for end in ("archived", "unarchived")]
    ends = NewEnd(now, is_reopened=True), NewEnd(None, is_reopened=False)
    revisions += [RevisionOverview(5, now, NAME, new_end=end) for end in ends]
    revisions += [
        RevisionOverview(9, now, NAME, is_discard=True, is_same=True),
        RevisionOverview(8, now, NAME, is_kept=True, is_draft=True),
        RevisionOverview(7, now, NAME, restored=5, is_same=True),
        RevisionOverview(7, now, NAME, public_from=now, publisher=NAME, repeated_number=8),
        RevisionOverview(6, now, NAME, restored=5, public_from=now, public_until=now),
        RevisionOverview(5, now, NAME, public_until=now),
    ]
    moments: tuple[EventName, ...] = (
        *("opened", "closed", "unpublished", "switched-off", "switched-on"),
    )
    events = [PageEvent(now, name, due_at=now) for name in (*moments, *DECISIONS)]
    events.append(PageEvent(now, "published", number=9))
    unpublished = PageEvent(now, "unpublished")
    back = [RevisionOverview(6, now, NAME, public_from=now, public_until=at) for at in (None, now)]
    names = tuple(_field_names(LABELS["campaign"]))
    revisions += [
        RevisionOverview(4, now, NAME, fields=names[:size]) for size in (0, 1, len(names))
    ]
    return {
        "campaign": make_campaign(sample),
        "action": None,
        "rows": [
            *(HistoryRow(now, name, events=events) for name in ("", NAME)),
            *(HistoryRow(now, one.author, one) for one in revisions),
            *(HistoryRow(now, NAME, one, events=[unpublished]) for one in back),
        ],
        "published": {9: replace(revisions[-1], number=9)},
        "reasons": REASONS,
        "shown_and_hidden": lambda _one: ([PLACEHOLDER], [PLACEHOLDER]),
        "labels_of": partial(changed_labels, "campaign", (SOURCE,)),
        "page": PAGE,
    }


def _no_revisions(sample: SampleCampaign) -> Values:
    return {**_revisions(sample), "action": make_action(sample), "rows": []}


def _revision(sample: SampleCampaign, *, subject: str) -> Values:
    """Every field differs, so that the names of all of them are on the page. There is a draft."""
    pieces = (("same", "… "), ("gone", "…"), ("new", "… …"))
    changed = [Difference(name, pieces) for name in _field_names(LABELS[subject])]
    whole = sample_questions() if subject == "action" else {}
    return {
        "campaign": make_campaign(sample),
        "action": make_action(sample) if subject == "action" else None,
        "number": 2,
        "other": 1,
        "newest": 3,
        "label_of": partial(field_label, subject, names={QUESTION: PLACEHOLDER}),
        "others": [RevisionOverview(one, sample.now, NAME) for one in (3, 1)],
        "differences": [*changed, *(Difference(name, ()) for name in whole)],
        "whole": whole,
        "pictures": {"… …": PICTURE},
        "missing": {},
        "problem": PLACEHOLDER,
        "can_be_restored": True,
        "replaced": replace(make_draft(sample), authors=(NAME,) * (subject == "campaign")),
        "kept": kept_words(
            subject, (SOURCE,), ["slug"], {f"texts.{SOURCE}.title": ""}, {"slug": NAME}, tags=()
        ),
        "opens_at": None,
    }


def _first_revision(sample: SampleCampaign) -> Values:
    values = _revision(sample, subject="campaign")
    return {**values, "number": 1, "other": 0, "differences": [], "can_be_restored": False}


def _not_restored(sample: SampleCampaign) -> Values:
    values = _revision(sample, subject="campaign")
    facts = {"problem": "", "missing": {PLACEHOLDER: PLACEHOLDER}, "opens_at": sample.now}
    return {**values, **facts}


def _field_names(labels: Mapping[tuple[str, str], LazyString]) -> Iterator[str]:
    """As content names them: slug, texts.en.title, partners.1.en.name."""
    for kind, field in labels:
        yield f"{FIELD_STARTS.get(kind, '')}{field}"
