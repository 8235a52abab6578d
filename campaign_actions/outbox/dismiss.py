"""Taking failed emails off the list of those to attend to. They keep their status, without the address."""

from collections.abc import Collection

from sqlalchemy import Connection, update

from campaign_actions.outbox.models import IS_FAILED, OutboxMail

BATCH_SIZE = 500  # ids in one statement


def dismiss_failed(connection: Connection, mail_ids: Collection[int]) -> int:
    """In the caller's transaction; returns how many had failed and were not dismissed before."""
    count = 0
    ids = sorted(mail_ids)
    for batch in (ids[at : at + BATCH_SIZE] for at in range(0, len(ids), BATCH_SIZE)):
        failed = update(OutboxMail).where(OutboxMail.id.in_(batch), IS_FAILED)
        count += connection.execute(failed.values(recipient=None)).rowcount
    return count
