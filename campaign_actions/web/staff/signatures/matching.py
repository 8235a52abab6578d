"""Signatures that match a filter, before they are marked: their number, a sample, and the count after."""

from collections.abc import Sequence
from dataclasses import replace

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.counts.queries import count_folded
from campaign_actions.actions.models import COUNTED, Signature, SignatureRow
from campaign_actions.actions.signatures.clusters.queries import find_comment
from campaign_actions.actions.signatures.filters.filter import MARKABLE, SignatureFilter
from campaign_actions.actions.signatures.filters.words import filter_facts
from campaign_actions.actions.signatures.invalidation.random_sample import random_sample
from campaign_actions.actions.signatures.search import ResultCount, count_results
from campaign_actions.audit.log import record
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.concurrency import release_slot
from campaign_actions.core.db.session import utc_now
from campaign_actions.web.staff.access.authorization import allows, current_staff

MAX_COUNTED = 100_000
MAX_SCANNED = 1_000_000
SAMPLE_SIZE = 8  # so that the button is not far below


def count_matching(action_id: int, wanted: SignatureFilter) -> ResultCount:
    """It may take a second."""
    release_slot()
    return count_results(action_id, wanted, limit=MAX_COUNTED, max_scanned=MAX_SCANNED)


def fall_of(action_id: int, wanted: SignatureFilter, count: ResultCount) -> tuple[int, int] | None:
    """The count before and after; None if nobody who counts matches, or too many to count."""
    if wanted.status == MARKABLE:
        count = count_matching(action_id, replace(wanted, status=COUNTED))
    elif wanted.status != COUNTED:
        return None
    if not count.number or not count.is_exact:
        return None
    before = count_folded(action_id)
    return before, max(0, before - count.number)


def facts_of(
    action: ActionOverview, names: SourceNames, wanted: SignatureFilter, *, usual_status: str = ""
) -> list[tuple[str, str]]:
    """The filter in words. A comment is shown as it was written, to staff who may see signatures."""
    comment = ""
    if wanted.same_comment and allows("signatures.view", action.campaign_id):
        comment = find_comment(action.id, wanted.same_comment)
    return list(filter_facts(wanted, names, usual_status=usual_status, comment=comment))


def sample_of(
    action: ActionOverview, wanted: SignatureFilter, count: ResultCount
) -> Sequence[SignatureRow | Signature]:
    """Some of those that match, for staff who may see them. The view is recorded."""
    if not count.number or not allows("signatures.view", action.campaign_id):
        return ()
    rows = random_sample(action.id, wanted, count, size=SAMPLE_SIZE, max_scanned=MAX_SCANNED)
    record(
        "signatures-viewed",
        actor=current_staff().email,
        now=utc_now(),
        subject=action.name,
        rows=len(rows),
        **wanted.audit_details(),
    )
    return rows
