"""Drafts with a time, in each state, and emails that failed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from campaign_actions.actions.edit import ACTION
from campaign_actions.actions.queries import PublicAction
from campaign_actions.campaigns.models import ScheduledDraft
from campaign_actions.campaigns.versioning.save import save_changes
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.outbox.outcomes import KEEP_DEAD
from campaign_actions.publishing.schedule_changes import schedule_changes
from campaign_actions.staff.models import StaffMember
from tests.support.changes import seen_of
from tests.support.drafts import BOTH_LOCALES
from tests.support.factories import make_action, make_campaign

REASONS = {
    "example.org": "the mail server refused the recipient: 550 5.1.1",
    "post.example": "the mail server refused the recipient: 552 5.2.2",
    "partner": "not a valid email address",
}


def make_scheduled_changes(member: StaffMember, now: datetime) -> dict[str, Mapping[str, Any]]:
    """A campaign for each state, with a changed action: planned, changed since, and failed."""
    made: dict[str, Mapping[str, Any]] = {}
    for state in ("planned", "late", "failed"):
        campaign = make_campaign(slug=f"world-{state}", locales=BOTH_LOCALES)
        action = make_action(campaign=campaign, slug=state, locales=BOTH_LOCALES)
        _save(action, member, now, button="Add my name")
        schedule_changes(
            campaign.id,
            seen=seen_of(campaign.id),
            at=now + timedelta(days=2),
            actor=member.email,
            staff_id=member.id,
            now=now,
        )
        if state == "late":
            _save(action, member, now, thanks="Thank you very much.")
        if state == "failed":
            row = update(ScheduledDraft).filter_by(campaign_id=campaign.id)
            db.session.execute(row.values(failed_at=now, failure="checks"))
            db.session.commit()
        made[state] = {"campaign_id": campaign.id, "action_id": action.id}
    return made


def fail_emails(action: PublicAction, now: datetime) -> None:
    for domain, reason in REASONS.items():
        for number in range(2):
            facts = {"template": "sign", "recipient": f"{number}@{domain}", "locale": "en"}
            facts |= {"email_key": f"failed-{number}-{domain}", "status": "dead", "attempts": 9}
            mail = OutboxMail(**facts, about=action.id, lane="signer", last_error=reason)
            mail.queued_at, mail.due_at = now - timedelta(days=3), now + KEEP_DEAD
            db.session.add(mail)
    db.session.commit()


def _save(action: PublicAction, member: StaffMember, now: datetime, **texts: str) -> None:
    changes = {f"texts.en.{name}": text for name, text in texts.items()}
    save_changes(ACTION, action.id, changes, opened_at=2, by=member, now=now)
