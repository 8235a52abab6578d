"""The kinds of action. Each is a file with its form and words, and a line here."""

from campaign_actions.actions.kinds import petition, pledge
from campaign_actions.actions.kinds.base import ActionKind

KINDS: dict[str, ActionKind] = {kind.name: kind for kind in (petition.KIND, pledge.KIND)}
