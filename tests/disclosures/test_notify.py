"""Emails to the people who have files in which something has to be deleted: one a day, then one a week."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign_actions.actions.changes.number import number_changes
from campaign_actions.actions.signatures.withdraw import withdraw
from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import RenderedMail, render_mail
from campaign_actions.disclosures.deletions.follow import follow_changes
from campaign_actions.disclosures.deletions.reported import destroy, tick_off
from campaign_actions.disclosures.notify import (
    MAIL_TEMPLATE,
    deletion_mails,
    files_needing_deletion,
    notify_holders,
)
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.staff.models import StaffMember
from tests.support.exports import export_file, make_export
from tests.support.factories import NOON, make_action, make_campaign, make_confirmed, make_staff

KEEP = {"keep_months": 12}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GRACE = "grace@example.org"


@pytest.fixture
def grace(app) -> StaffMember:
    return make_staff("exporter", email=GRACE)


def export_of(action, member, number: int = 2) -> tuple:
    """A file of so many people; its record and their signatures."""
    signatures = [make_confirmed(action) for _number in range(number)]
    staff_id = member.id if member else None
    return export_file(make_export(action, staff_id=staff_id))[1], signatures


def leave(signature, *, now=NOON) -> None:
    withdraw(signature, now=now)
    number_changes()
    follow_changes(now, **KEEP)


def notify(now=NOON) -> int:
    return notify_holders(now, **KEEP)


def recipients() -> list[str]:
    db.session.commit()  # ends the snapshot that the test reads in
    mails = select(OutboxMail.recipient).filter_by(template=MAIL_TEMPLATE)
    return sorted(db.session.scalars(mails))


def render(member) -> RenderedMail | None:
    """The email as it is sent, or None if it is not."""
    make = deletion_mails(**KEEP)[MAIL_TEMPLATE]
    db.session.commit()  # ends the snapshot that the test reads in
    mail = make(member.id, "", "en", NOON)
    return mail and render_mail(mail.template, locale="en", values=mail.values, links=mail.links)


def test_nobody_is_told_while_there_is_nothing_to_delete(grace):
    export_of(make_action(), grace)

    assert notify() == 0
    assert (recipients(), files_needing_deletion(grace, NOON, **KEEP)) == ([], [])


def test_a_holder_of_several_files_gets_one_email(grace):
    make_staff("exporter")
    action = make_action()
    _first, (signature, _other) = export_of(action, grace)
    export_of(action, grace)

    leave(signature)
    count = notify()

    assert (count, recipients()) == (1, [GRACE])
    assert len(files_needing_deletion(grace, NOON, **KEEP)) == 2


@pytest.mark.parametrize(
    ("after", "has_news", "is_told"),
    [
        (HOUR, True, False),
        (DAY - HOUR, True, False),
        (DAY, True, True),
        (DAY, False, False),
        (7 * DAY - HOUR, False, False),
        (7 * DAY, False, True),
    ],
)
def test_the_next_email_comes_after_a_day_with_news_or_after_a_week(
    grace, after, has_news, is_told
):
    _record, (first, second) = export_of(make_action(), grace)
    leave(first)
    notify()

    if has_news:
        leave(second, now=NOON + after)
    count = notify(NOON + after)

    assert count == is_told
    assert recipients() == [GRACE] * (1 + is_told)


def test_another_file_is_no_reason_for_a_second_email_on_the_same_day(grace):
    action = make_action()
    _one, (first, _other) = export_of(action, grace)
    leave(first)
    notify()

    _two, (second, _other) = export_of(action, grace)
    leave(second, now=NOON + HOUR)
    counts = [notify(NOON + after) for after in (2 * HOUR, DAY)]

    assert counts == [0, 1]


def test_news_that_were_ticked_off_are_none(grace):
    record, (first, second) = export_of(make_action(), grace)
    leave(first)
    notify()

    leave(second, now=NOON + HOUR)
    tick_off(record, [second.public_id], until=NOON + HOUR, by=1, actor=GRACE, now=NOON + HOUR)

    assert notify(NOON + DAY) == 0


@pytest.mark.parametrize("how", ["ticked off", "destroyed"])
def test_someone_who_has_seen_to_everything_gets_no_email(grace, how):
    record, (signature, _other) = export_of(make_action(), grace)
    leave(signature)
    notify()
    queued = render(grace)

    if how == "ticked off":
        tick_off(record, None, until=NOON, by=grace.id, actor=GRACE, now=NOON)
    else:
        destroy(record, by=grace.id, actor=GRACE, now=NOON)

    assert queued is not None
    assert render(grace) is None, "not even the one that was queued before"
    assert notify(NOON + 7 * DAY) == 0


def test_files_that_are_overdue_are_named(grace):
    action = make_action(closes_at=NOON + HOUR)
    record, _signatures = export_of(action, grace)

    counts = [notify(NOON + DAY * days) for days in (360, 366, 367)]

    assert counts == [0, 1, 0]
    assert [one.id for one in files_needing_deletion(grace, NOON + 366 * DAY, **KEEP)] == [
        record.id
    ]


@pytest.mark.parametrize("holder", ["command", "disabled", "other role", "other campaign"])
def test_files_without_a_holder_concern_everyone_who_may_export_the_campaign(app, holder):
    action = make_action()
    other = make_campaign(slug="other")
    member = {
        "command": lambda: None,
        "disabled": lambda: make_staff("exporter", active=False),
        "other role": lambda: make_staff("campaigner"),
        "other campaign": lambda: make_staff("exporter", campaigns=(other.id,)),
    }[holder]()
    make_staff("exporter", email="everywhere@example.org")
    make_staff("exporter", email="here@example.org", campaigns=(action.campaign_id,))
    make_staff("exporter", email="elsewhere@example.org", campaigns=(other.id,))
    make_staff("administrator", email="nowhere@example.org")
    _record, (signature, _other) = export_of(action, member)

    leave(signature)
    notify()

    assert recipients() == ["everywhere@example.org", "here@example.org"]


def test_the_email_names_the_files_and_links_to_the_page(grace):
    record, (signature, _other) = export_of(make_action(), grace)
    leave(signature)

    mail = render(grace)

    assert mail.subject == "Please delete data in 1 exported file"
    for part in (mail.text, mail.html):
        assert record.file_name in part
        assert "http://actions.example.org/staff/exports/" in part
        assert signature.public_id not in part
        assert signature.email not in part


def test_the_email_names_at_most_twenty_files(grace):
    action = make_action()
    signature = make_confirmed(action)
    for _number in range(22):
        export_file(make_export(action, staff_id=grace.id))
    leave(signature)

    mail = render(grace)

    assert mail.subject == "Please delete data in 22 exported files"
    assert mail.text.count("- racism-hate-crimes-team-") == 20
    assert "- and 2 more" in mail.text


def test_someone_who_was_disabled_gets_no_email(grace):
    _record, (signature, _other) = export_of(make_action(), grace)
    leave(signature)
    notify()

    grace.active = False
    db.session.commit()

    assert render(grace) is None
