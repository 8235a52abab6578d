"""A pending signature is reminded once, and erased after a month."""

from datetime import timedelta

from sqlalchemy import select

from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.reminders import expire, remind
from campaign_actions.core.db.session import db
from campaign_actions.outbox.models import OutboxMail
from tests.support.factories import NOON, make_action, make_confirmed, make_signature

LIMITS = {"erase_after": timedelta(days=30), "link_life": timedelta(days=14)}


def mails() -> list[str]:
    return list(db.session.scalars(select(OutboxMail.template).order_by(OutboxMail.id)))


def test_one_reminder_is_sent_after_two_days(app):
    make_signature(make_action())

    early = remind(NOON + timedelta(hours=47), **LIMITS)
    due = remind(NOON + timedelta(hours=48), **LIMITS)
    again = remind(NOON + timedelta(days=20), **LIMITS)

    assert (early, due, again) == (0, 1, 0)
    assert mails() == ["sign", "remind"]


def test_a_confirmed_signature_is_not_reminded(app):
    make_confirmed(make_action())

    assert remind(NOON + timedelta(days=3), **LIMITS) == 0


def test_a_signature_not_confirmed_within_a_month_is_erased(app):
    signature = make_signature(make_action())
    remind(NOON + timedelta(days=2), **LIMITS)

    early = expire(NOON + timedelta(days=29))
    due = expire(NOON + timedelta(days=30))

    db.session.refresh(signature)
    assert (early, due) == (0, 1)
    assert (signature.status, signature.email) == ("erased", None)


def test_after_an_outage_a_reminder_still_leaves_time_to_confirm(app):
    make_signature(make_action())
    late = NOON + timedelta(days=40)

    expired_first = expire(late)
    reminded = remind(late, **LIMITS)
    expired_in_time = expire(late + timedelta(days=14))
    expired_later = expire(late + timedelta(days=15))

    assert (expired_first, reminded, expired_in_time, expired_later) == (0, 1, 0, 1)


def test_confirmed_signatures_do_not_expire(app):
    signature = make_confirmed(make_action())

    expire(NOON + timedelta(days=4000))

    assert db.session.scalars(select(Signature.status)).all() == ["confirmed"]
    assert signature.email is not None
