"""The tables of actions, their texts, signatures and counts."""

from campaign_actions.actions.models.actions import (
    LATER_USES,
    MAX_MILESTONE_LENGTH,
    MAX_MILESTONES,
    Action,
    ActionText,
    ConsentText,
    ConsentUse,
    FormerActionSlug,
    Milestone,
    MilestoneText,
)
from campaign_actions.actions.models.batches import InvalidationBatch
from campaign_actions.actions.models.changes import SignatureChange
from campaign_actions.actions.models.code_tries import CodeTries
from campaign_actions.actions.models.counts import (
    MAX_SOURCES,
    ActionCount,
    LedgerEntry,
    Tally,
    TallySource,
)
from campaign_actions.actions.models.share_pictures import SharePicture
from campaign_actions.actions.models.signature_status import (
    COMMENT_MAY_BE_SHOWN,
    COUNTED,
    NOT_COUNTED,
    SUPPRESSED,
    TO_EXPIRE,
    TO_REMIND,
    WANTS_UPDATES,
)
from campaign_actions.actions.models.signatures import (
    Answer,
    CommentDecision,
    Person,
    Signature,
    SignatureRow,
    SignatureSelect,
    are_signatures,
    is_signature,
)

__all__ = [
    "COMMENT_MAY_BE_SHOWN",
    "COUNTED",
    "LATER_USES",
    "MAX_MILESTONES",
    "MAX_MILESTONE_LENGTH",
    "MAX_SOURCES",
    "NOT_COUNTED",
    "SUPPRESSED",
    "TO_EXPIRE",
    "TO_REMIND",
    "WANTS_UPDATES",
    "Action",
    "ActionCount",
    "ActionText",
    "Answer",
    "CodeTries",
    "CommentDecision",
    "ConsentText",
    "ConsentUse",
    "FormerActionSlug",
    "InvalidationBatch",
    "LedgerEntry",
    "Milestone",
    "MilestoneText",
    "Person",
    "SharePicture",
    "Signature",
    "SignatureChange",
    "SignatureRow",
    "SignatureSelect",
    "Tally",
    "TallySource",
    "are_signatures",
    "is_signature",
]
