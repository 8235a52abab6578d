"""Removals that a restored backup has undone are done again."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from campaign_actions.actions.models import Signature
from campaign_actions.actions.signatures.removals.files import REMOVED, Removal, read_removals
from campaign_actions.actions.signatures.withdraw import remove_again
from campaign_actions.core.db.batches import parts_of, write_and_rest

BATCH_SIZE = 500  # signatures looked up in one transaction


def repeat_removals(folder: Path, now: datetime) -> int:
    """Withdraw or erase again everyone on the list who is back. Returns how many. Raises OSError."""
    removals = [one for one in read_removals(folder).values() if one.status in REMOVED]
    return sum(_repeat_batch(part, now) for part in parts_of(removals, BATCH_SIZE))


def _repeat_batch(removals: Sequence[Removal], now: datetime) -> int:
    wanted = {one.public_id: one for one in removals}
    these = Signature.public_id.in_(wanted), Signature.status != "erased"
    rows = select(Signature.__table__).where(*these).order_by(Signature.id).with_for_update()
    with write_and_rest() as connection:
        return sum(
            remove_again(
                connection,
                row,
                status=wanted[row.public_id].status,
                withdrawn_at=wanted[row.public_id].withdrawn_at,
                now=now,
            )
            for row in connection.execute(rows).all()
        )
