"""Files and pages that the share page leads to: QR codes, the poster, the snippet as it will look."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from campaign_actions.actions.action_overview import ActionOverview
from campaign_actions.actions.campaign_overview import CampaignOverview, get_action_and_campaign
from campaign_actions.actions.counts.source_limit import SOURCE_PATTERN
from campaign_actions.actions.pictures import find_action_appearance
from campaign_actions.actions.queries import PublicAction
from campaign_actions.actions.view_models import poster_page_context
from campaign_actions.campaigns.appearance import PUBLIC
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale, language_name
from campaign_actions.core.sharing.links import with_source
from campaign_actions.core.sharing.qr_code import qr_code_file
from campaign_actions.core.templating.environment import render_in
from campaign_actions.core.urls import public_url
from campaign_actions.publishing.sharing.share_kit import address_of
from campaign_actions.publishing.sharing.shareable import (
    find_to_share,
    languages_to_share,
    opening_time,
)
from campaign_actions.publishing.sharing.snippet import make_snippet, snippet_page
from campaign_actions.web.http.security_headers import framed_mail, private
from campaign_actions.web.staff.access.authorization import needs, staff_locale

bp = Blueprint(
    "staff_sharing_files",
    __name__,
    url_prefix="/staff/campaigns/<int:campaign_id>/share/<int:action_id>",
)
MIMETYPES = {"svg": "image/svg+xml", "png": "image/png"}


@bp.get("/<text_locale>/<source>.<any(svg,png):suffix>")
@needs("campaigns.view")
def qr_code(
    campaign_id: int, action_id: int, text_locale: str, source: str, suffix: str
) -> ResponseReturnValue:
    """The QR code of a link, as a file to download."""
    _campaign, _action, shared = _get(campaign_id, action_id, text_locale, source)
    data = qr_code_file(with_source(address_of(shared), source), suffix)
    response = Response(data, mimetype=MIMETYPES[suffix])
    name = f"{shared.slug}-{text_locale}-{source}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/<text_locale>/<source>/snippet/")
@needs("campaigns.view")
def snippet(campaign_id: int, action_id: int, text_locale: str, source: str) -> ResponseReturnValue:
    """The snippet for other sites as they will show it, for a frame."""
    _campaign, _action, shared = _get(campaign_id, action_id, text_locale, source)
    return framed_mail(snippet_page(shared, make_snippet(shared, source=source)))


@bp.get("/<locale>/<source>/poster/")
@needs("campaigns.view")
def poster(campaign_id: int, action_id: int, source: str) -> ResponseReturnValue:
    """The poster with the code of a channel, for staff: the public one is the same for every query.

    `channel` in the address chooses another channel.
    """
    locale = current_locale()
    if wanted := request.args.get("channel"):
        names: dict[str, Any] = {"campaign_id": campaign_id, "action_id": action_id}
        return redirect(url_for(".poster", locale=locale, source=wanted, **names), 303)
    campaign, action, shared = _get(campaign_id, action_id, locale, source)
    ids, tags = action.ids, languages_to_share(campaign, action)
    pictures = PUBLIC if action.is_public else f"/staff/campaigns/{campaign_id}/appearance/"
    values = poster_page_context(
        shared,
        pictures=pictures,
        appearance=find_action_appearance(campaign_id, action_id, locale),
    )
    places = {tag: url_for(".poster", locale=tag, source=source, **ids) for tag in tags}
    controls = render_in(
        staff_locale(),
        "staff/sharing/poster_controls.html",
        language=locale,
        languages=places,
        share_page=url_for(
            "staff_sharing_share.show",
            campaign_id=campaign_id,
            of=action_id,
            language=locale,
            _anchor="poster",
        ),
        is_public=action.is_public,
        opens_at=opening_time(campaign, action),
    )
    page = render_template(
        "actions/poster.html",
        **values | {"names": [language_name(tag) for tag in tags]},
        alternates={tag: public_url(place) for tag, place in places.items()},
        source=source,
        controls=controls,
    )
    return private(make_response(page))


def _get(
    campaign_id: int, action_id: int, locale: str, source: str
) -> tuple[CampaignOverview, ActionOverview, PublicAction]:
    """Raises NotFound."""
    if not SOURCE_PATTERN.fullmatch(source):
        abort(404)
    campaign, action = get_action_and_campaign(campaign_id, action_id, now=utc_now())
    shared = find_to_share(campaign, action, locale=locale, now=utc_now())
    return campaign, action, shared or abort(404)
