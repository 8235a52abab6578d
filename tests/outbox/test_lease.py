"""The daily limit of a mailbox: emails over it are held and go out as one."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from campaign_actions.core.db.session import db, write_transaction
from campaign_actions.core.mail.mime import MailRefused
from campaign_actions.core.mail.render import MailDelayed
from campaign_actions.outbox.deliver import Delivered, Sender, deliver_due
from campaign_actions.outbox.lease import DAY, lease
from campaign_actions.outbox.models import OutboxMail
from tests.support.outbox import (
    ADA,
    NOON,
    FailingTransport,
    note,
    only_row,
    rows,
    text_of,
    titles_in,
)

HOUR = timedelta(hours=1)


def queue_many(post, number, **values):
    for about in range(1, number + 1):
        post.queue(about=about, **values)


def test_a_mailbox_gets_five_emails_a_day_and_the_others_are_held(app, post):
    queue_many(post, 8)

    delivered = post.deliver()

    assert delivered.sent == 5
    assert post.titles() == [f"Title {about}" for about in range(1, 6)]
    waiting = rows()[5:]
    assert {(row.status, row.is_held, row.due_at) for row in waiting} == {
        ("queued", True, NOON + DAY)
    }


def test_emails_over_the_limit_go_out_as_one_after_a_day(app, post):
    queue_many(post, 8)
    post.deliver()

    too_soon = post.deliver(NOON + DAY - timedelta(seconds=1))
    delivered = post.deliver(NOON + DAY)

    assert (too_soon.sent, delivered.sent) == (0, 1)
    digest = post.arrived()[5]
    assert digest["Subject"] == "3 emails from us: Title 6; Title 7; …"
    assert titles_in(text_of(digest)) == ["Title 6", "Title 7", "Title 8"]
    for about in (6, 7, 8):
        assert f"/en/confirm/{about}/" in text_of(digest)
        assert f"/en/withdraw/{about}/" in digest.get_body(("html",)).get_content()
    assert {row.status for row in rows()} == {"sent"}


def test_a_digest_counts_as_one_email(app, post):
    queue_many(post, 12)
    post.deliver()
    post.deliver(NOON + DAY)

    queue_many(post, 6, now=NOON + DAY)
    delivered = post.deliver(NOON + DAY)

    assert delivered.sent == 4


def test_an_email_counts_for_the_limit_for_24_hours(app, post):
    for hour in range(5):
        post.queue(about=hour, now=NOON + hour * HOUR)
        post.deliver(NOON + hour * HOUR)
    post.queue(about=5, now=NOON + 5 * HOUR)
    post.deliver(NOON + 5 * HOUR)

    first_free = rows()[-1].due_at
    post.queue(about=6, now=first_free)
    post.deliver(first_free)
    post.queue(about=7, now=first_free)
    post.deliver(first_free)

    assert first_free == NOON + DAY
    assert rows()[-1].due_at == NOON + HOUR + DAY


@pytest.mark.parametrize("spelling", ["ADA@example.org", "ada+again@example.org"])
def test_all_spellings_of_a_mailbox_are_counted_together(app, post, spelling):
    queue_many(post, 5)
    post.queue(to=spelling)

    assert post.deliver().sent == 5


def test_other_mailboxes_are_not_held(app, post):
    queue_many(post, 8)
    post.queue(to="bo@example.org")

    assert post.deliver().sent == 6
    assert post.arrived()[-1]["To"] == "bo@example.org"


def test_an_email_queued_while_others_are_held_joins_their_digest(app, post):
    queue_many(post, 6)
    post.deliver()
    post.queue(about=7, now=NOON + DAY)

    assert post.deliver(NOON + DAY).sent == 1
    assert titles_in(text_of(post.arrived()[-1])) == ["Title 6", "Title 7"]


def test_a_single_held_email_is_not_a_digest(app, post):
    queue_many(post, 6)
    post.deliver()

    post.deliver(NOON + DAY)

    assert post.arrived()[-1]["Subject"] == "Confirm your signature: Title 6"
    assert "doesn’t track you" in text_of(post.arrived()[-1])


def test_a_digest_contains_the_same_email_only_once(app, post):
    queue_many(post, 5)
    for about in (6, 6, 7, 6):
        post.queue(about=about)
    post.deliver()

    post.deliver(NOON + DAY)

    assert titles_in(text_of(post.arrived()[-1])) == ["Title 6", "Title 7"]


def test_each_part_of_a_digest_keeps_one_row_with_the_time_of_its_text(app, post):
    queue_many(post, 5)
    for about in (6, 6, 7, 6):
        post.queue(about=about)
    post.deliver()
    written = []
    post.mails["note"] = lambda *given: written.append(given[-1]) or note(*given)
    clock = iter(NOON + DAY + timedelta(seconds=n) for n in range(100))

    deliver_due(Sender(post.transport, post.mails, 5), lambda: next(clock))

    digest = [row for row in rows() if row.sent_at and row.sent_at > NOON]
    assert [(row.about, row.status) for row in digest] == [(6, "sent"), (7, "sent")]
    assert {row.sent_at for row in digest} == set(written)


def test_a_digest_leaves_out_dropped_and_failed_emails(app, post):
    queue_many(post, 5)
    post.queue(about=6)
    post.queue("nothing")
    post.queue("broken")
    post.queue(about=7)
    post.deliver()

    delivered = post.deliver(NOON + DAY)

    assert delivered == Delivered(sent=1, dropped=1, delayed=1)
    assert titles_in(text_of(post.arrived()[-1])) == ["Title 6", "Title 7"]
    (broken,) = [row for row in rows() if row.status == "queued"]
    assert broken.template == "broken"


def test_a_digest_is_in_the_language_and_to_the_address_used_last(app, post):
    queue_many(post, 5)
    post.queue(about=6, to="ada@example.org", locale="en")
    post.queue(about=7, to="Ada@Example.org", locale="ar")
    post.deliver()

    post.deliver(NOON + DAY)

    digest = post.arrived()[-1]
    assert (digest["To"], digest["Content-Language"]) == ("Ada@Example.org", "ar")
    html = digest.get_body(("html",)).get_content()
    assert '<html lang="ar" dir="rtl"' in html
    assert '<div class="part" dir="ltr" lang="en"' in html


def test_a_delayed_digest_is_retried_as_a_whole(app, post):
    queue_many(post, 7)
    post.deliver()
    files, post.transport = post.transport, FailingTransport(MailDelayed("450"))

    delayed = post.deliver(NOON + DAY)
    post.transport = files
    sent = post.deliver(NOON + DAY + timedelta(minutes=1))

    assert (delayed.delayed, sent.sent) == (2, 1)
    assert titles_in(text_of(post.arrived()[-1])) == ["Title 6", "Title 7"]


def test_a_digest_that_is_refused_is_dead_as_a_whole(app, post):
    queue_many(post, 7)
    post.deliver()
    post.transport = FailingTransport(MailRefused("550"))

    assert post.deliver(NOON + DAY) == Delivered(dead=2)
    assert [row.status for row in rows()[5:]] == ["dead", "dead"]


def test_refused_emails_do_not_count_for_the_limit(app, post):
    post.transport = FailingTransport(*[MailRefused("550")] * 5)
    queue_many(post, 10)

    assert post.deliver() == Delivered(sent=5, dead=5)


def test_digests_with_different_parts_have_different_names(app, post):
    queue_many(post, 7)
    post.deliver()
    post.transport = FailingTransport(MailDelayed("lost answer"))
    post.deliver(NOON + DAY)
    post.queue(about=8, now=NOON + DAY)

    post.deliver(NOON + DAY + timedelta(minutes=1))

    (_name, first), (_same, second) = post.transport.names
    assert first != second


def test_a_limit_of_zero_is_no_limit(app, post):
    post.daily_limit = 0
    queue_many(post, 9)

    assert post.deliver().sent == 9


def test_a_mailbox_with_a_leased_email_is_left_alone(app, post):
    queue_many(post, 2)
    post.queue(to="bo@example.org")

    with write_transaction() as connection:
        (first, second) = lease(connection, NOON, daily_limit=5)
    with write_transaction() as connection:
        third = lease(connection, NOON, daily_limit=5)

    assert [row.about for row in first.rows] == [1]
    assert [row.recipient for row in second.rows] == ["bo@example.org"]
    assert third == []


def test_due_emails_are_found_by_an_index_among_many_sent_ones(app):
    done = {"template": "note", "recipient": None, "locale": "en", "queued_at": NOON}
    with write_transaction() as connection:
        for start in range(0, 20_000, 1000):
            connection.execute(
                insert(OutboxMail),
                [
                    done
                    | {
                        "email_key": f"{number:040}",
                        "status": "sent",
                        "sent_at": NOON,
                        "due_at": NOON + timedelta(days=2),
                    }
                    for number in range(start, start + 1000)
                ],
            )
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("analyze outbox_mails"))

    plans = [
        plan(post_query)
        for post_query in (
            "select id from outbox_mails where status = 'queued' and lane = 'signer'"
            " and due_at <= '2026-11-25 12:00:00'"
            " and (leased_until is null or leased_until <= '2026-11-25 12:00:00')"
            " order by due_at limit 1",
            "select sent_at from outbox_mails where email_key = 'a'"
            " and sent_at > '2026-11-25 12:00:00' order by sent_at desc limit 5",
        )
    ]

    assert "ix_outbox_mails_status_lane_due_at" in plans[0]
    assert "ix_outbox_mails_email_key_sent_at" in plans[1]
    assert not [text for text in plans if "Seq Scan" in text or "SCAN outbox" in text]


def plan(query):
    explain = "explain" if db.engine.dialect.name == "postgresql" else "explain query plan"
    return "\n".join(str(row) for row in db.session.execute(text(f"{explain} {query}")))


def test_an_email_queued_for_later_is_not_due(app, post):
    post.queue(now=NOON + HOUR)

    assert post.deliver().sent == 0
    assert only_row().recipient == ADA
