"""The public page of a campaign and the files of its picture."""

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign_actions.actions.queries import public_actions_of
from campaign_actions.actions.view_models import campaign_page_context
from campaign_actions.campaigns.appearance import find_file, find_public_picture, format_of
from campaign_actions.campaigns.queries import campaign_locales, find_campaign, find_moved_campaign
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
# A file never changes under its address. But when a campaign is unpublished or its picture removed,
# the file must be gone from all caches within a minute; until then they revalidate by its ETag.
CACHE_A_MINUTE = "public, max-age=60"


@bp.get("/<campaign_slug>/")
def show(campaign_slug: str) -> ResponseReturnValue:
    now = utc_now()
    campaign = find_campaign(campaign_slug, locale=current_locale(), now=now)
    if campaign is None:
        return _moved(campaign_slug)
    found = public_actions_of(campaign.id, locale=current_locale(), now=now)
    values = campaign_page_context(campaign, found, locale=current_locale(), now=now)
    alternates = alternate_urls(campaign_locales(campaign.id))
    page = render_template("campaigns/show.html", **values, alternates=alternates)
    return cacheable(make_response(page))


@looks_bp.get("/pictures/<string(length=32):name>-<int(max=1600):width>.<any(webp,jpg):suffix>")
def picture(name: str, width: int, suffix: str) -> ResponseReturnValue:
    """A file of the picture of a public campaign."""
    picture_id = _PICTURE_IDS.get(name, lambda: find_public_picture(name, utc_now())) or abort(404)
    form = format_of(suffix)
    data = _FILES.get((name, width, form), lambda: find_file(picture_id, width, form))
    response = Response(data or abort(404), mimetype=MIMETYPES[form])
    response.headers["Cache-Control"] = CACHE_A_MINUTE
    response.set_etag(f"{name}-{width}-{suffix}")
    return response.make_conditional(request)


def _moved(campaign_slug: str) -> ResponseReturnValue:
    """Redirect from a former address to the present one, if that is public in this language."""
    slug = find_moved_campaign(campaign_slug) or abort(404)
    find_campaign(slug, locale=current_locale(), now=utc_now()) or abort(404)
    return permanent_redirect(url_for(".show", campaign_slug=slug))
