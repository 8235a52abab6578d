"""The list of failed emails: to which domains, why, when; and sending them again or dismissing them.

It names members of staff, and shows no address of a participant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.actions.listing.titles import TitledAction, titled_actions
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import locales_current_first
from campaign_actions.core.switches.state import EMAIL, is_off
from campaign_actions.monitoring.failed_emails import (
    MAX_LISTED,
    FailedEmail,
    dismiss_emails,
    failed_emails,
    group_emails,
    group_key,
    participations_of,
    retry_emails,
)
from campaign_actions.outbox.outcomes import KEEP_DEAD
from campaign_actions.staff.queries import members_with
from campaign_actions.web.http.pagination import paginate
from campaign_actions.web.staff.access.authorization import allows, current_staff, needs
from campaign_actions.web.staff.waiting.emails import LANE_NAMES

bp = Blueprint("staff_failed_emails", __name__, url_prefix="/staff/status/emails")
PAGE_SIZE = 20  # groups
MAX_SHOWN = 20  # emails of a group


@dataclass(frozen=True)
class Reader:
    """The rights of the current member to know about failed emails and send them again."""

    emails: list[FailedEmail]

    @cached_property
    def actions(self) -> Mapping[int, TitledAction]:
        """Those that the emails are about, by id."""
        ids = {email.action_id for email in self.emails if email.action_id is not None}
        return titled_actions(ids, locales=locales_current_first())

    def may_see(self, email: FailedEmail) -> bool:
        """Whether they may see the addresses of such people elsewhere; here, it is the domain."""
        return self._allows("signatures.view", email)

    def may_settle(self, email: FailedEmail) -> bool:
        """Whether they may send such an email elsewhere. Here, they can also dismiss it."""
        right = "updates.send" if email.lane == "bulk" else "signatures.change"
        return self._allows(right, email)

    def may_retry(self, email: FailedEmail) -> bool:
        return email.can_be_retried and self.may_settle(email)

    def _allows(self, permission: str, email: FailedEmail) -> bool:
        if email.action_id is None:
            return allows("staff.manage")
        action = self.actions.get(email.action_id)
        return action is not None and allows(permission, action.campaign_id)


@bp.get("/")
@needs("system.watch")
def index() -> ResponseReturnValue:
    """The groups with the newest failures first, some emails of each."""
    reader = Reader(failed_emails())
    groups = group_emails(reader.emails, may_see=reader.may_see, may_settle=reader.may_settle)
    page = paginate(len(groups), size=PAGE_SIZE)
    shown = groups[page.part["offset"] :][:PAGE_SIZE]
    seen = [email for group in shown for email in group.emails[:MAX_SHOWN] if reader.may_see(email)]
    return render_template(
        "staff/failed_emails.html",
        groups=shown,
        page=page,
        count=len(reader.emails),
        retriable=sum(group.retriable for group in groups),
        actions=reader.actions,
        may_see=reader.may_see,
        may_retry=reader.may_retry,
        may_settle=reader.may_settle,
        members=members_with(email.member_email for email in seen if email.member_email),
        participations=participations_of(seen),
        lanes=LANE_NAMES,
        most=MAX_LISTED,
        most_shown=MAX_SHOWN,
        keep_days=KEEP_DEAD.days,
        now=utc_now(),
    )


@bp.post("/retry/")
@needs("system.watch")
def retry() -> ResponseReturnValue:
    """Send one email, those of a group or all of them again: the ones that the member may send."""
    reader = Reader(failed_emails())
    chosen = [one for one in reader.emails if _is_chosen(one, reader) and reader.may_retry(one)]
    count = retry_emails(chosen, actor=current_staff().email, now=utc_now())
    if count:
        flash(_outlook(count))
    else:
        flash(_("No email was sent again. Someone else may have done it already."), "warning")
    return redirect(url_for(".index"), 303)


@bp.post("/dismiss/")
@needs("system.watch")
def dismiss() -> ResponseReturnValue:
    """Take one email or those of a group off the list, whatever is done about them elsewhere."""
    reader = Reader(failed_emails())
    chosen = [one for one in reader.emails if _is_chosen(one, reader) and reader.may_settle(one)]
    count = dismiss_emails(chosen, actor=current_staff().email, now=utc_now())
    if count:
        words = ngettext(
            "%(num)d email removed from the list. It will not be sent again.",
            "%(num)d emails removed from the list. They will not be sent again.",
            count,
        )
        flash(words)
    else:
        flash(_("Nothing was removed. Someone else may have done it already."), "warning")
    return redirect(url_for(".index"), 303)


def _outlook(count: int) -> str:
    """When so many emails will be sent again."""
    if is_off(EMAIL):
        words = ngettext(
            "%(num)d email will be sent again when emails are switched on.",
            "%(num)d emails will be sent again when emails are switched on.",
            count,
        )
    else:
        words = ngettext(
            "%(num)d email will be sent again within a minute.",
            "%(num)d emails will be sent again within a minute.",
            count,
        )
    return str(words)


def _is_chosen(email: FailedEmail, reader: Reader) -> bool:
    """By the button that was pressed: of an email, a group or all."""
    form = request.form
    if "mail" in form:
        return form["mail"] == str(email.id)
    if "cause" in form:
        key = form.get("domain", ""), form["cause"], form.get("code", "")
        return key == group_key(email, reader.may_see)
    return "all" in form
