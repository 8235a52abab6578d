"""What the tests of updates do again and again."""

from sqlalchemy import select

from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.outbox.deliver import Sender, deliver_due
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.updates import send
from campaign_actions.updates.draft import fingerprint
from campaign_actions.updates.models import Update
from campaign_actions.updates.queries import texts_of
from tests.support.factories import NOON, make_confirmed

WHO = {"name": "racism/hate-crimes", "actor": "grace@example.org"}


def make_readers(action, number, **details):
    """So many who confirmed and want updates; the mails to confirm are out of the way."""
    found = [make_confirmed(action, wants_updates=True, **details) for _ in range(number)]
    db.session.execute(OutboxMail.__table__.delete())
    db.session.commit()
    return found


def start(update, now=NOON):
    seen = fingerprint(texts_of(update.id).values())
    return send.start(update.id, seen=seen, now=now, **WHO)


def queue_all(now=NOON):
    """As often as the worker would, as long as there is something to queue."""
    while send.send_on(now):
        pass


def deliver(app, url, now=NOON, *, stopping=lambda: False, per_day=5):
    app.config["MAIL_URL"] = url
    courier = Sender(open_transport(), mail_makers.of(app), per_day)
    done = deliver_due(courier, lambda: now, stopping)
    courier.transport.close()
    return done


def fresh(update):
    db.session.rollback()
    return db.session.get_one(Update, update.id, populate_existing=True)


def queued(update):
    """The rows of an update in the outbox, in their order."""
    db.session.rollback()
    rows = select(OutboxMail).filter_by(update_id=update.id).order_by(OutboxMail.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()
