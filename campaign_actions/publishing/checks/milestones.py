"""Checks of milestones: their order, the present count, and their meaning in each language."""

from collections.abc import Iterable, Iterator
from functools import partial

from flask_babel import gettext as _

from campaign_actions.actions.models import Action
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.i18n.list_format import join_with_semicolons
from campaign_actions.publishing.findings import Finding, edit_url
from campaign_actions.publishing.queries import Plan, title_of


def check_milestones(plan: Plan, action: Action, finding: partial[Finding]) -> Iterator[Finding]:
    """Of one action, in any language."""
    counts = [milestone.count for milestone in action.milestones]
    if not counts:
        return
    url = edit_url(plan.campaign.id, action.id)
    reached = sorted(one for one in set(counts) if one <= plan.counts.get(action.id, 0))
    if repeated := {one for one in counts if counts.count(one) > 1}:
        message = _("Some milestones have the same number: %(numbers)s.", numbers=_list(repeated))
        yield finding("blocker", message, _("Change one of them, or delete it."), url)
    elif counts != sorted(counts):
        message = _("The milestones are not in order: %(numbers)s.", numbers=_list(counts))
        remedy = _("The page shows the lowest number first. Check that no digit is missing.")
        yield finding("warning", message, remedy, url)
    elif not reached:
        yield finding("ok", _("Milestones: %(numbers)s.", numbers=_list(counts)))
    if reached:
        message = _("These milestones are already reached: %(numbers)s.", numbers=_list(reached))
        yield finding("warning", message, _("Check that their texts say what you did."), url)


def check_milestone_texts(plan: Plan, locale: str) -> Iterator[Finding]:
    """Pages leave out a milestone without a meaning in their language. In the source, there has to be one."""
    is_source = locale == plan.campaign.source_locale
    for action in plan.actions:
        missing = [
            milestone.count
            for milestone in action.milestones
            if not any(text.locale == locale and text.text.strip() for text in milestone.texts)
        ]
        if missing:
            title, tag = title_of(action, locale, plan.campaign.source_locale)
            yield Finding(
                "blocker" if is_source else "warning",
                _(
                    "The meaning of these milestones is missing: %(numbers)s.",
                    numbers=_list(missing),
                ),
                _("Add the missing texts.")
                if is_source
                else _("The page in this language leaves them out until they are translated."),
                edit_url(plan.campaign.id, action.id, locale=locale),
                subject=title,
                locale=tag,
                action_id=action.id,
            )


def _list(counts: Iterable[int]) -> str:
    return join_with_semicolons(map(number, counts))
