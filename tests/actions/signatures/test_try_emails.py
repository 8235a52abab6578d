"""Staff send themselves the emails of an action, as signers get them, with links that do not work."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.models import EmailTrial
from campaign_actions.actions.signatures.try_emails import email_trials, trial_mails, try_emails
from campaign_actions.audit.models import AuditEntry
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import render_mail
from campaign_actions.outbox.models import OutboxMail
from tests.support.drafts import make_draft
from tests.support.factories import NOON, make_staff

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
MAILS = trial_mails(timedelta(days=14))


@pytest.fixture
def grace(app):
    make_draft()
    return make_staff("campaigner")


def test_both_emails_that_everyone_gets_are_queued_and_recorded(grace):
    try_emails(1, "ru", by=grace, now=NOON)

    queued = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
    assert [(mail.template, mail.recipient, mail.locale, mail.lane) for mail in queued] == [
        ("staff-try-confirm", grace.email, "ru", "staff"),
        ("staff-try-receipt", grace.email, "ru", "staff"),
    ]
    assert {mail.template for mail in queued} == set(MAILS)
    (entry,) = db.session.scalars(select(AuditEntry).filter_by(event="emails-tried"))
    assert (entry.actor, entry.subject) == (grace.email, "racism/hate-crimes")
    assert entry.details["language"] == "ru"


def test_the_last_trial_of_each_language_is_kept(grace):
    later = NOON + timedelta(hours=1)
    for locale, now in (("en", NOON), ("ru", NOON), ("en", later)):
        try_emails(1, locale, by=grace, now=now)

    trials = email_trials([1])

    assert [(trial.locale, trial.tried_at) for trial in trials] == [("en", later), ("ru", NOON)]
    assert db.session.scalars(select(EmailTrial.staff_id)).all() == [grace.id, grace.id]


@pytest.mark.parametrize("name", ["staff-try-confirm", "staff-try-receipt"])
def test_an_email_has_the_texts_of_the_draft_and_no_link_to_a_signature(grace, name):
    mail = MAILS[name](1, "key", "ru", NOON)

    rendered = render_mail(mail.template, locale="ru", values=mail.values, links=mail.links)
    assert "Title of hate-crimes (ru)" in rendered.subject
    assert "/ru/withdraw/preview/" in rendered.text


def test_nothing_is_sent_in_a_language_without_a_text(grace):
    assert MAILS["staff-try-confirm"](1, "key", "fr", NOON) is None
