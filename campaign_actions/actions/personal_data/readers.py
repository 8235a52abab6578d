"""The readers of the data that people enter for an action, in its language and by its newest consent text."""

from campaign_actions.actions.personal_data.later_uses import uses_covered_now
from campaign_actions.actions.personal_data.who_sees import who_sees_what
from campaign_actions.actions.queries import PublicAction
from campaign_actions.core.ttl_cache import TtlCache

_COVERED = TtlCache[tuple[str, str], frozenset[str]]()  # by kind and locale


def readers_of(action: PublicAction) -> list[tuple[str, str]]:
    """The readers of the data, and what each sees."""
    purposes = [question.purpose for question in action.questions]
    return who_sees_what(action.kind, action.asks, covered_uses(action), purposes)


def covered_uses(action: PublicAction) -> frozenset[str]:
    """The later uses that the consent text covers."""
    key = (action.kind.name, action.locale)
    return _COVERED.get(key, lambda: uses_covered_now(*key))
