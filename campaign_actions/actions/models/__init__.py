"""The tables of actions, their texts, signatures and counts."""

from campaign_actions.actions.models.actions import (
    CODE_IN_HANDOVER,
    LATER_USES,
    LOADED_INTO_CRM,
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
from campaign_actions.actions.models.batches import UNFINISHED, InvalidationBatch
from campaign_actions.actions.models.changes import SignatureChange
from campaign_actions.actions.models.code_tries import CodeTries
from campaign_actions.actions.models.comments import Comment, CommentBatch
from campaign_actions.actions.models.counts import (
    MAX_SOURCES,
    QUARTERS_OF_DAY,
    ActionCount,
    LedgerEntry,
    QuarterCount,
    Tally,
    TallySource,
)
from campaign_actions.actions.models.email_trials import EmailTrial
from campaign_actions.actions.models.share_pictures import SharePicture
from campaign_actions.actions.models.signature_status import (
    COUNTED,
    NOT_COUNTED,
    SUPPRESSED,
    TO_EXPIRE,
    TO_REMIND,
    WANTS_UPDATES,
)
from campaign_actions.actions.models.signatures import (
    Answer,
    Person,
    Signature,
    SignatureRow,
    SignatureSelect,
    are_signatures,
    is_signature,
)
from campaign_actions.actions.models.state_counts import (
    PARTS,
    STATES,
    StateChange,
    StateDay,
    StateQuarter,
    StateSource,
)

__all__ = [
    "CODE_IN_HANDOVER",
    "COUNTED",
    "LATER_USES",
    "LOADED_INTO_CRM",
    "MAX_MILESTONES",
    "MAX_MILESTONE_LENGTH",
    "MAX_SOURCES",
    "NOT_COUNTED",
    "PARTS",
    "QUARTERS_OF_DAY",
    "STATES",
    "SUPPRESSED",
    "TO_EXPIRE",
    "TO_REMIND",
    "UNFINISHED",
    "WANTS_UPDATES",
    "Action",
    "ActionCount",
    "ActionText",
    "Answer",
    "CodeTries",
    "Comment",
    "CommentBatch",
    "ConsentText",
    "ConsentUse",
    "EmailTrial",
    "FormerActionSlug",
    "InvalidationBatch",
    "LedgerEntry",
    "Milestone",
    "MilestoneText",
    "Person",
    "QuarterCount",
    "SharePicture",
    "Signature",
    "SignatureChange",
    "SignatureRow",
    "SignatureSelect",
    "StateChange",
    "StateDay",
    "StateQuarter",
    "StateSource",
    "Tally",
    "TallySource",
    "are_signatures",
    "is_signature",
]
