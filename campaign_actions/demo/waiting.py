"""Work that waits for the staff of the demo, so each role finds something to do after log-in."""

from datetime import datetime

from sqlalchemy import select

from campaign_actions.actions.consent import find_model_consent
from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.signatures.clusters.record import record_groups
from campaign_actions.actions.signatures.clusters.rules import MINUTE, Group
from campaign_actions.actions.signatures.clusters.scan import floor_to_minute
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.approvals.request import request_approval
from campaign_actions.campaigns.edit import CAMPAIGN
from campaign_actions.campaigns.models import Campaign
from campaign_actions.campaigns.versioning.history import find_content
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.catalogs.workflow.translation_approvals import propose_consent
from campaign_actions.core.db.session import db
from campaign_actions.demo.accounts import DEPUTY, DOMAIN, demo_address
from campaign_actions.disclosures.export import Export
from campaign_actions.disclosures.guarded_export import GuardedExport
from campaign_actions.disclosures.selection import Selection
from campaign_actions.staff.dual_control import Operation
from campaign_actions.staff.invitations import Invite
from campaign_actions.staff.models import StaffMember
from campaign_actions.staff.queries import find_member

CHANGED, BEFORE, AFTER = (
    "texts.en.summary",
    "where we live and work",
    "where we live, study and work",
)
PROPOSED = "petition", "fr"  # a consent text, by kind and language
IN_CLUSTER = 20  # people
IN_FIGURES, IN_WORDS = "12 mois", "douze mois"


def add_waiting_work(*, now: datetime) -> None:
    """A draft with strings to translate, a proposed consent text, a cluster, and requests to decide.

    The comments to read and the action that closes soon are those of the campaigns.
    """
    _change_text(now)
    _propose_consent(now)
    _propose_cluster(now)
    racism = db.session.scalars(select(Campaign.id).filter_by(slug="racism")).one()
    petition = select(Action.id).filter_by(campaign_id=racism, slug="hate-crimes")
    selection = Selection(actions=(db.session.scalars(petition).one(),))
    export = Export(
        campaign=racism,
        staff_id=_member(DEPUTY).id,
        selection=selection,
        purpose="team",
        format="csv",
        recipient="Outreach team",
    )
    invitation = Invite.of(f"lena@{DOMAIN}", {"exporter": None}, None, locale="en")
    _request(
        GuardedExport(export), "The outreach team invites them to the hearing on Thursday.", now
    )
    _request(invitation, "Lena takes over the exports from Monday.", now)


def _change_text(now: datetime) -> None:
    campaign = db.session.scalars(select(Campaign.id).filter_by(slug="racism")).one()
    content, number = find_content(CAMPAIGN, campaign)
    changes = {CHANGED: content[CHANGED].replace(BEFORE, AFTER)}
    writer = _member("campaigner")
    save_changes(CAMPAIGN, campaign, changes, opened_at=number, by=writer, now=now)


def _propose_consent(now: datetime) -> None:
    kind, locale = PROPOSED
    body = (find_model_consent(kind, locale) or "").replace(IN_FIGURES, IN_WORDS)
    propose_consent(kind, locale, body, by=_member("translator"), now=now)


def _propose_cluster(now: datetime) -> None:
    """The newest example people of a petition whose addresses have one domain."""
    petition = select(Action.id).join(Campaign).where(Campaign.slug == "racism")
    action_id = db.session.scalars(petition.where(Action.slug == "hate-crimes")).one()
    wanted = SignatureFilter(domain=f"mailru.{DOMAIN}")
    newest = select(Signature.signed_at).where(Signature.action_id == action_id, *wanted.others())
    found = db.session.scalars(newest.order_by(Signature.signed_at.desc()).limit(IN_CLUSTER))
    times = [moment for moment in found if moment]
    since, until = floor_to_minute(times[-1]), floor_to_minute(times[0]) + MINUTE
    group = Group("domain", wanted, since, until, len(times))
    record_groups(action_id, [group], now=now)


def _request(operation: Operation, reason: str, now: datetime) -> None:
    request_approval(operation, by=_member(DEPUTY), reason=reason, now=now)


def _member(name: str) -> StaffMember:
    member = find_member(demo_address(name))
    assert member
    return member
