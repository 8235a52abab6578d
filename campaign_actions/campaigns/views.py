"""The public page of a campaign."""

from flask import Blueprint, abort, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign_actions.actions.queries import actions_of
from campaign_actions.campaigns.queries import (
    campaign_locales,
    find_campaign,
    find_moved_campaign,
    partners_of,
)
from campaign_actions.core.database import utc_now
from campaign_actions.core.i18n import current_locale
from campaign_actions.core.links import alternates_of
from campaign_actions.core.security import cacheable, moved_to

bp = Blueprint("campaigns", __name__, url_prefix="/<locale>/campaigns")


@bp.get("/<campaign_slug>/")
def show(campaign_slug: str) -> ResponseReturnValue:
    """A campaign and what one can do in it."""
    now = utc_now()
    campaign = find_campaign(campaign_slug, locale=current_locale(), now=now)
    if campaign is None:
        return _moved(campaign_slug)
    found = actions_of(campaign.id, locale=current_locale(), now=now)
    page = render_template(
        "campaigns/show.html",
        campaign=campaign,
        partners=partners_of(campaign.id, current_locale()),
        actions=found,
        as_of=min((action.as_of for action in found), default=now),
        alternates=alternates_of(campaign_locales(campaign.id)),
    )
    return cacheable(make_response(page))


def _moved(campaign_slug: str) -> ResponseReturnValue:
    """From an address that a campaign had to the one it has, if it is public in this language."""
    slug = find_moved_campaign(campaign_slug) or abort(404)
    find_campaign(slug, locale=current_locale(), now=utc_now()) or abort(404)
    return moved_to(url_for(".show", campaign_slug=slug))
