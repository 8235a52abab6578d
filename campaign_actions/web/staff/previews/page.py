"""Previews of public pages, for staff and for people with a link.

They render the public templates with the results of public queries. Staff see every language that is
written. Below `shared/` access is by token: cookies are neither read nor set, and only languages that
are served are shown, since a link may be passed on.
"""

from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from campaign_actions.actions.forms import CodeForm
from campaign_actions.actions.newest.closed import newest_others, newest_outcome
from campaign_actions.actions.view_models import (
    Context,
    action_page_context,
    campaign_page_context,
    poster_page_context,
    sign_form,
    thanks_page_context,
)
from campaign_actions.campaigns.appearance import file_called
from campaign_actions.campaigns.models import PreviewLink
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.core.security.rate_limit import seconds_to_wait
from campaign_actions.previews.banner import make_banner
from campaign_actions.previews.links import record_opening
from campaign_actions.previews.page import (
    AddressOf,
    PreviewedCampaign,
    find_previewed_campaign,
    link_to_previews,
)
from campaign_actions.previews.queries import open_link
from campaign_actions.web.http.security_headers import private
from campaign_actions.web.staff.access.authorization import (
    SHARED_PREVIEWS,
    changes_nothing,
    needs,
    staff_locale,
    token_access,
)

bp = Blueprint("staff_previews_page", __name__, url_prefix="/staff/preview")
LIMIT = "120 per minute; 1200 per hour"  # pages by link per source, and as many pictures
ORIGINS = {  # pages that lead to previews, by the `back` in the addresses of these
    "changes": "staff_publishing_changes.show",
    "checklist": "staff_publishing_checklist.show",
}
STAFF = "/<locale>/<int:campaign_id>"
LINKED = "/shared/<token>/<locale>"
FILE = "<string(length=32):name>-<int(max=1600):width>.<any(webp,jpg):suffix>"


@bp.get(f"{STAFF}/")
@needs("campaigns.view")
def campaign(campaign_id: int) -> ResponseReturnValue:
    return _campaign_page(_for_staff(campaign_id))


