"""The kinds of action there are: a kind is one file, one line here, one template."""

from campaign_actions.actions.kinds import petition, pledge
from campaign_actions.actions.kinds.base import ActionKind

KINDS: dict[str, ActionKind] = {kind.name: kind for kind in (petition.KIND, pledge.KIND)}
