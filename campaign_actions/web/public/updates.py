"""The page behind the unsubscribe link of updates."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign_actions.actions.models import Signature
from campaign_actions.actions.newest.last_public import find_signed_action
from campaign_actions.actions.signatures.email_links import UNSUBSCRIBE, find_linked_signature
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale, locales
from campaign_actions.core.security.signed_tokens import SEPARATOR, LinkBroken
from campaign_actions.updates import unsubscribe as unsubscribing
from campaign_actions.updates.emails import TEST_SUBJECT, WHOLE_CAMPAIGN
from campaign_actions.updates.unsubscribe import Reach
from campaign_actions.web.http.security_headers import private

bp = Blueprint("updates", __name__, url_prefix="/<locale>")


@bp.route("/unsubscribe/<token>/", methods=["GET", "POST"])
def unsubscribe(token: str) -> ResponseReturnValue:
    """GET shows buttons and changes nothing; POST unsubscribes.

    Mail programs post too (RFC 8058), without a cookie or form token; they are not redirected.
    """
    subject = UNSUBSCRIBE.read(token)
    if subject == TEST_SUBJECT:
        return private(make_response(render_template("updates/unsubscribe_test.html")))
    public_id, _separator, reach_of_link = subject.partition(SEPARATOR)
    signature = find_linked_signature(public_id)
    if signature is None:
        raise LinkBroken
    is_wide = reach_of_link == WHOLE_CAMPAIGN
    if request.method == "POST":
        usual: Reach = "campaign" if is_wide else "action"
        reach: Reach = "everything" if "everywhere" in request.form else usual
        unsubscribing.unsubscribe(signature, reach=reach, now=utc_now())
        if "List-Unsubscribe" not in request.form:
            where = "all" if "everywhere" in request.form else None
            return private(
                make_response(redirect(url_for(".unsubscribe", token=token, of=where), 303))
            )
    return _page(signature, is_wide=is_wide)


def _page(signature: Signature, *, is_wide: bool) -> Response:
    """`is_wide`: the link was in an update to several actions of the campaign."""
    wanted = tuple(filter(None, (current_locale(), signature.locale, *locales())))
    action = find_signed_action(signature.action_id, locales=wanted, now=utc_now())
    is_everywhere = request.args.get("of") == "all"
    page = render_template(
        "updates/unsubscribe.html",
        signature=signature,
        action=action,
        is_wide=is_wide,
        is_everywhere=is_everywhere,
    )
    return private(make_response(page))