@bp.route(f"{STAFF}/<int:action_id>/", methods=["GET", "POST"])
@changes_nothing
@needs("campaigns.view")
def action(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """The action with its form; sending it does nothing, and says so."""
    return _action_page(_for_staff(campaign_id), action_id)


@bp.route(f"{STAFF}/<int:action_id>/thanks/", methods=["GET", "POST"])
@changes_nothing
@needs("campaigns.view")
def thanks(campaign_id: int, action_id: int) -> ResponseReturnValue:
    return _thanks_page(_for_staff(campaign_id), action_id)


@bp.get(f"{STAFF}/<int:action_id>/poster/")
@needs("campaigns.view")
def poster(campaign_id: int, action_id: int) -> ResponseReturnValue:
    """The poster, to be printed before the action opens."""
    return _poster_page(_for_staff(campaign_id), action_id)


@bp.get(f"{LINKED}/")
@token_access
def shared_campaign(token: str) -> ResponseReturnValue:
    return _campaign_page(_for_link(token))


@bp.route(f"{LINKED}/<int:action_id>/", methods=["GET", "POST"])
@changes_nothing
@token_access
def shared_action(token: str, action_id: int) -> ResponseReturnValue:
    return _action_page(_for_link(token), action_id)


@bp.route(f"{LINKED}/<int:action_id>/thanks/", methods=["GET", "POST"])
@changes_nothing
@token_access
def shared_thanks(token: str, action_id: int) -> ResponseReturnValue:
    return _thanks_page(_for_link(token), action_id)


@bp.get(f"{LINKED}/<int:action_id>/poster/")
@token_access
def shared_poster(token: str, action_id: int) -> ResponseReturnValue:
    return _poster_page(_for_link(token), action_id)


@bp.get(f"/shared/<token>/pictures/{FILE}")
@token_access
def shared_picture(token: str, name: str, width: int, suffix: str) -> ResponseReturnValue:
    """A file of the campaign's picture."""
    link = _open_link(token, "preview-picture")
    data, mimetype = file_called(link.campaign_id, name, width, suffix)
    return Response(data or abort(404), mimetype=mimetype)


@bp.after_request
def set_privacy_headers(response: Response) -> Response:
    """Also for errors: not cached, not indexed; the address of a link is in no Referer header."""
    if request.path.startswith(SHARED_PREVIEWS):
        response.headers["Referrer-Policy"] = "no-referrer"
    return private(response)


def _for_staff(campaign_id: int) -> PreviewedCampaign:
    came_from, of = _came_from(), request.args.get("of")
    origin: dict[str, Any] = {"back": came_from or None, "of": of if came_from else None}

    def address(page: str, *, locale: str, action_id: int | None = None) -> str:
        names = {"campaign_id": campaign_id, "action_id": action_id, **origin}
        return url_for(f".{page}", locale=locale, **names)

    pictures = f"/staff/campaigns/{campaign_id}/appearance/"
    page = ORIGINS.get(came_from, "staff_publishing_publish.show")
    back = url_for(page, campaign_id=campaign_id, of=origin["of"])
    return _find_or_404(campaign_id, address, pictures=pictures, back=back)


def _came_from() -> str:
    """The name of the page that led to the previews, as links between them keep it; "": publishing."""
    name = request.args.get("back", "")
    return name if name in ORIGINS else ""


def _for_link(token: str) -> PreviewedCampaign:
    """Raises LinkBroken, PreviewEnded, TooManyRequests."""
    link = _open_link(token, "preview")

    def address(page: str, *, locale: str, action_id: int | None = None) -> str:
        return url_for(f".shared_{page}", token=token, locale=locale, action_id=action_id)

    previewed = _find_or_404(
        link.campaign_id, address, pictures=f"{SHARED_PREVIEWS}{token}/pictures/"
    )
    if request.method == "GET":
        record_opening(link.id, now=utc_now())
    return previewed


def _open_link(token: str, what: str) -> PreviewLink:
    """Raises LinkBroken, PreviewEnded, TooManyRequests."""
    if wait := seconds_to_wait(LIMIT, what):
        raise TooManyRequests(retry_after=wait)
    return open_link(token, now=utc_now())


def _find_or_404(
    campaign_id: int, address: AddressOf, *, pictures: str, back: str = ""
) -> PreviewedCampaign:
    found = find_previewed_campaign(
        campaign_id,
        locale=current_locale(),
        now=utc_now(),
        address=address,
        pictures=pictures,
        back=back,
    )
    return found or abort(404)


def _campaign_page(previewed: PreviewedCampaign) -> Response:
    page = campaign_page_context(
        previewed.shown,
        previewed.actions,
        locale=previewed.locale,
        now=utc_now(),
        pictures=previewed.pictures,
        appearance=previewed.newest.appearance,
        partners=previewed.newest.partners,
    )
    return _page(previewed, "campaigns/show.html", page, previewed.alternates("campaign"))


def _action_page(previewed: PreviewedCampaign, action_id: int) -> Response:
    found = previewed.newest.find_action(action_id) or abort(404)
    page = action_page_context(
        found,
        sign_form(found),
        others=newest_others(previewed.newest, found.campaign_id, now=utc_now()),
        pictures=previewed.pictures,
        appearance=previewed.newest.appearance_of(action_id),
    )
    page["elsewhere"] = newest_outcome(previewed.newest, found, now=utc_now())
    alternates = previewed.alternates("action", action_id=action_id)
    return _page(previewed, "actions/show.html", page, alternates, action_id)


def _thanks_page(previewed: PreviewedCampaign, action_id: int) -> Response:
    found = previewed.newest.find_action(action_id) or abort(404)
    page = thanks_page_context(
        found,
        previewed.actions,
        CodeForm(formdata=None),
        pictures=previewed.pictures,
        appearance=previewed.newest.appearance_of(action_id),
    )
    alternates = previewed.alternates("thanks", action_id=action_id)
    return _page(previewed, "actions/thanks.html", page, alternates, action_id)


def _poster_page(previewed: PreviewedCampaign, action_id: int) -> Response:
    found = previewed.newest.find_action(action_id) or abort(404)
    appearance = previewed.newest.appearance_of(action_id)
    page = poster_page_context(found, pictures=previewed.pictures, appearance=appearance)
    alternates = previewed.alternates("poster", action_id=action_id)
    return _page(previewed, "actions/poster.html", page, alternates, action_id)


def _page(
    previewed: PreviewedCampaign,
    template: str,
    values: Context,
    alternates: dict[str, str],
    action_id: int | None = None,
) -> Response:
    banner = make_banner(
        previewed.campaign,
        previewed.locale,
        action_id,
        now=utc_now(),
        back=previewed.back,
        came_from=_came_from(),
        words_in=staff_locale() if previewed.back else "",
        is_sent=request.method == "POST",
    )
    page = render_template(template, preview=banner, alternates=alternates, **values)
    return make_response(link_to_previews(page, previewed.preview_addresses()))
