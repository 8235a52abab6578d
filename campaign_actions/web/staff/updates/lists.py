"""The lists of updates: of one action, and of all actions of a campaign."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.approvals.queries import declined_updates, requests_of_updates
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.staff.queries import member_names
from campaign_actions.updates.audience import Audience, count_people
from campaign_actions.updates.models import NOT_STARTED, Update
from campaign_actions.updates.queries import (
    PAGE_SIZE,
    progress_of,
    subjects_of,
    updates_of,
    updates_of_campaign,
)
from campaign_actions.web.staff.access.authorization import needs
from campaign_actions.web.staff.lookups import action_or_404
from campaign_actions.web.staff.updates.segment import segments_of

bp = Blueprint("staff_updates_lists", __name__, url_prefix="/staff/campaigns/<int:campaign_id>")


@bp.get("/updates/")
@needs("updates.send")
def of_campaign(campaign_id: int) -> ResponseReturnValue:
    campaign = get_campaign_overview(campaign_id, now=utc_now())
    everyone = Audience(tuple(sorted(action.id for action in campaign.actions)))
    return render_template(
        "staff/updates/index.html",
        campaign=campaign,
        recipients=count_people(everyone) if everyone.actions else 0,
        **_values(updates_of_campaign(campaign_id, before=_before()), campaign.actions),
    )


@bp.get("/actions/<int:action_id>/updates/")
@needs("updates.send")
def of_action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """All updates written at an action, and those that its people get with others."""
    action = action_or_404(campaign_id, action_id)
    siblings = get_campaign_overview(campaign_id, now=utc_now()).actions
    return render_template(
        "staff/updates/index.html",
        action=action,
        recipients=count_people(Audience((action_id,))),
        **_values(updates_of(action_id, before=_before()), siblings, home=action_id),
    )


def parse_id(text: str) -> int:
    """Raises ValueError for a number that cannot be an id."""
    number = int(text)
    if not 0 < number < 2**31:
        raise ValueError
    return number


def _before() -> int | None:
    return request.args.get("before", type=parse_id)


def _values(
    found: Sequence[Update], actions: Sequence[ActionOverview], *, home: int | None = None
) -> dict[str, Any]:
    """The values of each update that both lists show. `home`: the action of the list."""
    started = [update for update in found if update.status not in NOT_STARTED]
    return {
        "updates": found,
        "segments": segments_of(found, actions, home=home),
        "titles": subjects_of([update.id for update in found], locales=locales_current_first()),
        "progress": {update.id: progress_of(update) for update in started},
        "requests": requests_of_updates((update.id for update in found), utc_now()),
        "declined": declined_updates(found),
        "names": member_names(update.staff_id for update in found),
        "older": found[-1].id if len(found) == PAGE_SIZE else None,
    }
