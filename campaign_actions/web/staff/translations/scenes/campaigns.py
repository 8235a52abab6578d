"""Scenes of the overview, of campaigns and actions and how they do, and of their history."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.counts.queries import MAX_COUNTED, UncountedSignatures
from campaign_actions.actions.counts.statistics import DAYS_SHOWN, Share, Statistics
from campaign_actions.actions.field_labels import LABELS, field_label
from campaign_actions.campaigns.versioning.history import Difference, RevisionOverview
from campaign_actions.catalogs.preview.sample_campaign import ID, NAME, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.content.bar_chart import Chart
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.web.staff.translations.scenes.samples import (
    PAGE,
    make_action,
    make_campaign,
    make_empty_campaign,
    staff_scene,
)

OVERVIEW, CAMPAIGNS, HISTORY = _l("Overview"), _l("Campaigns"), _l("History")
STATES = ("open", "draft", "scheduled", "closed", "archived")
NOT_COUNTED = UncountedSignatures(pending=MAX_COUNTED + 1, withdrawn=2, invalid=1)
CHANGES = ("added", "replaced", "removed", "focused")  # to a picture


def campaign_scenes() -> Iterator[Scene]:
    yield staff_scene("home", OVERVIEW, "home", _home)
    yield staff_scene("home-translator", OVERVIEW, "home", _home_of_translator)
    yield staff_scene("home-empty", OVERVIEW, "home", _home_without_campaigns)
    yield staff_scene("campaigns", CAMPAIGNS, "campaigns/index", _campaigns)
    for state in STATES:
        values = partial(_show, state=state)
        yield staff_scene(f"campaign-{state}", CAMPAIGNS, "campaigns/show", values)
    yield staff_scene("campaign-empty", CAMPAIGNS, "campaigns/show", _show_empty)
    yield staff_scene("campaign-complete", CAMPAIGNS, "campaigns/show", _show_complete)
    yield staff_scene("copy", CAMPAIGNS, "campaigns/copy", _campaign)
    for state in STATES:
        values = partial(_action, state=state)
        yield staff_scene(f"action-{state}", CAMPAIGNS, "actions/show", values)
    yield staff_scene("action-empty", CAMPAIGNS, "actions/show", _action_without_signatures)
    yield from _history()


def _home(sample: SampleCampaign) -> Values:
    shown = {"campaigns": [make_campaign(sample)], "count": 5, "to_approve": 2, "may_write": True}
    return {**shown, "page": PAGE}


def _home_of_translator(sample: SampleCampaign) -> Values:
    def may(permission: str, *_campaign: object) -> bool:
        return permission != "campaigns.edit"

    return {**_home(sample), "to_approve": 0, "may": may}


def _home_without_campaigns(sample: SampleCampaign) -> Values:
    return {**_home(sample), "campaigns": [], "count": 0}


def _campaigns(sample: SampleCampaign) -> Values:
    found = [make_campaign(sample, state=state) for state in STATES]
    return {"campaigns": found, "page": PAGE, "may_write": True}


def _campaign(sample: SampleCampaign) -> Values:
    return {"campaign": make_campaign(sample)}


def _show(sample: SampleCampaign, *, state: str) -> Values:
    return _show_values(make_campaign(sample, state=state))


def _show_empty(sample: SampleCampaign) -> Values:
    return _show_values(make_empty_campaign(sample))


def _show_complete(sample: SampleCampaign) -> Values:
    """Nothing is left to do."""
    return _show_values(make_campaign(sample, locales=(SOURCE,), without_consent=()))


def _show_values(campaign: CampaignOverview) -> Values:
    facts = {"not_counted": {ID: NOT_COUNTED}, "most": MAX_COUNTED, "may_write": True}
    return {"campaign": campaign, **facts}


def _action(sample: SampleCampaign, *, state: str) -> Values:
    shares = tuple(Share(name, 50, 50.0) for name in ("RU", "other", ""))
    more, languages = Share("3", 5, 5.0), (Share(SOURCE, 90, 90.0),)
    figures = Statistics(_days(sample), shares, more, shares, more, languages)
    return _action_values(sample, figures, state=state)


def _action_without_signatures(sample: SampleCampaign) -> Values:
    return _action_values(sample, Statistics(_days(sample), (), None, (), None, ()), state="open")


def _action_values(sample: SampleCampaign, figures: Statistics, *, state: str) -> Values:
    return {
        "campaign": make_campaign(sample),
        "action": make_action(sample, state=state),
        "figures": figures,
        "chart": Chart(tuple(count for _day, count in figures.days)),
        "not_counted": NOT_COUNTED,
        "most": MAX_COUNTED,
        "as_of": sample.now,
    }


def _days(sample: SampleCampaign) -> tuple[tuple[date, int], ...]:
    today = sample.now.date()
    return tuple(
        (today - timedelta(days=DAYS_SHOWN - 1 - number), number) for number in range(DAYS_SHOWN)
    )


def _history() -> Iterator[Scene]:
    yield staff_scene("history", HISTORY, "campaigns/history", _revisions)
    yield staff_scene("history-empty", HISTORY, "campaigns/history", _no_revisions)
    for subject in ("campaign", "action"):
        values = partial(_revision, subject=subject)
        yield staff_scene(f"revision-{subject}", HISTORY, "campaigns/revision", values)
    yield staff_scene("revision-first", HISTORY, "campaigns/revision", _first_revision)


def _revisions(sample: SampleCampaign) -> Values:
    now = sample.now
    revisions = [RevisionOverview(1, now, "")]
    revisions += [RevisionOverview(2, now, NAME, picture=change) for change in CHANGES]
    revisions += [RevisionOverview(3, now, NAME, accent=accent) for accent in ("", "#1f5f8b")]
    return {"campaign": make_campaign(sample), "action": None, "revisions": revisions, "page": PAGE}


def _no_revisions(sample: SampleCampaign) -> Values:
    return {**_revisions(sample), "action": make_action(sample), "revisions": []}


def _revision(sample: SampleCampaign, *, subject: str) -> Values:
    """Every field differs, so that the names of all of them are on the page."""
    pieces = (("same", "… "), ("gone", "…"), ("new", "… …"))
    changed = [Difference(name, pieces) for name in _field_names(LABELS[subject])]
    return {
        "campaign": make_campaign(sample),
        "action": make_action(sample) if subject == "action" else None,
        "number": 2,
        "other": 1,
        "newest": 3,
        "label_of": partial(field_label, subject),
        "numbers": [3, 1],
        "differences": changed,
    }


def _first_revision(sample: SampleCampaign) -> Values:
    values = _revision(sample, subject="campaign")
    return {**values, "number": 1, "other": 0, "differences": []}


def _field_names(labels: Mapping[tuple[str, str], LazyString]) -> Iterator[str]:
    """As content names them: slug, texts.en.title, partners.1.en.name."""
    for kind, field in labels:
        start = {"texts": f"texts.{SOURCE}.", "partners": f"partners.{ID}."}.get(kind, "")
        yield f"{start}{field}"
