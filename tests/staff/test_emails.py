"""Mails to staff: in their language, at once, whatever else their mailbox has had."""

from pathlib import Path

import pytest
from sqlalchemy import select

from campaign_actions.core.db.session import db, utc_now, write_transaction
from campaign_actions.core.mail.render import AddressMailMaker, mail_makers, render_mail
from campaign_actions.core.security.email_address import email_key
from campaign_actions.outbox.lease import TO_STAFF, lease
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.emails import staff_mails
from campaign_actions.staff.invitations import invite
from tests.support.factories import NOON, make_staff


def queue(template: str, member, **values) -> None:
    row = OutboxMail(
        template=template,
        email_key=email_key(member.email),
        locale="en",
        about=member.id,
        **{"recipient": member.email, "queued_at": NOON, "due_at": NOON} | values,
    )
    db.session.add(row)
    db.session.commit()


def taken() -> list[str]:
    with write_transaction() as connection:
        return [
            row.template for bundle in lease(connection, NOON, per_day=1) for row in bundle.rows
        ]


def test_a_mail_to_staff_goes_out_though_the_mailbox_has_had_its_number(app):
    member = make_staff("reviewer")
    queue("sign", member, status="sent", sent_at=NOON, recipient=None)
    queue("sign", member)
    queue("staff-reset", member)

    assert taken() == ["staff-reset"]
    waiting = db.session.scalars(select(OutboxMail).filter_by(template="sign", status="queued"))
    assert [row.is_held for row in waiting] == [True]


def test_mails_to_staff_take_nothing_from_the_number_of_a_mailbox(app):
    member = make_staff("reviewer")
    queue("staff-reset", member, status="sent", sent_at=NOON, recipient=None)
    queue("sign", member)

    assert taken() == ["sign"]


def test_all_mails_to_staff_are_known_as_such(app):
    assert all(name.startswith(TO_STAFF) for name in staff_mails())
    assert staff_mails().keys() <= mail_makers().keys()


@pytest.mark.parametrize("template", sorted(staff_mails()))
def test_each_mail_to_staff_can_be_read(app, template):
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


def test_an_invitation_really_arrives(app):
    invite("ada@example.org", {"reviewer": None}, locale="en", actor="x", now=utc_now())

    app.test_cli_runner().invoke(args=["outbox", "deliver"])

    files = sorted((Path(app.instance_path) / "mail").glob("*.eml"))
    assert any(b"ada@example.org" in file.read_bytes() for file in files)
