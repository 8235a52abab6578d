"""Samples that the scenes of the workspace share: a signed-in member, and a campaign with two actions."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import g
from flask_babel import LazyString
from wtforms import Form

from campaign_actions.actions.action_overview import ActionOverview, State
from campaign_actions.actions.campaign_overview import CampaignOverview
from campaign_actions.actions.kinds import KINDS
from campaign_actions.actions.listing.campaigns import STATES, ListedAction, ListedCampaign
from campaign_actions.actions.listing.filter_and_sort import Filter
from campaign_actions.actions.queries import PublicAction
from campaign_actions.catalogs.preview.sample_campaign import (
    COUNT,
    EMAIL,
    GOAL,
    ID,
    NAME,
    SLUG,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import MakeValues, Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.staff.models import Passkey, StaffMember, StaffRole
from campaign_actions.staff.permissions import PERMISSIONS
from campaign_actions.web.http.pagination import Page
from campaign_actions.web.staff.access.whom_to_ask import Person, WhomToAsk
from campaign_actions.web.staff.campaign_table import CampaignRow, CampaignTable

OTHER_ID = 2  # of another member or action
OTHER_LOCALE = "fr"  # in which something is still missing
PAGE = Page(number=2, count=30, size=10)
COLLEAGUE = Person(NAME, EMAIL)


def staff_scene(name: str, label: LazyString, template: str, values: MakeValues | Values) -> Scene:
    """A page of the workspace as seen by a member with all permissions.

    `label`: an existing message of the workspace, so that no second one has to be translated.
    """

    def all_values(sample: SampleCampaign) -> Values:
        g.csrf_token, g.csrf_valid = "", True  # forms are never sent: tokens need no session
        own = values(sample) if callable(values) else values
        return {**_signed_in(sample), **own}

    return Scene(f"staff-{name}", label, f"staff/{template}.html", all_values)


def _signed_in(sample: SampleCampaign) -> Values:
    member = make_member(sample)
    return {
        "current_user": member,
        "current_staff": lambda: member,
        "may": lambda *_names, **_values: True,
        "may_at": lambda *_names, **_values: True,
        "needs_two_people": lambda: True,
        "waiting_count": lambda: 2,
        "undecided_comments": lambda _action: "2",
        "open_steps": lambda _campaign: 2,
        "whom_to_ask": lambda permission, _campaign_id=None, **_names: WhomToAsk(
            PERMISSIONS[permission], [COLLEAGUE], [COLLEAGUE]
        ),
    }


def make_member(sample: SampleCampaign, *, role: str = "campaigner", **changes: Any) -> StaffMember:
    """With every kind of second factor. It is in no database."""
    facts = {
        "id": ID,
        "email": EMAIL,
        "name": NAME,
        "locale": SOURCE,
        "active": True,
        "password": "a hash",
        "invited_at": sample.now,
        "joined_at": sample.now,
        "tf_primary_method": "authenticator",
        "mf_recovery_codes": ["a", "b"],
        "wants_translation_mail": True,
        "granted": [StaffRole(role=role, is_limited=False)],
        "webauthn": [make_passkey(sample)],
    }
    return StaffMember(**facts | changes)


def make_passkey(sample: SampleCampaign) -> Passkey:
    return Passkey(
        id=ID,
        name=NAME,
        credential_id=b"id",
        create_datetime=sample.now,
        lastuse_datetime=sample.now,
        usage="first",
    )


def make_action(sample: SampleCampaign, **changes: Any) -> ActionOverview:
    """An open petition."""
    return _overview(sample.petition, sample, position=0, **changes)


def make_campaign(sample: SampleCampaign, **changes: Any) -> CampaignOverview:
    """An open campaign with two actions; the second of its languages is not complete."""
    campaign = CampaignOverview(
        id=ID,
        slug=SLUG,
        title=sample.campaign.title,
        locale=sample.locale,
        locales=(SOURCE, OTHER_LOCALE),
        public_locales=(SOURCE,),
        source_locale=SOURCE,
        state="open",
        document_index=sample.campaign.document_index,
        published_at=sample.now - timedelta(days=9),
        archived_at=None,
        position=0,
        version=1,
        actions=(
            make_action(sample),
            _overview(sample.pledge, sample, position=1, id=OTHER_ID, state="draft"),
        ),
        without_consent=tuple((kind, (OTHER_LOCALE,)) for kind in KINDS.values()),
    )
    archived_at = sample.now if changes.get("state") == "archived" else None
    return replace(campaign, **{"is_public": True, "archived_at": archived_at} | changes)


def make_empty_campaign(sample: SampleCampaign) -> CampaignOverview:
    """A draft without actions."""
    return replace(
        make_campaign(sample),
        state="draft",
        published_at=None,
        public_locales=(),
        actions=(),
        without_consent=(),
    )


def listed_campaign(sample: SampleCampaign, state: State) -> ListedCampaign:
    """A campaign as in a list of all."""
    return ListedCampaign(
        id=ID,
        slug=SLUG,
        title=sample.campaign.title,
        locale=sample.locale,
        actions=tuple(_listed_actions(sample, state)),
        titles={sample.locale: sample.campaign.title},
        locales=(sample.locale,),
        hidden_locales=frozenset({sample.locale}),
        state=state,
        tags=("2026",),
        confirmed=COUNT,
        goal=GOAL,
        published_at=sample.now,
        ends_at=sample.now,
        reopens_at=sample.now if state == "closed" else None,
        archived_at=sample.now if state == "archived" else None,
    )


def _listed_actions(sample: SampleCampaign, state: State) -> Iterator[ListedAction]:
    title, locale = sample.petition.title, sample.locale
    for action_id in (ID, ID + 1):
        yield ListedAction(action_id, f"{SLUG}/{SLUG}", title, locale, {locale: title}, state)


def listed_table(
    rows: Sequence[CampaignRow], archived: Sequence[ListedCampaign], **changes: Any
) -> CampaignTable:
    """As on the overview, sorted, with twice as many archived campaigns as are listed."""
    table = CampaignTable(
        endpoint="staff_home.show",
        rows=rows,
        page=Page(number=1, count=40, size=20),
        chosen=Filter(),
        sort="confirmed",
        total=len(STATES),
        states=Counter(STATES),
        archived=archived,
        archived_count=2 * len(archived),
    )
    return replace(table, **changes)


def with_errors(form: Form) -> Form:
    """The same form after validation."""
    form.validate()
    return form


def by_id(value: str) -> Mapping[int, str]:
    """The same value under each id that scenes use."""
    return dict.fromkeys((ID, OTHER_ID), value)


def _overview(
    action: PublicAction, sample: SampleCampaign, *, position: int, **changes: Any
) -> ActionOverview:
    overview = ActionOverview(
        id=action.id,
        campaign_id=action.campaign_id,
        campaign_slug=action.campaign_slug,
        campaign_title=action.campaign_title,
        slug=action.slug,
        kind=action.kind,
        title=action.title,
        locale=sample.locale,
        locales=(SOURCE,),
        state="open",
        goal=GOAL,
        first_goal=GOAL,
        count=COUNT,
        asks_comment=True,
        shows_comments=True,
        next_opening=sample.now if changes.get("state") == "scheduled" else None,
        published_at=sample.now - timedelta(days=9),
        closes_at=action.closes_at,
        position=position,
        version=1,
        is_public=True,
        public_locales=(SOURCE,),
        archived_at=sample.now if changes.get("state") == "archived" else None,
    )
    return replace(overview, **changes)
