"""The check for other updates to the same people: one that is being sent, and those of the last days."""

from collections.abc import Collection
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, select, true, union

from campaign_actions.actions.models import Signature
from campaign_actions.core.db.session import count_at_most, db
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.i18n.timezones import datetime_here
from campaign_actions.updates.audience import Audience, Condition, audience_of, recipients_in
from campaign_actions.updates.models import Update, UpdateAction
from campaign_actions.updates.queries import MAX_COUNTED, find_running, subjects_of

RECENT = timedelta(days=7)
MAX_NAMED = 3  # updates, the latest


def running(update: Update, audience: Audience) -> list[str]:
    other = find_running(audience.actions, except_id=update.id)
    return (
        [_("Wait until the other update has been sent, so that nobody receives two at once.")]
        if other
        else []
    )


def recent(update: Update, audience: Audience, now: datetime) -> list[str]:
    """Only a warning: two may be right, such as news and a reminder."""
    found = [
        (other, number)
        for other in _sent_since(now - RECENT, audience.actions, except_id=update.id)
        if (number := _count_reached(audience, other))
    ]
    subjects = subjects_of([other.id for other, _number in found], locales=locales_current_first())
    return [words(number, other.started_at, subjects.get(other.id, "")) for other, number in found]


def words(number: int, at: datetime | None, subject: str) -> str:
    """`number`: people, counted up to MAX_COUNTED. `at`: when sending began."""
    facts = {"subject": subject, "moment": datetime_here(at) if at else ""}
    if number >= MAX_COUNTED:
        many: str = _(
            "Many of these people got the update “%(subject)s”, sent on %(moment)s.", **facts
        )
        return many
    several: str = ngettext(
        "%(num)d of these people got the update “%(subject)s”, sent on %(moment)s.",
        "%(num)d of these people got the update “%(subject)s”, sent on %(moment)s.",
        number,
        **facts,
    )
    return several


def _sent_since(moment: datetime, action_ids: Collection[int], *, except_id: int) -> list[Update]:
    theirs = select(UpdateAction.update_id).where(UpdateAction.action_id.in_(action_ids))
    others = select(Update).where(Update.id.in_(theirs), Update.id != except_id)
    latest = others.where(Update.started_at >= moment).order_by(Update.started_at.desc())
    return list(db.session.scalars(latest.limit(MAX_NAMED)))


def _count_reached(audience: Audience, other: Update) -> int:
    """How many people of an audience another update has reached through the same action."""
    theirs = audience_of(other)
    shared = sorted({*audience.actions} & {*theirs.actions})
    each = [_reached(audience, other, theirs, action_id) for action_id in shared]
    people = each[0] if len(each) == 1 else select(union(*each).subquery())
    return count_at_most(people, MAX_COUNTED)


def _reached(
    audience: Audience, other: Update, theirs: Audience, action_id: int
) -> Select[str | None]:
    """A stopped update has reached the signers up to its cursor."""
    both = *recipients_in(audience, action_id), *recipients_in(theirs, action_id)
    reached: Condition = true()
    if other.status == "stopped" and action_id == other.cursor_action:
        reached = Signature.id <= other.cursor
    elif other.status == "stopped":
        reached = true() if action_id < other.cursor_action else ~true()
    in_time = Signature.confirmed_at <= other.started_at
    return select(Signature.email_key).where(*both, in_time, reached)
