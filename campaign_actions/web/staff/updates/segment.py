"""Whom an update goes to, in one line."""

from collections.abc import Iterable, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.signatures.filters.filter import SignatureFilter
from campaign_actions.actions.signatures.filters.words import filter_facts
from campaign_actions.campaigns.source_names import SourceNames
from campaign_actions.core.i18n.list_format import join_with_semicolons, label_value
from campaign_actions.updates.audience import chosen_actions
from campaign_actions.updates.models import Update


def segment_in_words(
    ids: Sequence[int] | None,
    wanted: SignatureFilter,
    *,
    titles: Mapping[int, str],
    sources: SourceNames,
    home: int | None = None,
) -> str:
    """`ids`: of actions, whose `titles` these are; None: the whole campaign. `home` goes without saying."""
    facts = [label_value(*fact) for fact in filter_facts(wanted, sources)]
    if ids is None:
        facts.insert(0, _("The whole campaign"))
    elif len(ids) > 1:
        facts.insert(0, ngettext("%(num)d action", "%(num)d actions", len(ids)))
    elif ids and ids[0] != home:
        facts.insert(0, titles.get(ids[0], ""))
    return join_with_semicolons(facts) or pgettext("recipients", "Everyone")


def segments_of(
    updates: Iterable[Update], actions: Iterable[ActionOverview], *, home: int | None = None
) -> dict[int, str]:
    """By the id of the update. `actions`: of their campaign."""
    found, of_campaign = list(updates), list(actions)
    titles = {each.id: each.title for each in of_campaign}
    sources = SourceNames({each.campaign_id for each in of_campaign})
    chosen = chosen_actions(each.id for each in found)
    return {
        each.id: segment_in_words(
            None if each.scope == "campaign" else chosen.get(each.id, [each.action_id]),
            SignatureFilter.from_json(each.filter),
            titles=titles,
            sources=sources,
            home=home,
        )
        for each in found
    }
