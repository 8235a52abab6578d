"""The page on which translators unsubscribe from emails about translations."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign_actions.catalogs.workflow.notifications import UNSUBSCRIBE
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.security.signed_tokens import LinkBroken
from campaign_actions.staff.profile import set_wants_translation_mail
from campaign_actions.staff.queries import find_member_by_email_key
from campaign_actions.web.http.security_headers import private

bp = Blueprint("translation_emails", __name__, url_prefix="/<locale>/mails")


@bp.route("/<token>/", methods=["GET", "POST"])
def unsubscribe(token: str) -> ResponseReturnValue:
    """GET shows a button and changes nothing. POST unsubscribes, also with one click (RFC 8058)."""
    member = find_member_by_email_key(UNSUBSCRIBE.read(token))
    if member is None:
        raise LinkBroken
    if request.method == "POST":
        set_wants_translation_mail(member, False, now=utc_now())
        if "List-Unsubscribe" not in request.form:
            return private(make_response(redirect(url_for(".unsubscribe", token=token), 303)))
    page = render_template(
        "translation_emails/unsubscribe.html", is_on=member.wants_translation_mail
    )
    return private(make_response(page))
