"""Scenes of the log-in, of invitations and resets, and of a member's own account."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from campaign_actions.catalogs.preview.sample_campaign import (
    ADDRESS,
    EMAIL,
    ID,
    NAME,
    SampleCampaign,
)
from campaign_actions.catalogs.preview.scene_values import Values
from campaign_actions.catalogs.preview.scenes import Scene
from campaign_actions.core.sharing.qr_code import qr_code
from campaign_actions.staff import forms
from campaign_actions.staff.authentication.wrong_code_limit import MAX_WRONG_CODES
from campaign_actions.staff.models import StaffSession
from campaign_actions.staff.permissions import PERMISSIONS, ROLE_NAMES
from campaign_actions.web.staff.access.authorization import NotAllowed
from campaign_actions.web.staff.access.resubmission import Submission
from campaign_actions.web.staff.access.whom_to_ask import WhomToAsk
from campaign_actions.web.staff.translations.scenes.samples import (
    COLLEAGUE,
    make_member,
    make_passkey,
    staff_scene,
    with_errors,
)

PASSKEY = {"options": "{}", "asked": "", "origin": ADDRESS}
SECRET = "ABCD EFGH"  # noqa: S105 - nobody's
SENT = {"title": NAME, "summary": "", "texts.en.body": NAME}
LOG_IN, ACCOUNT = _l("Log in"), _l("Your account")
FORMS: tuple[tuple[str, LazyString, str, type[FlaskForm], Mapping[str, str] | None], ...] = (
    ("login", LOG_IN, "access/login", forms.LogInForm, None),
    ("login-empty", LOG_IN, "access/login", forms.LogInForm, {}),
    ("verify", LOG_IN, "access/reauthenticate", forms.VerifyForm, None),
    ("invitation", LOG_IN, "access/invitation", forms.JoinForm, None),
    ("invitation-empty", LOG_IN, "access/invitation", forms.JoinForm, {}),
    ("invitation-short", LOG_IN, "access/invitation", forms.JoinForm, {"new_password": "short"}),
    ("invitation-easy", LOG_IN, "access/invitation", forms.JoinForm, {"new_password": "a" * 20}),
    ("reset", LOG_IN, "access/request_reset", forms.AddressForm, None),
    ("reset-empty", LOG_IN, "access/request_reset", forms.AddressForm, {}),
    ("reset-to", LOG_IN, "access/reset_password", forms.NewPasswordForm, None),
    ("password", ACCOUNT, "account/password", forms.ChangePasswordForm, None),
    ("passkey", ACCOUNT, "account/add_passkey", forms.NewPasskeyForm, None),
    ("passkey-empty", ACCOUNT, "account/add_passkey", forms.NewPasskeyForm, {}),
)
FACTORS: dict[str, dict[str, Any]] = {  # second factors of a member
    "all": {},
    "app": {"webauthn": []},
    "codes": {"webauthn": [], "tf_primary_method": None},
}


def account_scenes() -> Iterator[Scene]:
    for name, label, template, form, sent in FORMS:
        yield staff_scene(name, label, template, partial(_form, form=form, sent=sent))
    yield from _second_factor()
    yield staff_scene("logged-in", LOG_IN, "logged_in", {})
    yield staff_scene("reset-asked", LOG_IN, "access/reset_requested", {"hours": 1})
    yield from _own_account()
    for first in ("log-in", "again", "verify", "factor"):
        kept = Submission(f"/staff/campaigns/{ID}/edit/", list(SENT.items()), [EMAIL])
        values = {"first": first, "leads_to": "/staff/", "kept": kept}
        yield staff_scene(f"kept-{first}", _l("What you sent"), "access/resubmission", values)
    for name, able, administrators in (
        ("able", [COLLEAGUE], [COLLEAGUE]),
        ("giver", [], [COLLEAGUE]),
        ("nobody", [], []),
    ):
        whom = WhomToAsk(PERMISSIONS["updates.send"], able, administrators)
        refused = partial(_error, whom=whom)
        yield staff_scene(f"error-{name}", _l("Error page"), "error", refused)


def _form(
    sample: SampleCampaign, *, form: type[FlaskForm], sent: Mapping[str, str] | None
) -> Values:
    """A page with a form: as it is opened, or with the errors of what was sent."""
    shown = form(None) if sent is None else with_errors(form(MultiDict(sent)))
    facts = {"message": "", "next": "", "passkey": PASSKEY}
    return {**facts, "form": shown, "member": make_member(sample)}


def _second_factor() -> Iterator[Scene]:
    for name, factors in FACTORS.items():
        for is_blocked in (False, True):
            values = partial(_ask_for_factor, factors=factors, is_blocked=is_blocked)
            state = "-blocked" * is_blocked
            yield staff_scene(f"factor-{name}{state}", LOG_IN, "access/second_factor", values)


def _ask_for_factor(
    sample: SampleCampaign, *, factors: Mapping[str, Any], is_blocked: bool
) -> Values:
    member = make_member(sample, **factors)
    return {
        "form": forms.CodeForm(None),
        "member": member,
        "message": "",
        "next": "",
        "again": False,
        "passkey": PASSKEY if member.webauthn else None,
        "blocked_until": sample.now if is_blocked else None,
        "most": MAX_WRONG_CODES,
    }


def _own_account() -> Iterator[Scene]:
    for is_new in (False, True):
        name = "account-new" if is_new else "account"
        yield staff_scene(name, ACCOUNT, "account/show", partial(_account, is_new=is_new))
    for has_factor, needs_factor in ((False, True), (False, False), (True, True)):
        facts = {"has_factor": has_factor, "needs_factor": needs_factor}
        name = f"factors-{has_factor}-{needs_factor}"
        yield staff_scene(name, ACCOUNT, "account/choose_factor", facts)
    for name, codes in {"recovery": [], "recovery-new": ["abcd-efgh"]}.items():
        values = {"codes": codes, "left": 2}
        yield staff_scene(name, ACCOUNT, "account/recovery_codes", values)
    yield staff_scene("authenticator", ACCOUNT, "account/authenticator", _authenticator)
    yield staff_scene("rename", ACCOUNT, "account/rename_passkey", _rename)


def _account(sample: SampleCampaign, *, is_new: bool) -> Values:
    times = {"started_at": sample.now - timedelta(days=1), "seen_at": sample.now}
    return {
        "form": forms.ProfileForm(None, name=NAME),
        "member": make_member(sample, **FACTORS["codes" if is_new else "all"]),
        "sessions": [StaffSession(id=name, device="", **times) for name in ("this", "other")],
        "this_session": "this",
        "codes_left": 0 if is_new else 2,
        "needs_factor": not is_new,
        "roles": {"campaigner": [sample.campaign.title], "reviewer": []},
        "role_names": ROLE_NAMES,
        "may": lambda *_names: not is_new,
    }


def _authenticator(_sample: SampleCampaign) -> Values:
    form = forms.CodeForm(None)
    return {"form": form, "picture": qr_code(SECRET), "secret": SECRET, "is_there": True}


def _rename(sample: SampleCampaign) -> Values:
    return {"form": forms.PasskeyNameForm(None), "passkey": make_passkey(sample)}


def _error(_sample: SampleCampaign, *, whom: WhomToAsk) -> Values:
    return {
        "status": NotAllowed.status,
        "title": NotAllowed.title,
        "message": NotAllowed.message,
        "is_in": True,
        "is_bare": False,
        "back": "/staff/",
        "kept": Submission("/staff/", list(SENT.items()), []),
        "once_more": True,
        "whom": whom,
    }
