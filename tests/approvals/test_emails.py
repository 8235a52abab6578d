"""The emails about requests: to those who may approve, without a word that somebody typed."""

import pytest
from sqlalchemy import select

from campaign_actions.approvals.decide import approve, decline
from campaign_actions.approvals.emails import approval_mails
from campaign_actions.approvals.expire import expire
from campaign_actions.approvals.notify import ASKED, DECIDED
from campaign_actions.approvals.request import LIFETIME, cancel, request_approval
from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import render_mail
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.administration import Disable, change_roles
from tests.support.approvers import LATER, make_people
from tests.support.factories import make_staff


@pytest.fixture
def people(app):
    return make_people()


def ask(people) -> int:
    reason = "https://evil.example/ Click here"
    return request_approval(Disable(people.cyd.id), by=people.ada, reason=reason, now=LATER)


def written(template, request_id, member, *, locale="en", now=LATER):
    """The mail as it is read, or None where there is nothing to say."""
    mail = approval_mails()[template](request_id, email_key(member.email), locale, now)
    if mail is None:
        return None
    return render_mail(mail.template, locale=locale, values=mail.values, links=mail.links)


def test_they_are_queued_in_the_lane_of_staff(people):
    ask(people)

    assert set(db.session.scalars(select(OutboxMail.lane))) == {"staff"}


def test_it_says_who_asks_for_what_and_leads_to_the_page(people):
    request_id = ask(people)

    mail = written(ASKED, request_id, people.bea)

    link = f"http://actions.example.org/staff/approvals/{request_id}/"
    assert mail.subject == "Approval needed: Disable cyd@example.org"
    assert all(words in mail.text for words in ("ada@example.org", link))
    assert link in mail.html
    assert "evil" not in mail.text + mail.html


@pytest.mark.parametrize("end", ["approved", "declined", "cancelled", "expired"])
def test_there_is_nothing_to_say_once_it_is_decided(people, end):
    request_id = ask(people)
    {
        "approved": lambda: approve(request_id, by=people.bea, note="", now=LATER),
        "declined": lambda: decline(request_id, by=people.bea, note="", now=LATER),
        "cancelled": lambda: cancel(request_id, by=people.ada, now=LATER),
        "expired": lambda: expire(LATER + LIFETIME),
    }[end]()

    assert written(ASKED, request_id, people.bea) is None


def test_who_may_no_longer_approve_it_gets_none(people):
    make_staff("administrator")
    request_id = ask(people)
    change_roles(people.bea, {"reviewer": None}, actor=COMMAND, now=LATER)

    assert written(ASKED, request_id, people.bea) is None
    assert written(ASKED, request_id, people.ada) is None


@pytest.mark.parametrize(
    ("end", "subject"),
    [("approve", "Approved: "), ("decline", "Declined: "), ("expire", "Expired: ")],
)
def test_the_requester_reads_how_it_ended(people, end, subject):
    request_id = ask(people)
    {
        "approve": lambda: approve(request_id, by=people.bea, note="", now=LATER),
        "decline": lambda: decline(request_id, by=people.bea, note="", now=LATER),
        "expire": lambda: expire(LATER + LIFETIME),
    }[end]()

    mail = written(DECIDED, request_id, people.ada)

    assert mail.subject == f"{subject}Disable cyd@example.org"


def test_a_mail_about_a_request_that_is_forgotten_says_nothing(people):
    assert written(ASKED, 4711, people.bea) is None
    assert written(DECIDED, 4711, people.ada) is None
