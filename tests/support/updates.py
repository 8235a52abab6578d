"""Steps shared by the tests of updates."""

from sqlalchemy import select

from campaign_actions.core.db.session import db
from campaign_actions.core.mail.render import mail_makers
from campaign_actions.core.mail.transports import open_transport
from campaign_actions.outbox.deliver import Sender, deliver_due
from campaign_actions.outbox.models import OutboxMail
from campaign_actions.updates import queue_batches, send
from campaign_actions.updates.draft import fingerprint
from campaign_actions.updates.models import Update
from tests.support.factories import NOON, make_action, make_confirmed, make_update

WHO = {"name": "racism/hate-crimes", "actor": "grace@example.org"}


def make_recipients(action, number, **details):
    """Confirmed signers who want updates. Their confirmation emails are deleted."""
    found = [make_confirmed(action, wants_updates=True, **details) for _ in range(number)]
    db.session.execute(OutboxMail.__table__.delete())
    db.session.commit()
    return found


def make_update_for(recipients, **values):
    """A draft about a new action with this many recipients."""
    action = make_action()
    make_recipients(action, recipients)
    return make_update(action, **values)


def start_update(update, now=NOON):
    seen = fingerprint(db.session.connection(), update.id)
    return send.start(update.id, seen=seen, now=now, **WHO)


def queue_all(now=NOON):
    """Queue batches as the worker does, until there are none left."""
    while queue_batches.queue_next_batches(now):
        pass


def deliver(app, url, now=NOON, *, stopping=lambda: False, daily_limit=5):
    app.config["MAIL_URL"] = url
    sender = Sender(open_transport(), mail_makers.of(app), daily_limit)
    done = deliver_due(sender, lambda: now, stopping)
    sender.transport.close()
    return done


def reload_update(update):
    db.session.rollback()
    return db.session.get_one(Update, update.id, populate_existing=True)


def queued_emails(update):
    """The queued emails of an update."""
    db.session.rollback()
    rows = select(OutboxMail).filter_by(update_id=update.id).order_by(OutboxMail.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()
