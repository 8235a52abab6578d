"""Preview of an update in each language, and test emails to oneself."""

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import language_here
from campaign_actions.core.security.rate_limit import seconds_to_wait
from campaign_actions.updates import trial_email
from campaign_actions.updates.checks.emails import render_update
from campaign_actions.updates.queries import texts_of
from campaign_actions.web.http.security_headers import allow_framing, framed_mail
from campaign_actions.web.staff.access.authorization import current_staff, needs
from campaign_actions.web.staff.lookups import update_or_404
from campaign_actions.web.staff.updates.heads import head_of, log_name_of

URL = "/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/updates/<int:update_id>"
TEST_LIMIT = "10 per hour"  # for each staff member
bp = Blueprint("staff_updates_preview", __name__, url_prefix=f"{URL}/preview/<tag>")


@bp.get("/")
@needs("updates.send")
def show(campaign_id: int, action_id: int, update_id: int, tag: str) -> ResponseReturnValue:
    """The email in one language, as HTML in a frame and as plain text."""
    action, update = update_or_404(campaign_id, action_id, update_id)
    texts = texts_of(update_id)
    if tag not in texts:
        abort(404)
    page = render_template(
        "staff/updates/preview.html",
        **head_of(action, update),
        update=update,
        locale=tag,
        tags=list(texts),
        mail=render_update(update_id, tag),
        email=current_staff().email,
    )
    return allow_framing(make_response(page))


@bp.get("/email/")
@needs("updates.send")
def email(campaign_id: int, action_id: int, update_id: int, tag: str) -> ResponseReturnValue:
    """The HTML of the email for the frame, without scripts, forms or links that leave it."""
    update_or_404(campaign_id, action_id, update_id)
    mail = render_update(update_id, tag) or abort(404)
    return framed_mail(mail.html)


@bp.post("/test/")
@needs("updates.send")
def send_test(campaign_id: int, action_id: int, update_id: int, tag: str) -> ResponseReturnValue:
    """Queue a test email to oneself."""
    action, update = update_or_404(campaign_id, action_id, update_id)
    if tag not in texts_of(update_id):
        abort(404)
    staff = current_staff()
    wait = seconds_to_wait(TEST_LIMIT, "update-test", str(staff.id))
    if wait:
        minutes = -(-wait // 60)
        flash(
            ngettext(
                "You have sent too many tests. Please try again in %(num)d minute.",
                "You have sent too many tests. Please try again in %(num)d minutes.",
                minutes,
            ),
            "warning",
        )
    else:
        name = log_name_of(action, update)
        trial_email.send_test(update, locale=tag, name=name, actor=staff.email, now=utc_now())
        language = language_here(tag)
        flash(
            _(
                "A test email (%(language)s) is on its way to %(email)s.",
                language=language,
                email=staff.email,
            ),
            "email",
        )
    return redirect(url_for(".show", update_id=update_id, tag=tag, **action.ids), 303)
