"""The public page of a campaign."""

from flask import Blueprint, abort, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign_actions.actions.queries import public_actions_of
from campaign_actions.actions.signatures.restrictions import paused_ids
from campaign_actions.actions.view_models import campaign_page_context
from campaign_actions.campaigns.queries import campaign_locales, find_campaign, find_moved_campaign
from campaign_actions.core.db.session import utc_now
from campaign_actions.core.i18n.locale import current_locale
from campaign_actions.core.switches.state import SIGN, is_off
from campaign_actions.core.urls import alternate_urls
from campaign_actions.web.http.security_headers import cacheable, permanent_redirect
from campaign_actions.web.public.language_notice import language_notice

bp = Blueprint("campaigns", __name__, url_prefix="/<locale>/campaigns")


@bp.get("/<campaign_slug>/")
def show(campaign_slug: str) -> ResponseReturnValue:
    now = utc_now()
    campaign = find_campaign(campaign_slug, locale=current_locale(), now=now)
    if campaign is None:
        return _moved(campaign_slug)
    tags = campaign_locales(campaign.id)
    if notice := language_notice(tags):
        return notice
    found = public_actions_of(campaign.id, locale=current_locale(), now=now)
    values = campaign_page_context(campaign, found, locale=current_locale(), now=now)
    page = render_template(
        "campaigns/show.html",
        **values,
        is_paused=is_off(SIGN),
        paused=paused_ids(found),
        alternates=alternate_urls(tags),
    )
    return cacheable(make_response(page))


def _moved(campaign_slug: str) -> ResponseReturnValue:
    """Redirect from a former address to the present one, if that is public in this language."""
    slug = find_moved_campaign(campaign_slug) or abort(404)
    find_campaign(slug, locale=current_locale(), now=utc_now()) or abort(404)
    return permanent_redirect(url_for(".show", campaign_slug=slug))
