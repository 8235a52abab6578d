"""Looking at an update: its mail in each language, and a test to oneself."""

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

from campaign_actions.actions.overview import ActionOverview, find_action_overview
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import language_name, locales_current_first
from campaign_actions.core.security.rate_limit import seconds_to_wait
from campaign_actions.updates.checks.emails import render
from campaign_actions.updates.models import Update
from campaign_actions.updates.queries import find_update, texts_of
from campaign_actions.updates.test_send import try_out
from campaign_actions.web.http.security_headers import allow_framing, framed_mail
from campaign_actions.web.staff.access.authorization import current_staff, needs

URL = "/staff/campaigns/<int:campaign_id>/actions/<int:action_id>/updates/<int:update_id>"
TESTS = "10 per hour"  # test mails of one staff member
bp = Blueprint("staff_update_mails", __name__, url_prefix=f"{URL}/preview/<tag>")


@bp.get("/")
@needs("updates.send")
def preview(campaign_id: int, action_id: int, update_id: int, tag: str) -> ResponseReturnValue:
    """The mail in one language, as HTML in a frame and as plain text."""
    action, update = _both_or_404(campaign_id, action_id, update_id)
    texts = texts_of(update_id)
    if tag not in texts:
        abort(404)
    page = render_template(
        "staff/updates/preview.html",
        action=action,
        update=update,
        tag=tag,
        tags=list(texts),
        mail=render(update_id, tag),
        email=current_staff().email,
    )
    return allow_framing(make_response(page))


@bp.get("/mail/")
@needs("updates.send")
def preview_mail(campaign_id: int, action_id: int, update_id: int, tag: str) -> ResponseReturnValue:
    """What stands in the frame: the mail's own HTML, with no script, no form and no way out."""
    _both_or_404(campaign_id, action_id, update_id)
    mail = render(update_id, tag) or abort(404)
    return framed_mail(mail.html)


@bp.post("/test/")
@needs("updates.send")
def test(campaign_id: int, action_id: int, update_id: int, tag: str) -> ResponseReturnValue:
    """Queue the mail to oneself; so often an hour."""
    action, update = _both_or_404(campaign_id, action_id, update_id)
    if tag not in texts_of(update_id):
        abort(404)
    staff = current_staff()
    wait = seconds_to_wait(TESTS, "update-test", str(staff.id))
    if wait:
        minutes = -(-wait // 60)
        flash(
            ngettext(
                "You have sent many tests. Please try again in %(num)d minute.",
                "You have sent many tests. Please try again in %(num)d minutes.",
                minutes,
            )
        )
    else:
        try_out(update, locale=tag, name=action.name, actor=staff.email, now=utc_now())
        language = language_name(tag)
        flash(
            _(
                "A test (%(language)s) is on its way to %(email)s.",
                language=language,
                email=staff.email,
            )
        )
    return redirect(url_for(".preview", update_id=update_id, tag=tag, **action.ids), 303)


def _both_or_404(campaign_id: int, action_id: int, update_id: int) -> tuple[ActionOverview, Update]:
    now = utc_now()
    action = find_action_overview(campaign_id, action_id, locales=locales_current_first(), now=now)
    update = find_update(action_id, update_id) if action else None
    return (action, update) if action and update else abort(404)
