"""Scenes of the overview while a site is being set up."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l

from campaign_actions.actions.listing.campaigns import ListedCampaign
from campaign_actions.catalogs.models import ConsentDraft
from campaign_actions.catalogs.preview.sample_campaign import (
    ID,
    NAME,
    PLACEHOLDER,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.web.http.pagination import Page
from campaign_actions.web.staff.first_steps.first_step import next_step
from campaign_actions.web.staff.first_steps.situation import Situation
from campaign_actions.web.staff.first_steps.steps import first_steps
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_ID,
    listed_campaign,
    listed_table,
    make_member,
    staff_scene,
)

OVERVIEW = _l("Overview")
NOTHING: Values = {
    "off": [],
    "items": [],
    "shown": [],
    "chips": [],
    "chosen_campaign": None,
    "dates": [],
    "missing": [],
    "role_sentences": [],
    "table": listed_table([], [], page=Page(1, 0, 20), sort="", total=0, states=Counter()),
}


def first_step_scenes() -> Iterator[Scene]:
    for may_write in (True, False):
        values = partial(_home, may_write=may_write)
        yield staff_scene(f"home-first-{may_write}", OVERVIEW, "home", values)
    for by in (ID, OTHER_ID):
        values = partial(_proposed, by=by)
        yield staff_scene(f"home-proposed-{by}", OVERVIEW, "home", values)
    values = partial(_home, awaits_email=True, left_out=frozenset({"recovery"}))
    yield staff_scene("home-left-out", OVERVIEW, "home", values)
    values = partial(_home, has_public_campaign=True)
    yield staff_scene("home-left", OVERVIEW, "home", values)


def _home(sample: SampleCampaign, *, may_write: bool = True, **facts: Any) -> Values:
    steps = first_steps(Situation(staff_id=ID, may_write=may_write, may_invite=True, **facts))
    return {
        **NOTHING,
        "now": sample.now,
        "steps": steps,
        "next_step": next_step(steps),
        "may_write": may_write,
    }


def _proposed(sample: SampleCampaign, *, by: int) -> Values:
    """Someone is invited, and a consent text is proposed by the member or someone else."""
    proposed = ConsentDraft(kind="petition", locale=sample.locale, body=PLACEHOLDER, staff_id=by)
    return _home(
        sample,
        invited=make_member(sample, password=None),
        campaign=_campaign(sample),
        proposed=proposed,
        approvers=[NAME],
    )


def _campaign(sample: SampleCampaign) -> ListedCampaign:
    return replace(listed_campaign(sample, "draft"), actions=(), published_at=None)
