"""Turns the robot check of an action on while too many forms arrive, and off again when they have stopped."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from campaign_actions.actions.models import Action, Signature
from campaign_actions.actions.signatures.restrictions import unproved
from campaign_actions.audit.log import AUTOMATIC
from campaign_actions.core.db.session import db
from campaign_actions.core.errors import Conflict
from campaign_actions.core.i18n.formatting import number
from campaign_actions.core.switches.state import switch_state
from campaign_actions.switches.switch import switch_off, switch_on

MEASURED = timedelta(minutes=1)
QUIET_AFTER = timedelta(hours=1)
QUIET_MINUTES = 15  # an hour is quiet if it has fewer forms than so many minutes at the rate


def follow_rate(now: datetime, *, rate: int) -> None:
    """Turn the check on for actions with more than `rate` forms in the last minute; 0: never.

    Forms of addresses that are known already do not count. Checks that were turned on in this way are turned
    off after a quiet hour, and no others.
    """
    if not rate:
        return
    for action_id in _actions_above(rate, now):
        if unproved(action_id) not in switch_state().off:
            reason = _("More than %(rate)s forms in a minute", rate=number(rate))
            _turn(switch_off, action_id, reason, now)
    for switch, one in switch_state().off.items():
        if switch.kind != "unproved" or one.off_by != AUTOMATIC or one.off_at > now - QUIET_AFTER:
            continue
        if _is_quiet(int(switch.target), rate, now):
            _turn(switch_on, int(switch.target), _("Quiet for an hour"), now)


def _actions_above(rate: int, now: datetime) -> Sequence[int]:
    forms = select(func.count()).where(
        Signature.action_id == Action.id, Signature.signed_at > now - MEASURED
    )
    return db.session.scalars(select(Action.id).where(forms.scalar_subquery() > rate)).all()


def _is_quiet(action_id: int, rate: int, now: datetime) -> bool:
    limit = rate * QUIET_MINUTES
    forms = select(Signature.id).where(
        Signature.action_id == action_id, Signature.signed_at > now - QUIET_AFTER
    )
    found = select(func.count()).select_from(forms.limit(limit).subquery())
    return db.session.scalars(found).one() < limit


def _turn(turn: Callable[..., None], action_id: int, reason: str, now: datetime) -> None:
    with suppress(Conflict):  # someone else was faster
        turn(unproved(action_id), reason=reason, actor=AUTOMATIC, now=now)
