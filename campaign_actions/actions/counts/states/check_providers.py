"""Counting signatures by email provider again, after a change of what a consent text covers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, tuple_, update

from campaign_actions.actions.counts.states.providers import provider_of
from campaign_actions.actions.models import (
    COUNTED_PROVIDERS,
    ConsentUse,
    ProviderCheck,
    Signature,
    SignatureRow,
    are_signatures,
)
from campaign_actions.core.db.session import has_rows, write_transaction

BATCH_SIZE = 250
# Signatures that were being sent when someone changed what a text covers are stored by then.
CHECK_AFTER = timedelta(minutes=1)
_COLUMNS = (
    *(Signature.action_id, Signature.id, Signature.kind, Signature.locale),
    *(Signature.consent_version, Signature.email, Signature.email_provider),
)


def check_providers(now: datetime) -> int:
    """A scheduled task: after a change of what a text covers, count a batch of signatures by it.

    Returns how many signatures it has read. Any number of workers may call this.
    """
    due = (
        select(ProviderCheck.__table__)
        .where(ProviderCheck.asked_at <= now - CHECK_AFTER)
        .order_by(ProviderCheck.asked_at)
        .limit(1)
    )
    if not has_rows(due):
        return 0
    with write_transaction() as connection:
        check = connection.execute(due.with_for_update(skip_locked=True)).one_or_none()
        return 0 if check is None else _check_batch(connection, check)


def _check_batch(connection: Connection, check: SignatureRow) -> int:
    position = tuple_(Signature.action_id, Signature.id)
    rows = connection.execute(
        select(*_COLUMNS)
        .where(position > (check.action_id, check.signature_id))
        .order_by(Signature.action_id, Signature.id)
        .limit(BATCH_SIZE)
    ).all()
    first = connection.scalar(
        select(ConsentUse.from_version).filter_by(
            kind=check.kind, locale=check.locale, use=COUNTED_PROVIDERS
        )
    )
    own = [row for row in rows if (row.kind, row.locale) == (check.kind, check.locale)]
    wrong = [row for row in own if row.email_provider != _provider_of_row(row, first)]
    if not _correct(connection, wrong, first):
        return len(rows)  # someone is changing one of them: the same batch again
    of_check = {"kind": check.kind, "locale": check.locale}
    if len(rows) < BATCH_SIZE:
        connection.execute(delete(ProviderCheck).filter_by(**of_check))
    else:
        done = {"action_id": rows[-1].action_id, "signature_id": rows[-1].id}
        connection.execute(update(ProviderCheck).filter_by(**of_check).values(done))
    return len(rows)


def _correct(connection: Connection, rows: Sequence[SignatureRow], first: int | None) -> bool:
    """Returns False if others have locked some of the rows: waiting for them could end in a deadlock."""
    ids_of: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        ids_of[row.action_id].append(row.id)
    corrected = 0
    for action_id, ids in ids_of.items():
        its = select(*_COLUMNS).where(are_signatures(action_id, ids))
        locked = connection.execute(its.with_for_update(skip_locked=True)).all()
        for provider, its_ids in _by_provider(locked, first).items():
            change = update(Signature).where(are_signatures(action_id, its_ids))
            connection.execute(change.values(email_provider=provider))
        corrected += len(locked)
    return corrected == len(rows)


def _by_provider(
    rows: Sequence[SignatureRow], first: int | None
) -> Mapping[str | None, Sequence[int]]:
    found: dict[str | None, list[int]] = defaultdict(list)
    for row in rows:
        found[_provider_of_row(row, first)].append(row.id)
    return found


def _provider_of_row(row: SignatureRow, first: int | None) -> str | None:
    """The value that is right for a signature. `first`: the first version of the text that covers it."""
    if row.email is None or first is None or (row.consent_version or 0) < first:
        return None
    return provider_of(row.email)
