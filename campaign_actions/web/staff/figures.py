"""New participants of the days of the organisation, for the overview and the page of campaigns."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from flask import current_app

from campaign_actions.actions.counts.new_signatures import NewSignatures, new_signatures
from campaign_actions.actions.listing.campaigns import ListedCampaign
from campaign_actions.actions.models import TO_EXPIRE, TO_REMIND
from campaign_actions.core.i18n.timezones import first_moment, to_local
from campaign_actions.web.staff.waiting.store import keep_figures

DAY = timedelta(days=1)


def figures_of(campaigns: Sequence[ListedCampaign], now: datetime) -> NewSignatures:
    midnight = to_local(now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, fold=0)
    remind_after = timedelta(hours=current_app.config["REMIND_AFTER_HOURS"])
    erase_after = timedelta(days=current_app.config["ERASE_PENDING_DAYS"])
    ids = frozenset(action for one in campaigns for action in one.action_ids)
    find = partial(
        new_signatures,
        ids,
        yesterday_at=first_moment(midnight - DAY),
        today_at=first_moment(midnight),
        now=now,
        first_due={TO_REMIND: remind_after, TO_EXPIRE: erase_after},
    )
    return keep_figures(ids, find)
