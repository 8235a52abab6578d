"""Confirmed signatures by source, from the tallies."""

from sqlalchemy import func, select

from campaign_actions.actions.models import Tally
from campaign_actions.core.db.session import db

DAYS_SHOWN = 28  # of small charts
MAX_SOURCES_LISTED = 50


def count_by_source(action_id: int) -> dict[str, int]:
    """Confirmed signatures by the source in the link that people followed, the largest first."""
    total = func.sum(Tally.confirmed)
    rows = select(Tally.source, total).where(
        Tally.action_id == action_id, Tally.source.is_not(None)
    )
    rows = rows.group_by(Tally.source).having(total > 0).order_by(total.desc(), Tally.source)
    found = db.session.execute(rows.limit(MAX_SOURCES_LISTED))
    return {str(source): int(count) for source, count in found if source}
