"""The logo, the icon and the colours of the organisation. Their addresses change with their content."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign_actions.core.content.colour import contrast, read_colour
from campaign_actions.core.organization import organization
from campaign_actions.core.theme import TEXT, WHITE, accent_style_sheet
from campaign_actions.core.ttl_cache import BytesCache
from campaign_actions.organization.load import find_picture_data
from campaign_actions.web.http.static_files import asset_url

bp = Blueprint("brand", __name__)
_FILES = BytesCache[str]()  # by name
CACHE_A_DAY = "public, max-age=86400"


@bp.get("/brand/<string(length=32):name>.png")
def picture(name: str) -> ResponseReturnValue:
    """The logo or the icon in use."""
    in_use = {one.name for one in (organization().logo, organization().icon) if one}
    # Another machine may already show a logo that this process has not heard of yet.
    data = (
        _FILES.get(name, lambda: find_picture_data(name))
        if name in in_use
        else find_picture_data(name)
    )
    return _cached(Response(data or abort(404), mimetype="image/png"), name)


@bp.get("/brand/<string(length=6):digits>.css")
def style_sheet(digits: str) -> ResponseReturnValue:
    """The style sheet of a colour. It is made from the address alone, so every machine has it at once."""
    colour = read_colour(digits) or abort(404)
    if contrast(WHITE, colour) < TEXT:
        abort(404)
    return _cached(Response(accent_style_sheet(colour), mimetype="text/css"), digits)


@bp.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    icon = organization().icon or organization().logo
    return redirect(url_for(".picture", name=icon.name) if icon else asset_url("favicon.svg"))


def _cached(response: Response, name: str) -> ResponseReturnValue:
    response.headers["Cache-Control"] = CACHE_A_DAY
    response.set_etag(name)
    return response.make_conditional(request)
