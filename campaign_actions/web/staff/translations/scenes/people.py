"""Scenes of who works here and what they may do."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from campaign_actions.catalogs.preview.sample_campaign import ID, NAME, SampleCampaign
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.core.i18n.message import SOURCE
from campaign_actions.staff.authentication.mfa_enrolment import has_factor, needs_factor
from campaign_actions.staff.forms import InviteForm, find_role_errors
from campaign_actions.staff.last_administrator import LastAdministrator
from campaign_actions.staff.models import RoleCampaign, StaffLanguage, StaffRole
from campaign_actions.staff.permissions import (
    APPROVER_PERMISSIONS,
    GLOBAL_PERMISSIONS,
    PERMISSIONS,
    ROLE_NAMES,
    ROLES,
)
from campaign_actions.web.staff.translations.scenes.samples import (
    OTHER_ID,
    PAGE,
    by_id,
    make_member,
    staff_scene,
)

PEOPLE = _l("Staff")
MEMBERS: dict[str, dict[str, Any]] = {  # states of a member
    "own": {},
    "active": {"id": OTHER_ID, "roles_given_by": ID},
    "invited": {"id": OTHER_ID, "password": None, "tf_primary_method": None, "webauthn": []},
    "disabled": {"id": OTHER_ID, "active": False},
    "without-factor": {
        "id": OTHER_ID,
        "roles_given_by": ID,
        "role": "administrator",
        "tf_primary_method": None,
        "webauthn": [],
    },
}


def people_scenes() -> Iterator[Scene]:
    yield staff_scene("people", PEOPLE, "people/index", _people)
    yield staff_scene("invite", PEOPLE, "people/invite", partial(_roles, is_wrong=False))
    yield staff_scene("invite-wrong", PEOPLE, "people/invite", partial(_roles, is_wrong=True))
    for name, changes in MEMBERS.items():
        names = [] if name == "without-factor" else [NAME]
        values = partial(_roles, is_wrong=False, changes=changes, confirmers=names)
        yield staff_scene(f"member-{name}", PEOPLE, "people/show", values)
    yield staff_scene("member-last", PEOPLE, "people/show", _last_administrator)
    values = partial(_other_member, refusal=LastAdministrator.message)
    yield staff_scene("member-disable-last", PEOPLE, "people/disable", values)
    for name in ("disable", "reset_second_factor"):
        yield staff_scene(f"member-{name}", PEOPLE, f"people/{name}", _other_member)


def _people(sample: SampleCampaign) -> Values:
    members = [make_member(sample, **changes) for changes in MEMBERS.values()]
    members[1].granted = [
        StaffRole(role="translator", is_limited=True, campaigns=[RoleCampaign(campaign_id=ID)])
    ]
    members[1].languages = [StaffLanguage(locale=SOURCE)]
    return {
        "members": members,
        "page": PAGE,
        "seen": {},
        "role_names": ROLE_NAMES,
        "titles": by_id(sample.campaign.title),
        "has_factor": has_factor,
        "givers": {ID: NAME},
    }


def _roles(
    sample: SampleCampaign,
    *,
    is_wrong: bool,
    changes: dict[str, Any] | None = None,
    confirmers: Sequence[str] = (),
) -> Values:
    grants = {"translator": frozenset({ID})}
    errors = find_role_errors({"translator": frozenset()}, frozenset()) | find_role_errors({}, None)
    return {
        "form": InviteForm(None, locale=SOURCE),
        "member": make_member(sample, **changes or {}),
        "grants": grants,
        "languages": frozenset({SOURCE}),
        "choosable": known_locales(),
        "errors": errors if is_wrong else {},
        "titles": by_id(sample.campaign.title),
        "roles": ROLES,
        "role_names": ROLE_NAMES,
        "permissions": PERMISSIONS,
        "everywhere_only": GLOBAL_PERMISSIONS,
        "has_factor": has_factor,
        "needs_factor": needs_factor,
        "givers": {ID: NAME},
        "confirmers": confirmers,
        "reaches_people": not is_wrong,
        "blocked_until": sample.now,
        "approver_permissions": APPROVER_PERMISSIONS,
        "link": "https://example.org/" if (changes or {}).get("password", "") is None else None,
    }


def _last_administrator(sample: SampleCampaign) -> Values:
    errors = {"administrator": str(LastAdministrator.message)}
    return {**_roles(sample, is_wrong=False), "errors": errors}


def _other_member(sample: SampleCampaign, *, refusal: LazyString | str = "") -> Values:
    return {"member": make_member(sample, id=OTHER_ID), "refusal": refusal}
