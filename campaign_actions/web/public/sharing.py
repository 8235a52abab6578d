"""The share picture and the poster of an action."""

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from campaign_actions.actions.queries import action_locales, find_share_picture
from campaign_actions.actions.share_pictures.shared import share_picture_path
from campaign_actions.actions.view_models import poster_page_context
from campaign_actions.core.ttl_cache import BytesCache
from campaign_actions.core.urls import alternate_urls, path_for
from campaign_actions.web.http.security_headers import cacheable
from campaign_actions.web.public.actions import ACTION, action_or_404
from campaign_actions.web.public.language_notice import language_notice

bp = Blueprint("sharing", __name__, url_prefix="/<locale>")
_FILES = BytesCache[tuple[int, str, str]]()  # by action, language and hash
# A picture never changes under its address. But when an action is unpublished, it must be gone from
# all caches within a minute; until then they revalidate by its ETag.
CACHE_A_MINUTE = "public, max-age=60"


@bp.get(f"{ACTION}/share.png")
def share_picture(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """The share picture. Its address has the hash as `v`; others redirect to it."""
    action = action_or_404(campaign_slug, action_slug)
    wanted = action.share_picture or abort(404)
    if request.args.get("v") != wanted:
        return redirect(share_picture_path(action), 302)
    key = (action.id, action.locale, wanted)
    data = _FILES.get(key, lambda: find_share_picture(*key)) or abort(404)
    response = Response(data, mimetype="image/png")
    response.headers["Cache-Control"] = CACHE_A_MINUTE
    response.set_etag(wanted)
    return response.make_conditional(request)


@bp.get(f"{ACTION}/poster/")
def poster(campaign_slug: str, action_slug: str) -> ResponseReturnValue:
    """A page to print and put up, with a QR code. A closed action has none: its own page says why."""
    action = action_or_404(campaign_slug, action_slug)
    if not action.is_open:
        there = {"campaign_slug": action.campaign_slug, "action_slug": action.slug}
        return redirect(path_for("actions.show", **there), 302)
    tags = action_locales(action.id)
    if notice := language_notice(tags):
        return notice
    page = render_template(
        "actions/poster.html", **poster_page_context(action), alternates=alternate_urls(tags)
    )
    response = cacheable(make_response(page))
    response.headers["X-Robots-Tag"] = "noindex"
    return response
