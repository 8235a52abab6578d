"""Emails to staff: in their language, without delay, outside the limit of their mailbox."""

from pathlib import Path

import pytest
from sqlalchemy import select

from campaign_actions.core.db.session import db, utc_now, write_transaction
from campaign_actions.core.mail.render import AddressMailMaker, mail_makers, render_mail
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.lease import lease
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.authentication.password_reset import request_reset
from campaign_actions.staff.emails import staff_mails
from campaign_actions.staff.invitations import invite
from campaign_actions.staff.notifications import enqueue_staff_mail
from tests.support.factories import NOON, make_staff


def enqueue(template: str, member, **values) -> None:
    row = OutboxMail(
        template=template,
        email_key=email_key(member.email),
        locale="en",
        about=member.id,
        **{"recipient": member.email, "queued_at": NOON, "due_at": NOON} | values,
    )
    db.session.add(row)
    db.session.commit()


def delivered_templates() -> list[str]:
    with write_transaction() as connection:
        return [
            row.template for bundle in lease(connection, NOON, daily_limit=1) for row in bundle.rows
        ]


def test_staff_emails_ignore_the_limit_of_a_mailbox(app):
    member = make_staff("reviewer")
    enqueue("sign", member, status="sent", sent_at=NOON, recipient=None)
    enqueue("sign", member)
    enqueue("staff-reset", member, lane="staff")

    assert delivered_templates() == ["staff-reset"]
    assert delivered_templates() == []


def test_staff_emails_do_not_count_towards_the_limit_of_a_mailbox(app):
    member = make_staff("reviewer")
    enqueue("staff-reset", member, lane="staff", status="sent", sent_at=NOON, recipient=None)
    enqueue("sign", member)

    assert delivered_templates() == ["sign"]


def test_emails_to_staff_are_queued_in_their_lane(app):
    member = make_staff("reviewer")
    with write_transaction() as connection:
        enqueue_staff_mail(connection, "staff-factor-changed", member, NOON)
    request_reset(member.email, locale="en", now=NOON)

    lanes = db.session.execute(select(OutboxMail.template, OutboxMail.lane)).all()
    assert sorted(map(tuple, lanes)) == [
        ("staff-factor-changed", "staff"),
        ("staff-reset", "staff"),
    ]


def test_all_emails_to_staff_have_a_mail_maker(app):
    assert staff_mails().keys() <= mail_makers().keys()


@pytest.mark.parametrize("template", sorted(staff_mails()))
def test_every_staff_email_renders(app, template):
    password = None if template == "staff-invite" else "hash"
    member = make_staff("campaigner", email="ada@example.org", password=password)
    make = staff_mails()[template]

    key, now = email_key(member.email), utc_now()
    by_address = isinstance(make, AddressMailMaker)
    mail = make.make(member.email, key, now) if by_address else make(member.id, key, "en", now)
    rendered = render_mail(mail.template, locale="en", values=mail.values, links=mail.links)

    (link,) = mail.links.values()
    assert link.startswith("http://actions.example.org/staff/")
    assert link in rendered.text
    assert link in rendered.html
    assert rendered.subject
    assert mail.to == "ada@example.org"


def test_an_invitation_is_delivered(app):
    invite("ada@example.org", {"reviewer": None}, locale="en", actor="x", now=utc_now())

    app.test_cli_runner().invoke(args=["outbox", "deliver"])

    files = sorted((Path(app.instance_path) / "mail").glob("*.eml"))
    assert any(b"ada@example.org" in file.read_bytes() for file in files)
