"""The tables of actions, their texts, signatures and counts."""

from campaign_actions.actions.models.actions import (
    Action,
    ActionText,
    ConsentText,
    FormerActionSlug,
)
from campaign_actions.actions.models.batches import InvalidationBatch
from campaign_actions.actions.models.counts import (
    MAX_SOURCES,
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
    are_signatures,
    is_signature,
)

__all__ = [
    "MAX_SOURCES",
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
    "are_signatures",
    "is_signature",
]
