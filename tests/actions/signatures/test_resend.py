"""Resending the confirmation email goes through the outbox and is limited."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.signatures.resend import NotPending, ResendLimitReached, resend
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from tests.support.factories import NOON, make_action, make_confirmed, make_signature

AUDIT_DETAILS = {"action": "racism/hate-crimes", "actor": "grace@example.org"}
HOUR = timedelta(hours=1)


def mark_sent(at) -> None:
    for mail in db.session.scalars(select(OutboxMail).filter_by(status="queued")):
        mail.status, mail.sent_at, mail.recipient, mail.queued_at = "sent", at, None, at
    db.session.commit()


def test_the_confirmation_email_is_queued_again(app):
    signature = make_signature(make_action(), email="ada@example.org")
    mark_sent(NOON)

    resend(signature, now=NOON + HOUR, **AUDIT_DETAILS)

    mail = db.session.scalars(select(OutboxMail).filter_by(status="queued")).one()
    assert (mail.template, mail.recipient, mail.locale) == ("sign", "ada@example.org", "en")
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.subject, entry.details["change"]) == (signature.public_id, "resent")


def test_no_email_is_resent_while_one_is_queued_or_within_an_hour(app):
    signature = make_signature(make_action())

    with pytest.raises(ResendLimitReached):
        resend(signature, now=NOON + 5 * HOUR, **AUDIT_DETAILS)
    mark_sent(NOON)
    with pytest.raises(ResendLimitReached):
        resend(signature, now=NOON + HOUR / 2, **AUDIT_DETAILS)


def test_at_most_three_emails_a_day_are_sent(app):
    signature = make_signature(make_action())
    for hour in (0, 2):
        mark_sent(NOON + hour * HOUR)
        resend(signature, now=NOON + (hour + 2) * HOUR, **AUDIT_DETAILS)
    mark_sent(NOON + 4 * HOUR)

    with pytest.raises(ResendLimitReached):
        resend(signature, now=NOON + 9 * HOUR, **AUDIT_DETAILS)


def test_only_a_pending_signature_gets_the_email_again(app):
    signature = make_confirmed(make_action())

    with pytest.raises(NotPending):
        resend(signature, now=NOON + 9 * HOUR, **AUDIT_DETAILS)
