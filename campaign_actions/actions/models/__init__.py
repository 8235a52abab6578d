"""Actions, their texts, the signatures under them, and the counts."""

from campaign_actions.actions.models.actions import (
    Action,
    ActionText,
    ConsentText,
    FormerActionSlug,
)
from campaign_actions.actions.models.batches import InvalidationBatch
from campaign_actions.actions.models.counts import (
    MOST_SOURCES,
    ActionCount,
    LedgerEntry,
    Tally,
    TallySource,
)
from campaign_actions.actions.models.signatures import (
    NOT_COUNTED,
    SUPPRESSED,
    TO_EXPIRE,
    TO_REMIND,
    WANTS_UPDATES,
    CommentDecision,
    Signature,
)

__all__ = [
    "MOST_SOURCES",
    "NOT_COUNTED",
    "SUPPRESSED",
    "TO_EXPIRE",
    "TO_REMIND",
    "WANTS_UPDATES",
    "Action",
    "ActionCount",
    "ActionText",
    "CommentDecision",
    "ConsentText",
    "FormerActionSlug",
    "InvalidationBatch",
    "LedgerEntry",
    "Signature",
    "Tally",
    "TallySource",
]
