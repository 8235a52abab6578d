"""Previews: the public pages before their time, for staff and for who has a link.

They are the public templates with what the public queries give, in any language that is written.
Below `shared/` a token is the right: no cookie is looked at, and none is set; of the languages only
those answer that are served, since who has a link may tell others of it.
"""

from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from campaign_actions.actions.view_models import (
    Context,
    action_page_context,
    campaign_page_context,
    sign_form,
    thanks_page_context,
)
from campaign_actions.campaigns.appearance import file_called
from campaign_actions.campaigns.models import PreviewLink
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.core.security.rate_limit import seconds_to_wait
from campaign_actions.previews.links import note_opening
from campaign_actions.previews.page import Reader, find_reader, relink
from campaign_actions.previews.queries import open_link
from campaign_actions.web.http.security_headers import private
from campaign_actions.web.staff.access.authorization import (
    SHARED,
    changes_nothing,
    needs,
    opened_by_token,
)

bp = Blueprint("previews", __name__, url_prefix="/staff/preview")
LIMIT = "120 per minute; 1200 per hour"  # pages by links, a source; as many pictures
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
    """The action and its form, which does nothing but say so."""
    return _action_page(_for_staff(campaign_id), action_id)


@bp.get(f"{STAFF}/<int:action_id>/thanks/")
@needs("campaigns.view")
def thanks(campaign_id: int, action_id: int) -> ResponseReturnValue:
    return _thanks_page(_for_staff(campaign_id), action_id)


@bp.get(f"{LINKED}/")
@opened_by_token
def shared_campaign(token: str) -> ResponseReturnValue:
    return _campaign_page(_for_reader(token))


@bp.route(f"{LINKED}/<int:action_id>/", methods=["GET", "POST"])
@changes_nothing
@opened_by_token
def shared_action(token: str, action_id: int) -> ResponseReturnValue:
    return _action_page(_for_reader(token), action_id)


@bp.get(f"{LINKED}/<int:action_id>/thanks/")
@opened_by_token
def shared_thanks(token: str, action_id: int) -> ResponseReturnValue:
    return _thanks_page(_for_reader(token), action_id)


@bp.get(f"/shared/<token>/pictures/{FILE}")
@opened_by_token
def shared_picture(token: str, name: str, width: int, suffix: str) -> ResponseReturnValue:
    """A file of the current picture of the campaign, for who reads the preview."""
    link = _open(token, "preview-picture")
    data, mimetype = file_called(link.campaign_id, name, width, suffix)
    return Response(data or abort(404), mimetype=mimetype)


@bp.after_request
def keep_apart(response: Response) -> Response:
    """Kept and found by nobody, whatever the answer is; the address of a link is told to nobody."""
    if request.path.startswith(SHARED):
        response.headers["Referrer-Policy"] = "no-referrer"
    return private(response)


def _for_staff(campaign_id: int) -> Reader:
    def address(page: str, **values: Any) -> str:
        return url_for(f".{page}", campaign_id=campaign_id, **values)

    pictures = f"/staff/campaigns/{campaign_id}/picture/"
    back = url_for("staff_publishing.show", campaign_id=campaign_id)
    return _reader(campaign_id, address=address, pictures=pictures, back=back)


def _for_reader(token: str) -> Reader:
    """Who has a link. Raises what `_open()` does."""
    link = _open(token, "preview")

    def address(page: str, **values: Any) -> str:
        return url_for(f".shared_{page}", token=token, **values)

    reader = _reader(link.campaign_id, address=address, pictures=f"{SHARED}{token}/pictures/")
    if request.method == "GET":
        note_opening(link.id, now=utc_now())
    return reader


def _open(token: str, what: str) -> PreviewLink:
    """Raises LinkBroken, PreviewOver, TooManyRequests."""
    if wait := seconds_to_wait(LIMIT, what):
        raise TooManyRequests(retry_after=wait)
    return open_link(token, now=utc_now())


def _reader(campaign_id: int, **values: Any) -> Reader:
    found = find_reader(campaign_id, locale=current_locale(), now=utc_now(), **values)
    return found or abort(404)


def _campaign_page(reader: Reader) -> Response:
    page = campaign_page_context(
        reader.shown,
        reader.actions,
        locale=reader.locale,
        now=utc_now(),
        pictures=reader.pictures,
    )
    return _page(reader, "campaigns/show.html", page, reader.alternates("campaign"))


def _action_page(reader: Reader, action_id: int) -> Response:
    found = reader.find_action(action_id) or abort(404)
    page = action_page_context(found, sign_form(found), pictures=reader.pictures)
    alternates = reader.alternates("action", action_id=action_id)
    return _page(reader, f"actions/{found.kind.name}.html", page, alternates)


def _thanks_page(reader: Reader, action_id: int) -> Response:
    found = reader.find_action(action_id) or abort(404)
    page = thanks_page_context(found, reader.actions, pictures=reader.pictures)
    alternates = reader.alternates("thanks", action_id=action_id)
    return _page(reader, "actions/thanks.html", page, alternates)


def _page(reader: Reader, template: str, values: Context, alternates: dict[str, str]) -> Response:
    banner = reader.banner(utc_now(), is_sent=request.method == "POST")
    page = render_template(template, preview=banner, alternates=alternates, **values)
    return make_response(relink(page, reader.places()))
