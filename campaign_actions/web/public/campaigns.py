"""The public page of a campaign, the files of its picture, and its colour as a style sheet."""

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign_actions.actions.queries import actions_of
from campaign_actions.actions.view_models import campaign_page
from campaign_actions.campaigns.appearance import find_file, find_public_picture, format_of
from campaign_actions.campaigns.queries import campaign_locales, find_campaign, find_moved_campaign
from campaign_actions.core.content.color import accent_of, is_accent
from campaign_actions.core.content.images import MIMETYPES
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.core.ttl_cache import BytesCache, TtlCache
from campaign_actions.core.urls import alternate_urls
from campaign_actions.web.http.security_headers import cacheable, permanent_redirect

bp = Blueprint("campaigns", __name__, url_prefix="/<locale>/campaigns")
looks_bp = Blueprint("looks", __name__)
_PICTURE_IDS = TtlCache[str, int | None]()  # by name
_FILES = BytesCache[tuple[str, int, str]]()  # by name, width and format
# A file never changes under its address. But when a campaign is taken off the web, or the picture
# out of it, it is gone everywhere within a minute; whoever has it until then asks by its ETag.
FOR_A_MINUTE = "public, max-age=60"
FOR_EVER = "public, max-age=31536000, immutable"


@bp.get("/<campaign_slug>/")
def show(campaign_slug: str) -> ResponseReturnValue:
    """A campaign and what one can do in it."""
    now = utc_now()
    campaign = find_campaign(campaign_slug, locale=current_locale(), now=now)
    if campaign is None:
        return _moved(campaign_slug)
    found = actions_of(campaign.id, locale=current_locale(), now=now)
    values = campaign_page(campaign, found, locale=current_locale(), now=now)
    alternates = alternate_urls(campaign_locales(campaign.id))
    page = render_template("campaigns/show.html", **values, alternates=alternates)
    return cacheable(make_response(page))


@looks_bp.get("/pictures/<string(length=32):name>-<int(max=1600):width>.<any(webp,jpg):suffix>")
def picture(name: str, width: int, suffix: str) -> ResponseReturnValue:
    """A file of the picture of a published campaign; before its instant there is none."""
    picture_id = _PICTURE_IDS.get(name, lambda: find_public_picture(name, utc_now())) or abort(404)
    form = format_of(suffix)
    data = _FILES.get((name, width, form), lambda: find_file(picture_id, width, form))
    response = Response(data or abort(404), mimetype=MIMETYPES[form])
    response.headers["Cache-Control"] = FOR_A_MINUTE
    response.set_etag(f"{name}-{width}-{suffix}")
    return response.make_conditional(request)


@looks_bp.get("/accent/<string(length=6):digits>.css")
def accent(digits: str) -> ResponseReturnValue:
    """The colours that follow from an accent; there is none for a colour that can not be read."""
    if not is_accent(f"#{digits}"):
        abort(404)
    sheet = render_template("campaigns/accent.css", accent=accent_of(f"#{digits}"))
    response = Response(sheet, mimetype="text/css")
    response.headers["Cache-Control"] = FOR_EVER
    return response


def _moved(campaign_slug: str) -> ResponseReturnValue:
    """From an address that a campaign had to the one it has, if it is public in this language."""
    slug = find_moved_campaign(campaign_slug) or abort(404)
    find_campaign(slug, locale=current_locale(), now=utc_now()) or abort(404)
    return permanent_redirect(url_for(".show", campaign_slug=slug))
