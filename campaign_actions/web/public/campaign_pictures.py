"""The files of the pictures of public campaigns and their actions."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from campaign_actions.actions.pictures import find_public_picture
from campaign_actions.campaigns.appearance import find_file, format_of
from campaign_actions.core.content.images import MIMETYPES
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.ttl_cache import BytesCache, TtlCache

bp = Blueprint("campaign_pictures", __name__)
_PICTURE_IDS = TtlCache[str, int | None]()  # by name
_FILES = BytesCache[tuple[str, int, str]]()  # by name, width and format
# A file never changes under its address. But when a campaign is unpublished or its picture removed,
# the file must be gone from all caches within a minute; until then they revalidate by its ETag.
CACHE_A_MINUTE = "public, max-age=60"


@bp.get("/pictures/<string(length=32):name>-<int(max=1600):width>.<any(webp,jpg):suffix>")
def picture(name: str, width: int, suffix: str) -> ResponseReturnValue:
    """A file of the picture of a public campaign or action."""
    picture_id = _PICTURE_IDS.get(name, lambda: find_public_picture(name, utc_now())) or abort(404)
    form = format_of(suffix)
    data = _FILES.get((name, width, form), lambda: find_file(picture_id, width, form))
    response = Response(data or abort(404), mimetype=MIMETYPES[form])
    response.headers["Cache-Control"] = CACHE_A_MINUTE
    response.set_etag(f"{name}-{width}-{suffix}")
    return response.make_conditional(request)
