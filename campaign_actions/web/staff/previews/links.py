"""Making and revoking preview links, and the emails to signers."""

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign_actions.actions.campaign_overview import get_campaign_overview
from campaign_actions.actions.newest.pages import find_newest_pages
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.signatures.sample_emails import SAMPLE_MAILS, sample_mail
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.previews import links
from campaign_actions.previews.forms import PreviewLinkForm
from campaign_actions.web.http.security_headers import allow_framing, framed_mail
from campaign_actions.web.staff.access.authorization import current_staff, needs, use_staff_locale
from campaign_actions.web.staff.lookups import action_or_404

bp = Blueprint("staff_previews_links", __name__, url_prefix="/staff")
LINKS = "/campaigns/<int:campaign_id>/previews"
EMAILS_OF_ACTION = "/preview/<locale>/<int:campaign_id>/<int:action_id>/emails"


@bp.post(f"{LINKS}/")
@needs("campaigns.publish")
def share(campaign_id: int) -> ResponseReturnValue:
    """Make a link for someone without an account."""
    form = PreviewLinkForm()
    form.now = utc_now()
    campaign = get_campaign_overview(campaign_id, now=form.now)
    if not form.validate():
        return render_template("staff/previews/share.html", campaign=campaign, form=form), 400
    links.share_preview(
        campaign_id,
        label=form.label.data or "",
        expires_at=form.expires_at.data or form.now,
        actor=current_staff().email,
        staff_id=current_staff().id,
        now=utc_now(),
    )
    flash(_("Preview link created. Copy its address from the list and send it."))
    return _redirect_to_links(campaign_id)


@bp.post(f"{LINKS}/<int:link_id>/revoke/")
@needs("campaigns.publish")
def revoke(campaign_id: int, link_id: int) -> ResponseReturnValue:
    if links.revoke_preview(campaign_id, link_id, actor=current_staff().email, now=utc_now()):
        flash(_("Preview link revoked. It no longer works."))
    return _redirect_to_links(campaign_id)


@bp.get(f"{EMAILS_OF_ACTION}/")
@needs("campaigns.view")
def emails(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """All emails about an action in one language, as signers will get them."""
    action = _find_action_or_404(campaign_id, action_id)
    days = current_app.config["CONFIRM_DAYS"]
    made = [
        (name, SAMPLE_MAILS[name], sample_mail(action, name, days=days)) for name in SAMPLE_MAILS
    ]
    locale = current_locale()
    use_staff_locale()
    page = render_template(
        "staff/previews/emails.html",
        action=action_or_404(campaign_id, action_id),
        locale=locale,
        mails=made,
    )
    return allow_framing(make_response(page))


@bp.get(f"{EMAILS_OF_ACTION}/<name>/")
@needs("campaigns.view")
def email(campaign_id: int, action_id: int, name: str) -> ResponseReturnValue:
    """The HTML of one email, for its frame on the page."""
    if name not in SAMPLE_MAILS:
        abort(404)
    action = _find_action_or_404(campaign_id, action_id)
    made = sample_mail(action, name, days=current_app.config["CONFIRM_DAYS"])
    return framed_mail(made.html)


def _find_action_or_404(campaign_id: int, action_id: int) -> PublicAction:
    newest = find_newest_pages(campaign_id, locale=current_locale(), now=utc_now())
    return newest.find_action(action_id) or abort(404)


def _redirect_to_links(campaign_id: int) -> ResponseReturnValue:
    return redirect(
        url_for("staff_publishing_publish.show", campaign_id=campaign_id) + "#links", 303
    )
