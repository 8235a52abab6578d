"""The page on which administrators set the organisation's time zone."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.organization import organization, organization_store
from campaign_actions.organization.edit import set_timezone
from campaign_actions.organization.forms import OrganizationTimezoneForm
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.first_steps.situation import UTC
from campaign_actions.web.staff.first_steps.steps import say_next_step

bp = Blueprint("staff_organization_time_zone", __name__, url_prefix="/staff/organization/time-zone")


@bp.route("/", methods=["GET", "POST"])
@needs("organization.edit")
def edit() -> ResponseReturnValue:
    """GET shows the time zone, POST sets it."""
    organization_store().refresh_now()
    form = OrganizationTimezoneForm(timezone=organization().timezone)
    if form.is_submitted() and form.validate():
        actor, now = current_staff().email, utc_now()
        has_changed = set_timezone(_chosen(form.timezone.data), actor=actor, now=now)
        message = _("Time zone saved") if has_changed else _("Nothing changed")
        flash(message)
        say_next_step()
        return redirect(url_for(".edit"), 303)
    page = render_template(
        "staff/organization/time_zone.html",
        form=form,
        now=utc_now(),
        default_zone=current_app.config["TIMEZONE"],
    )
    return page, 400 if form.errors else 200


def _chosen(timezone: str) -> str:
    """The zone in the form; "" is that of the settings. UTC there is only the default, so this chooses it."""
    is_default = not timezone and current_app.config["TIMEZONE"] == UTC
    return UTC if is_default else timezone
