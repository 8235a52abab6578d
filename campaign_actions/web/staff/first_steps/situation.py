"""The state of an installation: what is set up, and what the current member may do about the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import current_app

from campaign_actions.actions.consent import existing_consents
from campaign_actions.actions.listing.campaigns import ListedCampaign
from campaign_actions.campaigns.queries import has_open_campaign
from campaign_actions.catalogs.models import ConsentDraft
from campaign_actions.catalogs.workflow.translation_approvals import (
    all_consent_drafts,
    consent_approvers,
)
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import known_locales
from campaign_actions.core.mail.transports import reaches_people
from campaign_actions.core.organization import organization
from campaign_actions.core.urls import is_reachable
from campaign_actions.organization import edit
from campaign_actions.organization.load import left_out_steps
from campaign_actions.outbox.delivery import NOT_TRIED, Delivery, current_delivery
from campaign_actions.staff import profile
from campaign_actions.staff.models import StaffMember
from campaign_actions.web.staff.access.all_members import all_members
from campaign_actions.web.staff.access.authorization import allows, campaigns_of, current_staff
from campaign_actions.web.staff.access.whom_to_ask import not_joined
from campaign_actions.web.staff.publishing.open_steps import progress_of

UTC = "UTC"  # the default time zone
STEPS_OF_SITE = {"invite"}  # the optional steps that one person leaves out for everyone


@dataclass(frozen=True)
class Situation:
    """The state of the site, and the rights of the current member to go on."""

    staff_id: int
    may_write: bool
    may_invite: bool
    has_recovery_codes: bool = False
    is_set_up: bool = False  # the settings for email, contact and time zone
    delivery: Delivery = NOT_TRIED
    has_public_campaign: bool = False
    has_colleague: bool = False
    invited: StaffMember | None = None  # someone who has not joined yet
    campaign: ListedCampaign | None = None  # the first that is not public, or else the first
    has_consent: bool = False
    proposed: ConsentDraft | None = None
    approvers: Sequence[str] = field(default=())  # who can approve it
    awaits_email: bool = False  # whether nothing else is left to do in `campaign`
    left_out: frozenset[str] = frozenset()  # the names of steps, by the member or for everyone

    @property
    def is_over(self) -> bool:
        """Whether the site runs, or someone else has to set it up."""
        is_running = self.has_public_campaign and self.has_colleague and self.is_set_up
        return is_running or not (self.may_write or self.may_invite)


def current_situation(campaigns: Sequence[ListedCampaign]) -> Situation:
    staff = current_staff()
    new = [one for one in campaigns if one.state in ("draft", "scheduled")]
    situation = Situation(
        staff_id=staff.id,
        may_write=campaigns_of("campaigns.edit") is None,
        may_invite=allows("staff.manage"),
        has_recovery_codes=bool(staff.mf_recovery_codes),
        is_set_up=_is_set_up(),
        has_public_campaign=len(new) < len(campaigns),
        campaign=next(iter([*new, *campaigns]), None),
    )
    situation = replace(situation, has_colleague=_has_colleague(staff))
    if situation.is_over:
        return situation
    proposed = next(iter(all_consent_drafts(known_locales())), None)
    able = consent_approvers(proposed.locale, besides=[staff.id]) if proposed else []
    return replace(
        situation,
        invited=next(iter(not_joined()), None),
        has_consent=bool(existing_consents()),
        proposed=proposed,
        approvers=[one.name or one.email for one in able],
        awaits_email=bool(new) and progress_of([new[0].id])[new[0].id].awaits_email,
        left_out=frozenset(staff.left_out_steps.split()) | left_out_steps(),
        delivery=current_delivery(utc_now()),
    )


def leave_out(name: str) -> None:
    """Leave out an optional step: of the site for everyone, of an account for the member."""
    if name in STEPS_OF_SITE:
        edit.leave_out_step(name)
    else:
        profile.leave_out_step(current_staff(), name)


def is_site_new(now: datetime) -> bool:
    """Whether the current member sees all first steps: no campaign has been published yet."""
    return _may_set_up() and not has_open_campaign(now)


def is_site_running(now: datetime) -> bool:
    """Whether everyone is past the first steps, even with optional ones left."""
    return has_open_campaign(now) and _has_colleague(current_staff()) and _is_set_up()


def _may_set_up() -> bool:
    return campaigns_of("campaigns.edit") is None or allows("staff.manage")


def _is_set_up() -> bool:
    """Email, contact and time zone."""
    if current_app.config["DEMO"]:
        return True
    return reaches_people() and is_reachable() and bool(contact_address()) and has_timezone()


def _has_colleague(staff: StaffMember) -> bool:
    return any(one.can_log_in for one in all_members() if one.id != staff.id)


def contact_address() -> str:
    return organization().shown_text("contact")[0] or current_app.config["ORGANIZATION_EMAIL"]


def has_timezone() -> bool:
    return bool(organization().timezone) or current_app.config["TIMEZONE"] != UTC
