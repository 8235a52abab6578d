"""Emails about requests: to those who may approve, without text that anyone typed."""

import pytest
from sqlalchemy import select

from campaign_actions.approvals.decide import approve, decline
from campaign_actions.approvals.emails import approval_mails
from campaign_actions.approvals.expire import expire_requests
from campaign_actions.approvals.lifetime import REQUEST_LIFETIME
from campaign_actions.approvals.notifications import DECIDED_MAIL, REQUESTED_MAIL
from campaign_actions.approvals.request import cancel, request_approval
from campaign_actions.audit.log import COMMAND
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import render_mail
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.change_roles import ChangeRoles
from campaign_actions.staff.dual_control import apply_alone
from campaign_actions.staff.manage_members import DisableMember
from tests.support.approvers import LATER, make_people
from tests.support.factories import make_staff


@pytest.fixture
def people(app):
    return make_people()


def request(people) -> int:
    reason = "https://evil.example/ Click here"
    return request_approval(DisableMember(people.cyd.id), by=people.ada, reason=reason, now=LATER)


def render(template, request_id, member, *, locale="en", now=LATER):
    """The rendered email, or None if there is none."""
    mail = approval_mails()[template](request_id, email_key(member.email), locale, now)
    if mail is None:
        return None
    return render_mail(mail.template, locale=locale, values=mail.values, links=mail.links)


def test_they_are_queued_in_the_lane_of_staff(people):
    request(people)

    assert set(db.session.scalars(select(OutboxMail.lane))) == {"staff"}


def test_the_email_says_who_asks_for_what_and_links_to_the_page(people):
    request_id = request(people)

    mail = render(REQUESTED_MAIL, request_id, people.bea)

    link = f"http://actions.example.org/staff/approvals/{request_id}/"
    assert mail.subject == "Approval needed: disable cyd@example.org"
    assert all(words in mail.text for words in ("ada@example.org", link))
    assert link in mail.html
    assert "evil" not in mail.text + mail.html


@pytest.mark.parametrize("end", ["approved", "declined", "cancelled", "expired"])
def test_no_email_asks_for_a_decision_that_was_made(people, end):
    request_id = request(people)
    {
        "approved": lambda: approve(request_id, by=people.bea, note="", now=LATER),
        "declined": lambda: decline(request_id, by=people.bea, note="", now=LATER),
        "cancelled": lambda: cancel(request_id, by=people.ada, now=LATER),
        "expired": lambda: expire_requests(LATER + REQUEST_LIFETIME),
    }[end]()

    assert render(REQUESTED_MAIL, request_id, people.bea) is None


def test_members_who_may_no_longer_approve_get_no_email(people):
    make_staff("administrator")
    request_id = request(people)
    apply_alone(ChangeRoles.of(people.bea.id, {"reviewer": None}, None), actor=COMMAND, now=LATER)

    assert render(REQUESTED_MAIL, request_id, people.bea) is None
    assert render(REQUESTED_MAIL, request_id, people.ada) is None


@pytest.mark.parametrize(
    ("end", "subject"),
    [
        ("approve", "Request approved: "),
        ("decline", "Request declined: "),
        ("expire", "Request expired: "),
    ],
)
def test_the_requester_is_emailed_the_decision(people, end, subject):
    request_id = request(people)
    {
        "approve": lambda: approve(request_id, by=people.bea, note="", now=LATER),
        "decline": lambda: decline(request_id, by=people.bea, note="", now=LATER),
        "expire": lambda: expire_requests(LATER + REQUEST_LIFETIME),
    }[end]()

    mail = render(DECIDED_MAIL, request_id, people.ada)

    assert mail.subject == f"{subject}disable cyd@example.org"


def test_no_email_is_sent_about_a_deleted_request(people):
    assert render(REQUESTED_MAIL, 4711, people.bea) is None
    assert render(DECIDED_MAIL, 4711, people.ada) is None
